"""Answers that add up, each district's own way, held against looking at everything."""

from random import Random

import pytest
from disclosure.exhaustive import breached
from slow import slow

from app.disclosure.audit import Outcome, System, audit
from app.disclosure.consents import Refusal, may_become_known
from app.disclosure.figures import Column, Figure, Setting, Tie
from app.disclosure.identities import tied, with_known
from app.disclosure.planner import plan

PARTS = ("a", "b", "c")


def tie(district, total, **parts) -> Tie:
    """Parts of a total, each in a version."""
    return {Column(district, "all", total): -1} | {
        Column(district, part, version): 1 for part, version in parts.items()
    }


def figure(key, category, districts, version=0):
    return Figure(key, {Column(each, category, version): 1 for each in districts})


def a_system(seed: int) -> tuple[list[Figure], Setting]:
    """Totals and parts of overlapping groups, over two releases, of districts with their gaps."""
    rng = Random(seed)  # noqa: S311 - it makes examples
    districts = range(rng.randint(5, 8))
    now = {(each, category): 0 for each in districts for category in ("all", *PARTS)}
    ties: list[Tie] = []
    doubted: list[Tie] = []
    figures: list[Figure] = []
    gaps = {each: rng.sample(PARTS, rng.choice((0, 0, 0, 1, 2))) for each in districts}
    whole = {each: not gaps[each] or rng.random() < 0.5 for each in districts}
    for release in range(rng.choice((1, 2))):
        for each in districts:
            if release and rng.random() < 0.4:
                for part in {"all"} | {*rng.sample(PARTS, rng.randint(1, 2))}:
                    now[each, part] += 1
            given = [part for part in PARTS if part not in gaps[each]]
            (ties if whole[each] else doubted).append(
                tie(each, now[each, "all"], **{part: now[each, part] for part in given})
            )
        base = rng.sample(districts, rng.randint(4, len(districts)))
        for category in [*rng.sample(("all", *PARTS), rng.randint(2, 4)), rng.choice(PARTS)]:
            members = [each for each in base if rng.random() > rng.choice((0, 0, 0.2))]
            figures.append(
                Figure(
                    len(figures),
                    {
                        Column(each, category, now[each, category]): 1
                        for each in members
                        if category not in gaps[each]
                    },
                )
            )
    columns = [column for each in figures for column in each.weights]
    known = frozenset(each for each in columns if rng.random() < rng.choice((0, 0, 0.1)))
    run = {each: "together" for each in districts if rng.random() < rng.choice((0, 0, 0.2))}
    setting = Setting(rng.choice((2, 2, 3, 4)), run, known, ties, doubted)
    return figures, with_known(setting)


def agree(seeds: range) -> None:
    said: dict[tuple[bool, Outcome], int] = {}
    for seed in seeds:
        figures, setting = a_system(seed)
        both = breached(figures, setting), audit(figures, setting, seed=seed).outcome
        said[both] = said.get(both, 0) + 1
    assert set(said) == {(True, Outcome.BREACHED), (False, Outcome.CERTIFIED)}
    assert min(said.values()) > len(seeds) / 10


def test_the_audit_of_what_adds_up_says_what_looking_at_everything_says():
    agree(range(150))


@slow
def test_the_audit_of_what_adds_up_says_what_looking_at_everything_says_of_two_thousand():
    agree(range(150, 2_150))


def test_much_of_what_is_found_is_found_by_what_adds_up():
    bare = [
        (figures, setting)
        for figures, setting in map(a_system, range(100))
        if not audit(figures, setting).passed
        and audit(figures, Setting(setting.fewest, setting.administrations, setting.known)).passed
    ]
    assert len(bare) > 5


def test_what_is_planned_of_what_adds_up_is_safe():
    kept = 0
    for seed in range(60):
        figures, setting = a_system(seed)
        made = plan((), figures, setting, seed=seed)
        left = [each for each in figures if each.key in made.kept]
        assert not breached(left, setting)
        kept += len(left)
        for key in made.dropped:
            assert breached([*left, *(each for each in figures if each.key == key)], setting)
    assert kept > 60


def test_parts_of_six_and_the_total_of_five_give_the_sixth_away():
    figures = [figure("all", "all", range(5)), figure("a", "a", range(6))]
    figures.append(figure("b", "b", range(6)))
    ties = [tie(each, 0, a=0, b=0) for each in range(6)]
    assert audit(figures, Setting(5)).passed
    found = audit(figures, Setting(5, ties=ties))
    assert found.outcome is Outcome.BREACHED
    assert dict(found.breaches[0].recipe) in (
        {"all": 1, "a": -1, "b": -1},
        {"all": -1, "a": 1, "b": 1},
    )
    assert found.breaches[0].touched == 1


def test_a_district_that_lacks_a_part_is_looked_at_both_ways():
    """Its total less its parts is what it did not collect; or nothing, and then nobody's."""
    five = range(5)
    alike = [figure(name, name, five) for name in ("all", "a", "b")]
    ties = [tie(each, 0, a=0, b=0) for each in five]
    gap = [tie(4, 0, a=0, b=0)]
    assert audit(alike, Setting(5, ties=ties)).passed
    assert not audit(alike, Setting(5, ties=ties[:4])).passed
    assert not audit(alike, Setting(5, ties=ties[:4], doubted=gap)).passed
    apart = [figure("all", "all", range(10)), figure("a", "a", range(6, 11))]
    apart.append(figure("b", "b", range(11)))
    odd = [tie(each, 0, a=0, b=0) for each in range(11)]
    assert audit(apart, Setting(5, ties=odd)).passed
    assert System.of(apart, Setting(5, ties=odd)).audit().passed


@pytest.mark.parametrize(
    ("certain", "expected"), [(True, False), (False, False)], ids=["certain", "doubted"]
)
def test_what_may_add_up_counts_as_if_it_did(certain, expected):
    figures = [figure("all", "all", range(5)), figure("a", "a", range(6))]
    figures.append(figure("b", "b", range(6)))
    ties = [tie(each, 0, a=0, b=0) for each in range(6)]
    setting = Setting(5, ties=ties) if certain else Setting(5, doubted=ties)
    assert audit(figures, setting).passed is expected


def test_five_that_move_students_between_parts_leave_only_whom_the_total_shows():
    """Each part changes with five; together they tell of the two whose total changed."""
    first = [figure(f"{name} 1", name, range(6)) for name in ("a", "b")]
    second = [
        Figure("a 2", {Column(each, "a", int(each < 5)): 1 for each in range(6)}),
        Figure("b 2", {Column(each, "b", int(each > 0)): 1 for each in range(6)}),
    ]
    ties = [tie(each, 0, a=0, b=0) for each in range(6)]
    ties += [tie(each, int(each in {0, 5}), a=int(each < 5), b=int(each > 0)) for each in range(6)]
    assert audit([*first, *second], Setting(5)).passed
    found = audit([*first, *second], Setting(5, ties=ties))
    assert {each.touched for each in found.breaches} == {2}


def test_known_parts_make_their_total_known_and_all_but_one_the_last():
    ties = [tie(0, 0, a=0, b=0, c=0)]
    part = {name: Column(0, name) for name in ("all", *PARTS)}
    told = with_known(Setting(5, ties=ties), {part["a"], part["b"], part["c"]})
    assert told.known == {*part.values()}
    told = with_known(Setting(5, ties=ties), {part["all"], part["b"], part["c"]})
    assert told.known == {*part.values()}
    told = with_known(Setting(5, ties=ties), {part["all"], part["c"]})
    assert told.known == {part["all"], part["c"]}


def test_a_consent_to_the_last_part_is_one_to_the_total():
    """Of five behind a total one lets all its parts be known: four are left."""
    published = [figure("all", "all", range(5))]
    ties = [tie(each, 0, a=0, b=0) for each in range(5)]
    before = Setting(5, known=frozenset({Column(0, "a")}), ties=ties)
    last = frozenset({Column(0, "b")})
    assert may_become_known(published, before, last).refusal is Refusal.TOO_FEW_UNKNOWN
    assert may_become_known(published, Setting(5, ties=ties), last).allowed
    untied = Setting(5, known=before.known)
    assert may_become_known(published, untied, last).allowed


def test_a_consent_to_a_part_that_no_figure_tells_is_held_against_what_follows_of_it():
    """A total less one part is the other: of nine, five have to stay unknown."""
    published = [figure("all", "all", range(9)), figure("a", "a", range(9))]
    setting = Setting(5, ties=[tie(each, 0, a=0, b=0) for each in range(9)])
    allowed = []
    for district in range(9):
        last = frozenset({Column(district, "b")})
        allowed.append(may_become_known(published, setting, last).allowed)
        if allowed[-1]:
            setting = with_known(setting, last)
    assert allowed == [True] * 4 + [False] * 5
    assert audit(published, setting).passed


def test_parts_that_may_be_all_of_a_total_are_held_against_it():
    """Whoever has no third part lets the total be known with two."""
    published = [figure("all", "all", range(5))]
    certain = [tie(each, 0, a=0, b=0, c=0) for each in range(1, 5)]
    setting = Setting(5, ties=certain, doubted=[tie(0, 0, a=0, b=0)])
    first = frozenset({Column(0, "a")})
    assert may_become_known(published, setting, first).allowed
    last = frozenset({Column(0, "b")})
    assert not may_become_known(published, with_known(setting, first), last).allowed


def test_ties_that_no_whole_numbers_solve_make_known_what_they_tie():
    """Nobody can derive it; whoever could is refused."""
    three = {Column(0, "a"): 2, Column(0, "b"): -3}
    (told,) = tied([figure("a", "a", range(2))], [three])
    assert told.weights == {Column(1, "a"): 1}
