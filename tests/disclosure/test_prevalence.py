"""DR-12: practices as bands, then in tenths; outcomes in tenths and never 0 or 100 %."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.audit import audit
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.prevalence import (
    Band,
    Chosen,
    Fineness,
    Reading,
    Share,
    prevalence,
    prevalence_figures,
)

T = Setting(5)
CHARTER = Fineness(bands=5, tenths=10)
YES_NO = ("yes", "no")
FEW, SOME, MOST = Band


def said(yes: int, no: int) -> list[Chosen]:
    return [Chosen(each, "yes" if each < yes else "no") for each in range(yes + no)]


def of_practice(yes: int, no: int) -> Band | Share | None:
    shown = prevalence(said(yes, no), YES_NO, T, CHARTER, outcome=False)
    return shown and shown["yes"]


def of_outcome(yes: int, no: int) -> Band | Share | None:
    shown = prevalence(said(yes, no), YES_NO, T, CHARTER, outcome=True)
    return shown and shown["yes"]


def about(percent: int) -> Share:
    return Share(percent, Reading.NEAREST)


LOWEST, HIGHEST = Share(10, Reading.AT_MOST), Share(90, Reading.AT_LEAST)


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (4, [None] * 5),
        (5, [FEW, FEW, SOME, SOME, MOST, MOST]),
        (6, [FEW, FEW, SOME, SOME, SOME, MOST, MOST]),
        (7, [FEW, FEW, SOME, SOME, SOME, SOME, MOST, MOST]),
        (8, [FEW, FEW, SOME, SOME, SOME, SOME, SOME, MOST, MOST]),
        (9, [FEW, FEW, FEW, SOME, SOME, SOME, SOME, MOST, MOST, MOST]),
        (10, [about(each) for each in range(0, 101, 10)]),
        (12, [about(each) for each in (0, 10, 20, 20, 30, 40, 50, 60, 70, 80, 80, 90, 100)]),
    ],
)
def test_practices_are_told_in_bands_from_five_and_in_tenths_from_ten(n, shown):
    assert [of_practice(yes, n - yes) for yes in range(n + 1)] == shown


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (5, [None] * 6),
        (9, [None] * 10),
        (10, [LOWEST, LOWEST, *(about(each) for each in range(20, 81, 10)), HIGHEST, HIGHEST]),
        (
            12,
            [
                LOWEST,
                LOWEST,
                *(about(each) for each in (20, 20, 30, 40, 50, 60, 70, 80, 80)),
                HIGHEST,
                HIGHEST,
            ],
        ),
    ],
)
def test_outcomes_are_told_in_tenths_from_ten_and_never_as_none_or_all(n, shown):
    assert [of_outcome(yes, n - yes) for yes in range(n + 1)] == shown


@pytest.mark.parametrize("tell", [of_outcome, of_practice])
def test_a_share_and_the_rest_are_told_alike(tell):
    mirrored = {FEW: MOST, SOME: SOME, MOST: FEW, LOWEST: HIGHEST, HIGHEST: LOWEST}
    mirrored |= {about(each): about(100 - each) for each in range(0, 101, 10)}
    for n in range(10, 60):
        for yes in range(n + 1):
            assert tell(n - yes, yes) == mirrored[tell(yes, n - yes)]


@pytest.mark.parametrize("n", range(5, 10))
def test_a_band_never_tells_that_all_answered_alike(n):
    assert of_practice(0, n) == of_practice(1, n - 1)
    assert of_practice(n, 0) == of_practice(n - 1, 1)


@given(st.integers(10, 3000))
def test_an_outcome_never_tells_that_all_answered_alike(n):
    assert of_outcome(0, n) == of_outcome(1, n - 1) == LOWEST
    assert of_outcome(n, 0) == of_outcome(n - 1, 1) == HIGHEST


def test_whether_none_do_is_not_told_from_twenty_on():
    """With fewer, a practice's 0 % or 100 % tells what each of them does: it is there to learn."""
    assert [n for n in range(10, 60) if of_practice(0, n) != of_practice(1, n - 1)] == [
        *range(10, 20)
    ]


@given(st.integers(10, 400), st.data())
def test_a_tenth_is_never_further_off_than_half_of_one(n, data):
    yes = data.draw(st.integers(0, n))
    shown = of_practice(yes, n - yes)
    assert abs(Fraction(shown.percent, 100) - Fraction(yes, n)) <= Fraction(1, 20)


def test_districts_under_one_administration_count_once():
    county = Setting(5, dict.fromkeys(range(2), "county"))
    assert prevalence(said(2, 3), YES_NO, county, CHARTER, outcome=False) is None
    assert prevalence(said(2, 4), YES_NO, county, CHARTER, outcome=False) == {
        "yes": SOME,
        "no": SOME,
    }
    assert prevalence(said(2, 8), YES_NO, county, CHARTER, outcome=False) == {
        "yes": FEW,
        "no": MOST,
    }
    assert prevalence(said(2, 8), YES_NO, county, CHARTER, outcome=True) is None


def test_an_answer_that_is_known_does_not_count():
    known = frozenset(Chosen(0, "yes").columns(YES_NO))
    assert prevalence(said(1, 4), YES_NO, Setting(5, known=known), CHARTER, outcome=False) is None


@pytest.mark.parametrize("fewest", [5, 7])
def test_no_share_is_told_of_fewer_than_any_figure_stands_for(fewest):
    shown = prevalence(said(1, 5), YES_NO, Setting(fewest), CHARTER, outcome=False)
    assert (shown is None) == (fewest == 7)


def test_every_option_is_told_even_one_that_nobody_gave():
    levels = (1, 2, 3, 4)
    answers = [Chosen(each, 1 + each % 2) for each in range(10)]
    assert prevalence(answers, levels, T, CHARTER, outcome=True) == {
        1: about(50),
        2: about(50),
        3: LOWEST,
        4: LOWEST,
    }


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ([Chosen(1, "yes"), Chosen(1, "no", 2)], "A district gives one answer to an item."),
        ([Chosen(1, "maybe")], "An answer is one of the options of its item."),
    ],
)
def test_what_is_no_answer_is_refused(choices, problem):
    with pytest.raises(ValueError, match=problem):
        prevalence(choices, YES_NO, T, CHARTER, outcome=False)
    with pytest.raises(ValueError, match=problem):
        prevalence_figures("all", choices, YES_NO)


def test_each_share_is_audited_as_an_exact_count_over_all_who_answered():
    answers = [Chosen("a", "yes", 2), Chosen("b", "no")]
    assert prevalence_figures("all", answers, YES_NO) == [
        Figure("all", {Column("a", "yes", 2): 1, Column("b", "yes"): 1}),
        Figure("all", {Column("a", "no", 2): 1, Column("b", "no"): 1}),
    ]


def test_two_places_that_differ_by_four_districts_give_those_away_in_each_option():
    whole = prevalence_figures("all", said(8, 4), YES_NO)
    part = prevalence_figures("part", said(8, 4)[:8], YES_NO)
    (breach, *_) = audit([*whole, *part], T).breaches
    assert (breach.recipe, breach.touched) == ({"all": 1, "part": -1}, 4)
    assert audit([*whole, *part], Setting(4)).passed


def test_no_answer_is_in_what_is_printed():
    assert repr(Chosen("a", "yes")) == "Chosen(district='a', version=0)"
