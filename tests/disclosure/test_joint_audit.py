"""DR-05 against looking at everything, and each way to take published figures apart."""

from fractions import Fraction
from random import Random

import pytest
from disclosure.exhaustive import breached, pairwise
from disclosure.random_systems import SHAPES, system
from slow import slow

from app.disclosure import joint, search
from app.disclosure.audit import Audit, Outcome, System, audit
from app.disclosure.figures import Column, Figure, Setting
from app.disclosure.identities import Identity, written_out
from app.disclosure.modular import PRIMES
from app.disclosure.system import entries
from app.disclosure.verdict import spelled


def figure(key: str, *districts: int, version: int = 0, category: str | None = None) -> Figure:
    return Figure(key, {Column(each, category, version): 1 for each in districts})


def recipe(found: Audit) -> dict[object, Fraction]:
    """The one breach of an audit."""
    (breach,) = found.breaches
    return dict(breach.recipe)


def touched(figures: list[Figure], setting: Setting, places: dict[int, Fraction]) -> set[object]:
    """Whom a recipe is about, taken from the figures themselves."""
    sums: dict[Column, Fraction] = {}
    for place, multiple in places.items():
        for column, weight in figures[place].weights.items():
            if column not in setting.known:
                sums[column] = sums.get(column, Fraction(0)) + multiple * weight
    run = setting.administrations
    return {run.get(each.district, each.district) for each, value in sums.items() if value}


def compare(seeds: range) -> dict[tuple[bool, Outcome], int]:
    """Audit each system both ways; count what both said."""
    said: dict[tuple[bool, Outcome], int] = {}
    for seed in seeds:
        figures, setting, identities = system(seed)
        told = written_out(figures, identities, setting.known)
        found = audit(told, setting, seed=seed)
        both = breached(figures, setting, identities), found.outcome
        said[both] = said.get(both, 0) + 1
        for breach in found.breaches if not identities else ():
            assert breach.touched < setting.fewest
    return said


def agree(seeds: range) -> None:
    said = compare(seeds)
    assert set(said) == {(True, Outcome.BREACHED), (False, Outcome.CERTIFIED)}
    assert min(said.values()) > len(seeds) / 5


def test_the_audit_says_what_looking_at_everything_says():
    agree(range(1_000))


@slow
def test_the_audit_says_what_looking_at_everything_says_of_twenty_thousand():
    agree(range(1_000, 22_000))


def test_what_a_look_at_pairs_misses_is_found():
    missed = [
        each
        for each in map(system, range(1_000))
        if not each.identities
        and breached(each.figures, each.setting)
        and not pairwise(each.figures, each.setting)
    ]
    assert len(missed) > 10
    assert {audit(each.figures, each.setting).outcome for each in missed} == {Outcome.BREACHED}


def test_every_shape_is_among_the_systems():
    shapes = {len(system(seed).identities) for seed in range(100)}
    assert shapes == {0, 1, 2}
    assert len(SHAPES) == 6


@pytest.mark.parametrize("seed", range(150))
def test_a_recipe_leaves_exactly_whom_it_says(seed):
    figures, setting, identities = system(seed)
    told = written_out(figures, identities, setting.known)
    apart = [
        Figure(each.key, {c: w for c, w in each.weights.items() if not c.version}) for each in told
    ]
    for breach in audit(apart, setting).breaches:
        left = touched(apart, setting, dict(breach.places))
        assert len(left) == breach.touched
        assert 0 < len(left) < setting.fewest


def test_two_releases_apart_by_a_district_give_it_away():
    before, after = figure("before", *range(20)), figure("after", *range(19))
    assert audit([before], Setting(5)) == audit([after], Setting(5)) == Audit(Outcome.CERTIFIED)
    found = audit([before, after], Setting(5))
    assert found.outcome is Outcome.BREACHED
    assert recipe(found) == {"before": 1, "after": -1}
    assert found.breaches[0].touched == 1


def test_a_group_within_a_group_gives_the_rest_away():
    rest = [figure("all", *range(12)), figure("rural", *range(8))]
    assert recipe(audit(rest, Setting(5))) == {"all": 1, "rural": -1}
    assert audit([*rest[:1], figure("rural", *range(7))], Setting(5)).passed


def test_groups_that_fill_all_but_a_few_give_those_away():
    figures = [
        figure("all", *range(20)),
        figure("group A", *range(9)),
        figure("group B", *range(9, 18)),
    ]
    found = audit(figures, Setting(5))
    assert recipe(found) == {"all": 1, "group A": -1, "group B": -1}
    names = {each.key: str(each.key) for each in figures}
    assert spelled(found.breaches[0].recipe, names) == (
        "all \N{MINUS SIGN} group A \N{MINUS SIGN} group B"
    )


def test_overlapping_peer_groups_are_held_against_each_other():
    peers = [figure(f"peers of {each}", *range(each, each + 8)) for each in range(3)]
    assert not audit(peers, Setting(5)).passed
    assert audit([peers[0], figure("peers of 5", *range(5, 13))], Setting(5)).passed


def test_categories_that_add_to_the_total_give_the_one_left_out_away():
    law = Identity("all", ("boys", "girls"))
    total = figure("all", *range(10), category="all")
    boys = figure("boys", *range(7), category="boys")
    girls = figure("girls", *range(3, 10), category="girls")
    assert audit([total, boys, girls], Setting(5)).passed
    assert audit(written_out([total, boys, girls], [law]), Setting(5)).passed
    lone = figure("girls", *range(2, 10), category="girls")
    all_boys = figure("boys", *range(10), category="boys")
    assert audit([total, all_boys, lone], Setting(5)).passed
    found = audit(written_out([total, all_boys, lone], [law]), Setting(5))
    assert recipe(found) == {"all": 1, "boys": -1, "girls": -1}


def test_a_total_that_is_known_makes_its_parts_one_unknown():
    law = Identity("all", ("boys", "girls"))
    known = frozenset({Column(0, "all")})
    boys, girls = (
        figure("boys", *range(6), category="boys"),
        figure("girls", 0, *range(6, 11), category="girls"),
    )
    told = written_out([boys, girls], [law], known)
    assert audit(told, Setting(6, known=known)).passed
    less = written_out([figure("boys", 0, category="boys"), boys], [law], known)
    assert not audit(less, Setting(2, known=known)).passed


def test_an_identity_that_says_nothing_new_is_taken_and_one_that_cannot_be_is_refused():
    total = figure("all", *range(5), category="all")
    law = Identity("all", ("boys", "girls"))
    assert audit(written_out([total], [law, law]), Setting(5)).passed
    with pytest.raises(ValueError, match="cannot be the sum"):
        written_out([total], [Identity("all", ("boys", "boys", "all"))])


def test_an_answer_given_again_gives_away_its_correction():
    before = figure("before", *range(10))
    after = Figure("after", {Column(each, None, int(each < 2)): 1 for each in range(10)})
    found = audit([before, after], Setting(5))
    assert recipe(found) == {"before": 1, "after": -1}
    assert found.breaches[0].touched == 2


def test_corrections_that_hide_a_late_joiner_only_while_they_are_large_do_not_hide_it():
    before = figure("before", *range(10))
    after = Figure("after", {Column(each, None, int(each < 5)): 1 for each in range(11)})
    assert {each.touched for each in audit([before, after], Setting(5)).breaches} == {1}
    assert audit([before, figure("after", *range(10), version=1)], Setting(5)).passed


def test_who_knows_one_version_of_an_answer_hides_nobody_with_the_other():
    setting = Setting(5, known=frozenset({Column(0, None, 1)}))
    assert audit([figure("all", *range(6))], setting).passed
    assert audit([figure("all", *range(5))], setting).outcome is Outcome.BREACHED


def test_a_late_joiner_alone_is_refused_and_five_together_are_not():
    before = figure("before", *range(10))
    assert not audit([before, figure("after", *range(11))], Setting(5)).passed
    assert not audit([before, figure("after", *range(14))], Setting(5)).passed
    assert audit([before, figure("after", *range(15))], Setting(5)).passed


def test_a_withdrawal_alone_is_refused_and_five_together_are_not():
    before = figure("before", *range(20))
    assert not audit([before, figure("after", *range(19))], Setting(5)).passed
    assert audit([before, figure("after", *range(15))], Setting(5)).passed


def test_one_joins_as_another_leaves_which_gives_away_their_difference():
    found = audit([figure("before", *range(10)), figure("after", *range(1, 11))], Setting(5))
    assert found.breaches[0].touched == 2


def test_a_tracker_of_overlapping_sets_is_found_where_no_two_of_them_give_anything_away():
    thirds = [set(range(6)), set(range(6, 12)), set(range(12, 18))]
    pairs = [
        figure("A and B", *thirds[0], *thirds[1]),
        figure("B and C", *thirds[1], *thirds[2]),
        figure("A and C without one", *thirds[0], *(thirds[2] - {17})),
        figure("A", *thirds[0]),
    ]
    assert not pairwise(pairs, Setting(5))
    found = audit(pairs, Setting(5))
    assert {
        "A and B": 1, "B and C": -1, "A and C without one": 1, "A": -2
    } in [dict(each.recipe) for each in found.breaches]  # fmt: skip
    assert min(each.touched for each in found.breaches) == 1


def test_consent_hides_nobody_else():
    figures = [figure("all", *range(12))]
    for count, outcome in ((7, Outcome.CERTIFIED), (8, Outcome.BREACHED)):
        known = frozenset(Column(each) for each in range(count))
        assert audit(figures, Setting(5, known=known)).outcome is outcome


def test_what_is_known_altogether_gives_nothing_away():
    known = frozenset(Column(each) for each in range(3))
    assert audit([figure("all", *range(3))], Setting(5, known=known)).passed


def test_districts_under_one_administration_count_once():
    figures = [figure("all", *range(6))]
    assert audit(figures, Setting(5, {0: "both", 1: "both"})).passed
    assert not audit(figures, Setting(5, {0: "both", 1: "both", 2: "both"})).passed


def test_the_same_figure_under_two_keys_is_one():
    assert audit([figure("one", *range(5)), figure("other", *range(5))], Setting(5)).passed


def test_several_ways_in_are_told_at_once():
    figures = [figure("all", *range(40))] + [
        figure(f"all but {each}", *(set(range(40)) - {each})) for each in range(6)
    ]
    assert len(audit(figures, Setting(5)).breaches) > 5


def test_two_figures_under_a_key_are_told_by_their_places_too():
    figures = [figure("rate", 0, category="students"), figure("rate", 0, category="passed")]
    found = audit(figures, Setting(5)).breaches
    assert [dict(each.places) for each in found] == [{0: 1}, {1: 1}]
    assert [dict(each.recipe) for each in found] == [{"rate": 1}, {"rate": 1}]


@pytest.mark.parametrize(
    ("figures", "fewest", "outcome"),
    [
        ([], 5, Outcome.CERTIFIED),
        ([Figure("nothing", {})], 5, Outcome.CERTIFIED),
        ([Figure("nothing", {Column(0): 0})], 5, Outcome.CERTIFIED),
        ([figure("one", 0)], 1, Outcome.CERTIFIED),
        ([figure("one", 0)], 2, Outcome.BREACHED),
        ([figure("all", *range(9)), figure("some", *range(5))], 20, Outcome.BREACHED),
    ],
)
def test_at_the_edges(figures, fewest, outcome):
    assert audit(figures, Setting(fewest)).outcome is outcome


def crowd(seed: int) -> list[Figure]:
    """More figures to the districts than there are colours for."""
    rng = Random(seed)  # noqa: S311 - it makes examples
    return [figure(str(at), *rng.sample(range(14), rng.randint(5, 9))) for at in range(8)]


def test_many_figures_of_few_districts_are_audited_as_looking_at_everything_does():
    setting = Setting(4)
    said = [
        (breached(each, setting), audit(each, setting).outcome) for each in map(crowd, range(30))
    ]
    assert set(said) == {(True, Outcome.BREACHED), (False, Outcome.CERTIFIED)}


def test_a_breach_that_the_first_prime_cannot_see_is_found_with_the_second():
    one = figure("one", *range(6))
    other = Figure("other", {**one.weights, Column(0): 1 + PRIMES[0]})
    found = audit([one, other], Setting(5))
    assert (recipe(found), found.breaches[0].touched) == ({"one": 1, "other": -1}, 1)


def test_what_neither_prime_can_see_is_not_certified():
    one = figure("one", *range(6))
    other = Figure("other", {**one.weights, Column(0): 1 + PRIMES[0] * PRIMES[1]})
    assert audit([one, other], Setting(5)) == Audit(Outcome.UNDECIDED, (), ("one", "other"))


def test_an_audit_that_runs_out_of_steps_is_undecided(monkeypatch):
    monkeypatch.setattr(search, "UNIT", 1e-3)
    figures = [
        figure("one", *range(50)),
        figure("other", *range(25, 80)),
        figure("lone", *range(90, 99)),
    ]
    found = audit(figures, Setting(5))
    assert (found, found.passed) == (Audit(Outcome.UNDECIDED, (), ("one", "other")), False)


def test_an_audit_of_too_many_figures_does_not_begin(monkeypatch):
    monkeypatch.setattr(joint, "LARGEST", 1)
    figures = [figure("one", *range(50)), figure("other", *range(25, 80))]
    assert audit(figures, Setting(5)).outcome is Outcome.UNDECIDED


def test_a_weight_beyond_what_is_computed_with_is_refused():
    for weight in (2**62, -(2**62), 2**70):
        with pytest.raises(ValueError, match="below 2\\*\\*62"):
            audit([Figure("one", {Column(0): weight})], Setting(5))


def test_a_recipe_of_great_multiples_is_told_exactly():
    base = {Column(each): each + 10**12 for each in range(5)}
    one = Figure("one", {**base, Column(7): 10**11 + 3})
    other = Figure(
        "other", {**{at: 7 * weight for at, weight in base.items()}, Column(7): 10**11 + 9}
    )
    third = Figure("third", {Column(each): 1 for each in range(5, 7)} | {Column(7): 10**12 + 39})
    found = audit([one, other, third], Setting(4))
    (lone,) = [each for each in found.breaches if len(each.places) == 2]
    assert (dict(lone.recipe), lone.touched) == ({"one": 7, "other": -1}, 1)


def test_some_rows_of_a_prepared_system_are_audited_alone():
    system_ = System.of(
        [figure("all", *range(20)), figure("but one", *range(19)), figure("half", *range(10))],
        Setting(5),
    )
    assert system_.audit([0, 2]).passed
    assert system_.audit([]).passed
    assert recipe(system_.audit([0, 1])) == {"all": 1, "but one": -1}
    assert recipe(system_.audit()) == {"all": 1, "but one": -1}


def test_an_audit_says_the_same_with_every_seed():
    figures = [
        figure("all", *range(30)),
        *(figure(str(at), *range(at, at + 12)) for at in range(0, 18, 6)),
    ]
    assert {audit(figures, Setting(5), seed=each).outcome for each in range(10)} == {
        Outcome.CERTIFIED
    }


def test_columns_stand_in_the_order_they_are_named_in_wherever_they_lie_in_memory():
    columns = [Column(each) for each in reversed(range(50))]
    twice = [Figure(at, {Column(*each): 1 for each in columns}) for at in range(2)]
    matrix, order = entries(twice)
    assert order == columns
    assert matrix.toarray().tolist() == [[1] * 50] * 2
