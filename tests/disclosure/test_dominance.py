"""The rules on one figure (DR-02, DR-03, DR-04), against what they mean put into a search."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.dominance import (
    OutOfBoundsError,
    Students,
    contributions,
    exceeds_share,
    is_dominated,
    is_sensitive,
    too_few_students,
    with_rates,
)

amounts = st.decimals(min_value=0, max_value=10**6, places=2)
answers = st.dictionaries(st.integers(0, 9), amounts, min_size=1, max_size=8)
offices = st.dictionaries(st.integers(0, 9), st.integers(20, 23), max_size=6)


def pooled(values: dict[int, Decimal], under: dict[int, int]) -> list[Fraction]:
    names = {under.get(name, name) for name in values}
    return [
        sum((Fraction(v) for n, v in values.items() if under.get(n, n) == name), Fraction())
        for name in names
    ]


@given(answers, offices, st.integers(1, 60), st.integers(0, 3))
def test_a_sum_is_sensitive_where_some_coalition_comes_too_near_to_somebody(
    values: dict[int, Decimal], under: dict[int, int], nearness: int, coalition: int
) -> None:
    parts = pooled(values, under)
    total = sum(parts)
    others = range(len(parts))
    near = any(
        100 * (total - sum(parts[i] for i in known) - parts[target]) < nearness * parts[target]
        for target in others
        for size in range(coalition + 1)
        for known in combinations([i for i in others if i != target], size)
    )
    assert is_sensitive(values, nearness, coalition, under) == (near or total == 0)


@given(answers, offices, st.integers(1, 100))
def test_a_share_is_exceeded_where_somebody_has_more_of_all_than_the_cap(
    weights: dict[int, Decimal], under: dict[int, int], cap: int
) -> None:
    parts = pooled(weights, under)
    total = sum(parts)
    expected = total == 0 or any(part / total > Fraction(cap, 100) for part in parts)
    assert exceeds_share(weights, cap, under) == expected


@given(answers, st.integers(1, 4), st.integers(1, 100))
def test_n_contributors_dominate_where_some_n_make_k_percent(
    values: dict[int, Decimal], n: int, k: int
) -> None:
    parts = [Fraction(value) for value in values.values()]
    groups = combinations(parts, min(n, len(parts)))
    expected = any(100 * sum(group) >= k * sum(parts) for group in groups)
    assert is_dominated(values, n, k) == expected


@given(answers, st.decimals(min_value=-500, max_value=500, places=1), st.integers(1, 60))
def test_values_are_counted_from_the_bound_that_everybody_knows(
    values: dict[int, Decimal], lowest: Decimal, nearness: int
) -> None:
    shifted = {name: value + lowest for name, value in values.items()}
    assert is_sensitive(shifted, nearness, lowest=lowest) == is_sensitive(values, nearness)


def test_exactly_p_percent_is_far_enough_and_a_cent_less_is_not() -> None:
    assert not is_sensitive({"a": 1000, "b": 500, "c": 100}, 10)
    assert is_sensitive({"a": 1000, "b": 500, "c": Decimal("99.99")}, 10)


def test_exactly_the_cap_is_within_it() -> None:
    assert not exceeds_share({"a": 25, "b": 25, "c": 25, "d": 25}, 25)
    assert exceeds_share({"a": 26, "b": 25, "c": 25, "d": 25}, 25)


def test_districts_under_one_administration_are_one_contributor() -> None:
    values = {"a": 30, "b": 30, "c": 20, "d": 20}
    assert not is_sensitive(values, 50)
    assert is_sensitive(values, 50, administrations={"a": "office", "b": "office"})
    assert not exceeds_share(values, 30)
    assert exceeds_share(values, 30, {"c": "office", "d": "office"})
    assert contributions(values, {"c": "office", "d": "office"}) == {"office": 40, "a": 30, "b": 30}


def test_a_sum_of_nothing_says_of_each_that_it_is_nothing() -> None:
    assert is_sensitive({"a": 0, "b": 0, "c": 0, "d": 0, "e": 0}, 10)
    assert exceeds_share({"a": 0, "b": 0}, 25)


def test_a_value_beyond_the_public_bound_is_refused_and_not_skipped() -> None:
    with pytest.raises(OutOfBoundsError):
        is_sensitive({"a": -1, "b": 5, "c": 5}, 10)
    with pytest.raises(OutOfBoundsError):
        exceeds_share({"a": -1, "b": 5}, 25)


def test_without_a_public_bound_the_rule_does_not_apply() -> None:
    assert not is_sensitive({"a": -1000, "b": 5}, 10, lowest=None)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        is_sensitive({"a": 0.1}, 10)  # type: ignore[dict-item]


FIVE = dict.fromkeys("abcde", Students(2, 4))


@pytest.mark.parametrize(
    ("counted", "too_few"),
    [
        (FIVE, False),
        ({**FIVE, "a": Students(1, 4)}, True),
        ({**FIVE, "a": Students(3, 4)}, True),
        ({**FIVE, "a": Students(0, 0)}, True),
        ({**FIVE, "f": Students(0, 0), "a": Students(4, 8)}, False),
        ({"a": Students(50, 100), "b": Students(50, 100)}, True),
        ({**FIVE, "a": Students(9, 4)}, True),
        ({}, True),
    ],
)
def test_ten_students_on_either_side_and_five_districts(
    counted: dict[str, Students], too_few: bool
) -> None:
    assert too_few_students(counted, 10, 5) == too_few


def test_students_of_one_administration_are_of_one() -> None:
    assert too_few_students(FIVE, 10, 5, {"a": "office", "b": "office"})


def test_a_rate_of_fewer_than_ten_students_enters_no_mean() -> None:
    counted = {"a": Students(0, 9), "b": Students(1, 10), "c": Students(0, 0), "d": Students(5, 90)}
    assert with_rates(counted, 10) == {"b", "d"}
