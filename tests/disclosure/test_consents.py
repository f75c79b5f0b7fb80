"""DR-11: consent makes an answer known, and exposes nobody who did not consent."""

from itertools import combinations

import pytest
from disclosure.spans import fewest_touched
from hypothesis import given, settings
from hypothesis import strategies as st

from app.disclosure.consents import Consent, Refusal, answers_in, may_become_known
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.prevalence import Chosen, prevalence_figures

T = Setting(5)


def over(*districts: int, key: str = "all") -> Figure:
    return Figure(key, {Column(each): 1 for each in districts})


def answers(*districts: int) -> frozenset[Column]:
    return frozenset(Column(each) for each in districts)


def test_of_twelve_members_seven_may_consent_and_not_eight():
    everyone = [over(*range(12))]
    assert may_become_known(everyone, T, answers(*range(7))) == Consent(None)
    assert may_become_known(everyone, T, answers(*range(8))) == Consent(Refusal.TOO_FEW_UNKNOWN)


def test_the_eighth_is_refused_when_seven_came_before_one_by_one():
    known: frozenset[Column] = frozenset()
    allowed = []
    for district in range(12):
        verdict = may_become_known([over(*range(12))], Setting(5, known=known), answers(district))
        allowed.append(verdict.allowed)
        known |= answers(district) if verdict.allowed else frozenset()
    assert allowed == [True] * 7 + [False] * 5


def test_all_of_a_group_cannot_consent_at_once():
    assert may_become_known([over(*range(12))], T, answers(*range(12))) == Consent(
        Refusal.TOO_FEW_UNKNOWN
    )


def test_the_smallest_published_cell_bounds_its_members_alone():
    figures = [over(*range(12)), over(*range(6), key="rural")]
    assert may_become_known(figures, T, answers(0)).allowed
    assert may_become_known(figures, T, answers(0, 1)) == Consent(Refusal.TOO_FEW_UNKNOWN)


def test_what_figures_tell_together_is_audited_without_the_known():
    figures = [over(*range(20)), over(*range(14), key="part")]
    assert may_become_known(figures, T, answers(14)).allowed
    assert may_become_known(figures, T, answers(14, 15)) == Consent(Refusal.DIFFERENCE)
    assert may_become_known(figures, T, answers(0, 1)).allowed


def test_districts_under_one_administration_stay_unknown_together():
    county = Setting(5, dict.fromkeys(range(4), "county"))
    assert may_become_known([over(*range(9))], county, answers(4)) == Consent(None)
    assert may_become_known([over(*range(9))], county, answers(4, 5)) == Consent(
        Refusal.TOO_FEW_UNKNOWN
    )
    assert may_become_known([over(*range(9))], county, answers(0, 1, 2)) == Consent(None)


def test_an_answer_that_was_never_published_may_always_become_known():
    assert may_become_known([over(*range(5))], T, answers(7)) == Consent(None)
    assert may_become_known([], T, answers(7)) == Consent(None)


def test_what_is_known_already_may_be_known_again():
    setting = Setting(5, known=answers(0))
    assert may_become_known([over(*range(5))], setting, answers(0)) == Consent(None)


def test_an_answer_is_known_in_every_category_and_version():
    chosen = [Chosen("a", "yes"), Chosen("b", "no")]
    again = [Chosen("a", "no", 2), Chosen("b", "no")]
    published = [
        *prevalence_figures(1, chosen, ("yes", "no")),
        *prevalence_figures(2, again, ("yes", "no")),
    ]
    assert answers_in(published, "a") == {
        Column("a", "yes", 0),
        Column("a", "no", 0),
        Column("a", "yes", 2),
        Column("a", "no", 2),
    }


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whoever_did_not_consent_stays_among_five(data):
    """Against an oracle: whatever is allowed leaves no combination with fewer than five."""
    groups = st.sets(st.integers(0, 15), min_size=5).map(sorted)
    figures = [
        over(*group, key=at) for at, group in enumerate(data.draw(st.lists(groups, max_size=4)))
    ]
    known = data.draw(st.sets(st.integers(0, 15), min_size=1, max_size=6))
    verdict = may_become_known(figures, T, answers(*known))
    left = [
        {each.district: 1 for each in figure.weights if each.district not in known}
        for figure in figures
    ]
    reached = [
        len(rest)
        for figure, rest in zip(figures, left, strict=True)
        if len(rest) != len(figure.weights)
    ]
    rows = [rest for rest in left if rest]
    safe = not rows or fewest_touched(rows) >= 5
    assert verdict.allowed == (not reached or (min(reached) >= 5 and safe))


@pytest.mark.parametrize("consenting", list(combinations(range(7), 2)))
def test_it_does_not_matter_who_consents_in_a_group(consenting):
    assert may_become_known([over(*range(7))], T, answers(*consenting)).allowed
