"""The interval audit (DR-08), against linear programs written down afresh for every question."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.disclosure import attack, region
from app.disclosure.attackers import Attacker, Finding, Sum, published_mean
from app.disclosure.dominance import OutOfBoundsError
from app.disclosure.figures import Column, Figure
from app.disclosure.intervals import Protection, interval_audit, protect

Values = Mapping[Column, Decimal]


def of(key: object, districts: str) -> Figure:
    return Figure(key, {Column(each): 1 for each in districts})


def values(**amounts: int) -> dict[Column, Decimal]:
    return {Column(name): Decimal(amount) for name, amount in amounts.items()}


def true(figure: Figure, answers: Values, give: int = 0) -> Sum:
    total = sum((weight * answers[each] for each, weight in figure.weights.items()), Decimal())
    return Sum(figure, total, give)


def highest(
    published: Sequence[Sum], target: Mapping[Column, int], answers: Values, fixed: set[Column],
    attacker: Attacker,
) -> float:  # fmt: skip
    """Ask scipy for the attacker's upper estimate."""
    columns = list(answers)
    rows = np.array([[s.figure.weights.get(c, 0) for c in columns] for s in published], dtype=float)
    low = np.array([float(Fraction(s.value) - Fraction(s.give)) for s in published])
    high = np.array([float(Fraction(s.value) + Fraction(s.give)) for s in published])
    top = None if attacker.highest is None else float(attacker.highest)
    bounds = [
        (float(answers[c]),) * 2 if c in fixed else (float(attacker.lowest), top) for c in columns
    ]
    found = linprog(
        [-target.get(c, 0) for c in columns],
        A_ub=np.vstack([rows, -rows]) if len(rows) else None,
        b_ub=np.concatenate([high, -low]) if len(rows) else None,
        bounds=bounds,
    )
    return float("inf") if found.status == 3 else -float(found.fun)


def margin(
    published: Sequence[Sum], sensitive: Figure, answers: Values, attacker: Attacker
) -> float:
    """Say how much more than needed remains open to the best informed coalition."""
    shares: dict[Any, Decimal] = {}
    for column, weight in sensitive.weights.items():
        office = attacker.office(column)
        shares[office] = shares.get(office, Decimal()) + weight * (
            answers[column] - Decimal(attacker.lowest)
        )
    largest = max(shares, key=lambda office: shares[office])
    own = {c: w for c, w in sensitive.weights.items() if attacker.office(c) == largest}
    truth = float(sum(w * answers[c] for c, w in own.items()))
    need = truth + float(shares[largest]) * attacker.nearness / 100
    others = {attacker.office(c) for c in answers} - {largest}
    return min(
        highest(
            published, own, answers, {c for c in answers if attacker.office(c) in known}, attacker
        )
        - need
        for size in range(attacker.coalition + 1)
        for known in combinations(others, size)
    )


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Sum], Figure, dict[Column, Decimal], Attacker]:
    names = "abcdefg"[: draw(st.integers(3, 7))]
    lowest = draw(st.sampled_from([0, 0, -20]))
    answers = {Column(name): Decimal(draw(st.integers(lowest, 200))) for name in names}
    answers[Column("a")] = Decimal(draw(st.integers(100, 400)))
    groups = st.sets(st.sampled_from(names), min_size=1)
    figures = [
        Figure(key, {Column(each): draw(st.sampled_from([1, 1, 1, 2])) for each in draw(groups)})
        for key in range(draw(st.integers(0, 5)))
    ]
    published = [true(f, answers, give=draw(st.sampled_from([0, 0, 3, 40]))) for f in figures]
    attacker = Attacker(
        nearness=draw(st.integers(5, 60)),
        coalition=draw(st.integers(0, 2)),
        administrations=draw(st.dictionaries(st.sampled_from(names), st.just("o"), max_size=3)),
        lowest=lowest,
        highest=draw(st.sampled_from([None, None, 450])),
    )
    sensitive = Figure("withheld", {Column(each): 1 for each in {"a", *draw(groups)}})
    return published, sensitive, answers, attacker


@pytest.mark.parametrize("many", [attack.MANY, 0])
def test_the_audit_agrees_with_linear_programs_written_down_afresh(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attack, "MANY", many)
    seen = {True: 0, False: 0}

    @settings(deadline=None)
    @given(systems())
    def agrees(system: tuple[list[Sum], Figure, dict[Column, Decimal], Attacker]) -> None:
        published, sensitive, answers, attacker = system
        left = margin(published, sensitive, answers, attacker)
        (found,) = interval_audit(published, [sensitive], answers, attacker)
        if abs(left) > 0.01:
            assert found.safe == (left > 0)
            seen[found.safe] += 1

    agrees()
    assert min(seen.values()) > 10


@settings(deadline=None)
@given(systems())
def test_one_sum_more_makes_nothing_safe(
    system: tuple[list[Sum], Figure, dict[Column, Decimal], Attacker],
) -> None:
    published, sensitive, answers, attacker = system
    safe = [
        interval_audit(published[:shown], [sensitive], answers, attacker)[0].safe
        for shown in range(len(published) + 1)
    ]
    assert safe == sorted(safe, reverse=True)


@settings(deadline=None)
@given(systems(), st.integers(0, 3))
def test_what_is_protected_is_safe_and_nothing_could_be_given_back(
    system: tuple[list[Sum], Figure, dict[Column, Decimal], Attacker], out: int
) -> None:
    published, sensitive, answers, attacker = system
    fixed, offered = published[:out], published[out:]
    found = protect(offered, [sensitive], answers, attacker, fixed)

    def safe(withheld: set[object]) -> bool:
        shown = [each for each in offered if each.figure.key not in withheld]
        return interval_audit([*fixed, *shown], [sensitive], answers, attacker)[0].safe

    withheld = set(found.withheld)
    assert (found.unprotected == ()) == safe({each.figure.key for each in offered})
    assume(not found.unprotected)
    assert safe(withheld)
    assert [key for key in found.withheld if safe(withheld - {key})] == []


TWELVE = values(a=1000, b=300, c=20, d=15, e=10, f=90, g=80, h=70, i=60, j=50, k=40, l=30)
ALL = "abcdefghijkl"
FIVE = of("five", "abcde")


def test_subtotals_that_pin_the_largest_are_found_and_named() -> None:
    """A pair with a tiny partner says a within one percent."""
    published = [true(of("all", ALL), TWELVE), true(of("pair", "ae"), TWELVE)]
    found = interval_audit(published, [FIVE], TWELVE, Attacker(10))
    assert found == (Finding("five", safe=False, insiders=frozenset(), held=("pair",)),)
    assert interval_audit(published[:1], [FIVE], TWELVE, Attacker(10)) == (
        Finding("five", safe=True),
    )


def test_a_withheld_sum_that_is_the_difference_of_two_is_found() -> None:
    """Example: all twelve, and the seven that are not in the sum."""
    published = [true(of("all", ALL), TWELVE), true(of("rest", "fghijkl"), TWELVE)]
    (found,) = interval_audit(published, [FIVE], TWELVE, Attacker(10))
    assert (found.safe, found.insiders, found.held) == (False, {"b"}, ("all", "rest"))
    assert protect(published, [FIVE], TWELVE, Attacker(10)) == Protection(("rest",), ())


def test_an_insider_need_not_be_in_the_sum() -> None:
    published = [true(of("seven", "abcdef"), TWELVE), true(of("most", "bcde"), TWELVE)]
    (found,) = interval_audit(published, [FIVE], TWELVE, Attacker(8))
    assert (found.safe, found.insiders) == (False, {"f"})
    assert interval_audit(published, [FIVE], TWELVE, Attacker(8, coalition=0))[0].safe


def test_rounding_leaves_something_open() -> None:
    answers = values(a=100, b=1, c=1)
    figure, withheld = of("mean", "abc"), of("withheld", "abc")
    exact, rough = (published_mean(figure, Decimal(mean)) for mean in ("34.0", "3E+1"))
    assert (exact, rough) == (
        Sum(figure, Fraction(102), Fraction(3, 20)),
        Sum(figure, Fraction(90), Fraction(15)),
    )
    rough = Sum(figure, 100, 15)
    assert not interval_audit([exact], [withheld], answers, Attacker(10))[0].safe
    assert interval_audit([rough], [withheld], answers, Attacker(10))[0].safe


def test_a_mean_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="a mean is a number"):
        published_mean(FIVE, Decimal("NaN"))


def test_a_bound_on_the_very_limit_counts_as_too_near() -> None:
    answers = values(a=100, b=10)
    published = [true(of("both", "ab"), answers)]
    withheld = of("withheld", "ab")
    alone = Attacker(10, coalition=0)
    assert not interval_audit(published, [withheld], answers, alone)[0].safe
    assert interval_audit(published, [withheld], answers, Attacker(9, coalition=0))[0].safe


def test_an_attacker_without_any_sum_knows_nothing() -> None:
    assert interval_audit([], [FIVE], TWELVE, Attacker(10)) == (Finding("five", safe=True),)


def test_a_public_highest_value_can_say_enough() -> None:
    close = Attacker(10, highest=1050)
    assert interval_audit([], [FIVE], TWELVE, close) == (Finding("five", safe=False),)
    assert protect([true(of("all", ALL), TWELVE)], [FIVE], TWELVE, close) == Protection(
        (), ("five",)
    )


def test_who_is_known_to_everybody_hides_nobody_and_is_not_hidden() -> None:
    published = [true(of("pair", "ab"), TWELVE)]
    known = Attacker(10, coalition=0, known={Column("b")})
    assert interval_audit(published, [FIVE], TWELVE, Attacker(10, coalition=0))[0].safe
    assert not interval_audit(published, [FIVE], TWELVE, known)[0].safe
    everybody = Attacker(10, known={Column(each) for each in "abcde"})
    assert interval_audit(published, [FIVE], TWELVE, everybody)[0].safe


def test_a_value_that_is_shredded_counts_as_known() -> None:
    published = [true(of("pair", "af"), TWELVE, give=200)]
    left = {column: value for column, value in TWELVE.items() if column != Column("f")}
    assert interval_audit(published, [FIVE], TWELVE, Attacker(10, coalition=0))[0].safe
    assert not interval_audit(published, [FIVE], left, Attacker(10, coalition=0))[0].safe


def test_zeros_must_not_be_known_for_zeros() -> None:
    answers = values(a=0, b=0, c=7)
    withheld = of("withheld", "ab")
    published = [true(of("all", "abc"), answers)]
    assert not interval_audit(published, [withheld], answers, Attacker(10))[0].safe
    alone = Attacker(10, coalition=0)
    assert interval_audit(published, [withheld], answers, alone)[0].safe


def test_districts_of_one_administration_know_each_other() -> None:
    published = [true(of("three", "abf"), TWELVE), true(of("all", ALL), TWELVE)]
    assert interval_audit(published, [FIVE], TWELVE, Attacker(8))[0].safe
    together = Attacker(8, administrations={"b": "office", "f": "office"})
    (found,) = interval_audit(published, [FIVE], TWELVE, together)
    assert (found.safe, found.insiders) == (False, {"office"})


def test_two_insiders_find_what_one_does_not() -> None:
    published = [true(of("three", "abf"), TWELVE)]
    assert interval_audit(published, [FIVE], TWELVE, Attacker(8))[0].safe
    (found,) = interval_audit(published, [FIVE], TWELVE, Attacker(8, coalition=2))
    assert (found.safe, found.insiders) == (False, {"b", "f"})


def test_a_solver_that_fails_has_not_found_anything_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def run(self) -> object:
            return region.highspy.HighsStatus.kError

        def __getattr__(self, name: str) -> Any:
            return lambda *_: None

    monkeypatch.setattr(attack, "MANY", 0)
    monkeypatch.setattr(region.Region, "_built", lambda *_: Failing())
    found = interval_audit([true(of("all", ALL), TWELVE)], [FIVE], TWELVE, Attacker(10))
    assert found == (Finding("five", safe=False),)


def test_a_value_beyond_the_public_bounds_is_refused() -> None:
    with pytest.raises(OutOfBoundsError):
        interval_audit([], [FIVE], TWELVE, Attacker(10, highest=999))
    with pytest.raises(OutOfBoundsError):
        interval_audit([], [FIVE], TWELVE, Attacker(10, lowest=11))


def test_a_sum_that_is_not_of_its_values_is_refused() -> None:
    wrong = Sum(of("all", ALL), 1)
    with pytest.raises(ValueError, match="not what its values come to"):
        interval_audit([wrong], [FIVE], TWELVE, Attacker(10))


def test_sums_under_one_key_are_withheld_together_and_earlier_ones_stay() -> None:
    rest = [true(of("ratio", "fghijkl"), TWELVE), true(of("ratio", "fgh"), TWELVE)]
    whole = true(of("all", ALL), TWELVE)
    found = protect([whole, *rest], [FIVE], TWELVE, Attacker(10))
    assert found == Protection(("ratio",), ())
    assert protect(rest, [FIVE], TWELVE, Attacker(10), fixed=[whole]) == found
    assert protect([], [FIVE], TWELVE, Attacker(10), fixed=[whole, *rest]) == Protection(
        (), ("five",)
    )


@st.composite
def broken_down(
    draw: st.DrawFn, highest: int | None = None
) -> tuple[list[Sum], Figure, dict[Column, Decimal], Attacker]:
    """Totals and two parts; somebody's do not add up, and then it is not tied."""
    names = "abcde"[: draw(st.integers(3, 5))]
    answers: dict[Column, Decimal] = {}
    ties = []
    for name in names:
        first = 150 if name == "a" else 0
        parts = [Decimal(draw(st.integers(first, 200))) for _ in range(2)]
        answers |= {Column(name, part): each for part, each in zip("pq", parts, strict=True)}
        missing = draw(st.sampled_from([0, 0, 0, 30]))
        answers[Column(name, "all")] = sum(parts) + missing
        if not missing:
            ties.append({Column(name, "all"): -1, Column(name, "p"): 1, Column(name, "q"): 1})
    groups = st.sets(st.sampled_from(names), min_size=1)
    categories = st.sampled_from(["all", "p", "q"])

    def figure(key: object, of_all: set[str]) -> Figure:
        category = draw(categories)
        return Figure(key, {Column(each, category): 1 for each in of_all})

    published = [
        true(figure(key, draw(groups)), answers, give=draw(st.sampled_from([0, 0, 3, 40])))
        for key in range(draw(st.integers(0, 5)))
    ]
    attacker = Attacker(draw(st.integers(5, 60)), highest=highest, ties=ties)
    return published, figure("withheld", {"a", *draw(groups)}), answers, attacker


def against_ties(
    system: tuple[list[Sum], Figure, dict[Column, Decimal], Attacker],
) -> tuple[bool, float]:
    """What the audit says, and what linear programs that are told each tie as a sum leave open."""
    published, sensitive, answers, attacker = system
    told = [*published, *(Sum(Figure("tie", tie), 0) for tie in attacker.ties)]
    left = margin(told, sensitive, answers, attacker)
    (found,) = interval_audit(published, [sensitive], answers, attacker)
    return found.safe, left


def test_what_adds_up_is_known_to_the_attacker() -> None:
    seen = {True: 0, False: 0}

    @settings(deadline=None)
    @given(broken_down())
    def agrees(system: tuple[list[Sum], Figure, dict[Column, Decimal], Attacker]) -> None:
        safe, left = against_ties(system)
        if abs(left) > 0.01:
            assert safe == (left > 0)
            seen[safe] += 1

    agrees()
    assert min(seen.values()) > 10


def test_what_adds_up_under_an_upper_bound_is_never_thought_safer_than_it_is() -> None:
    """The room of a total is shared among its parts beforehand, which only refuses more."""
    seen = {True: 0, False: 0}

    @settings(deadline=None)
    @given(broken_down(highest=500))
    def is_bound(system: tuple[list[Sum], Figure, dict[Column, Decimal], Attacker]) -> None:
        safe, left = against_ties(system)
        seen[safe] += 1
        if safe:
            assert left > -0.01

    is_bound()
    assert min(seen.values()) > 10


def test_a_total_is_withheld_in_vain_beside_its_parts() -> None:
    total = Figure("all", {Column(each, "all"): 1 for each in "abcde"})
    parts = [Figure(name, {Column(each, name): 1 for each in "abcde"}) for name in "pq"]
    answers = {Column(each, name): Decimal(10) for each in "abcde" for name in "pq"}
    answers |= {Column("a", name): Decimal(1000) for name in "pq"}
    for each in "abcde":
        answers[Column(each, "all")] = answers[Column(each, "p")] + answers[Column(each, "q")]
    ties = [
        {Column(each, "all"): -1, Column(each, "p"): 1, Column(each, "q"): 1} for each in "abcde"
    ]
    shown = [true(part, answers) for part in parts]
    assert protect(shown, [total], answers, Attacker(10)).withheld == ()
    assert protect(shown, [total], answers, Attacker(10, ties=ties)).withheld == ("q",)


def test_a_part_that_nobody_can_open_is_as_good_as_known() -> None:
    """Its district left: others may still know it, and so what its total less the rest is."""
    answers = values(a=1000, b=10, c=10)
    tie = {Column("a"): -1, Column("a", "p"): 1}
    sensitive = of("withheld", "abc")
    (found,) = interval_audit([], [sensitive], answers, Attacker(10))
    assert found.safe
    (found,) = interval_audit([], [sensitive], answers, Attacker(10, ties=[tie]))
    assert not found.safe
