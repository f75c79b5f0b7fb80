"""A value is an exact quotient, a pool the quotient of sums, and only what is shown is rounded."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring.made import FIRST

from app.measuring.periods import parse
from app.measuring.unfit import Unfit
from app.measuring.values import FACTORS, Observed, exact, plain, pooled, quotient, ratio, shown
from app.measuring.words import ValueStatus

YEAR = parse("2026-27")
counts = st.decimals(0, 10**9, places=3)
optional = st.none() | counts


@pytest.mark.parametrize(
    ("numerator", "denominator", "factor", "value"),
    [
        (432, 1021, 100, Fraction(43200, 1021)),
        (Decimal("431.5"), Decimal(1021), 100, Fraction(43150, 1021)),
        (3, 2, 1, Fraction(3, 2)),
        (500, 1, 1, Fraction(500)),
        (12_500, 25, 1, Fraction(500)),
        (7, 4200, 1000, Fraction(5, 3)),
        (0, 30, 100, Fraction(0)),
        (-12, 30, 1, Fraction(-2, 5)),
        (5, 0, 100, None),
        (0, 0, 100, None),
        (5, Decimal("0.00"), 100, None),
        (5, None, 100, None),
        (None, 5, 100, None),
        (None, None, 1, None),
    ],
)
def test_a_value_is_numerator_by_denominator_times_factor(numerator, denominator, factor, value):
    assert quotient(numerator, denominator, factor) == value


@given(counts, counts, st.sampled_from(FACTORS))
def test_a_value_loses_nothing(numerator, denominator, factor):
    value = quotient(numerator, denominator, factor)
    if denominator == 0:
        assert value is None
    else:
        assert value is not None
        assert value * Fraction(denominator) == Fraction(numerator) * factor


@pytest.mark.parametrize("factor", [0, 10, -1, 10_000])
def test_a_factor_is_1_or_100_or_1000(factor):
    with pytest.raises(Unfit) as refused:
        quotient(1, 2, factor)
    assert (refused.value.field, refused.value.code) == ("factor", "no_such_factor")


def test_a_denominator_is_not_negative():
    with pytest.raises(Unfit) as refused:
        quotient(1, -2, 100)
    assert (refused.value.field, refused.value.code) == ("denominator", "out_of_range")


@pytest.mark.parametrize("number", [0.5, 1.0, True, "1", float("nan")])
def test_what_is_not_exact_is_no_number(number):
    with pytest.raises(TypeError):
        exact(number)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_number(number):
    with pytest.raises(Unfit) as refused:
        exact(Decimal(number))
    assert refused.value.code == "not_finite"


def test_a_decimal_where_a_fraction_belongs_is_refused():
    with pytest.raises(TypeError, match="Decimal is not a fraction"):
        Observed(YEAR, FIRST, ValueStatus.REPORTED, Decimal("0.1"))


def test_schools_are_pooled_by_their_sums_and_not_by_the_mean_of_their_rates():
    """10 of 10 and 0 of 90 students are 10 % of 100, while the rates have a mean of 50 %."""
    together = pooled([(10, 10), (0, 90)], 100)
    assert (together.value, together.counted, together.left_out) == (Fraction(10), 2, 0)


def test_what_has_no_value_is_left_out_of_a_pool_and_counted():
    together = pooled([(30, 40), (None, 50), (7, None), (5, 0), (0, 0), (30, 60)], 100)
    assert (together.numerator, together.denominator, together.value) == (60, 100, Fraction(60))
    assert (together.counted, together.left_out) == (2, 4)


@pytest.mark.parametrize(("parts", "left_out"), [([], 0), ([(1, 0), (None, 3)], 2)])
def test_a_pool_of_nothing_has_no_value(parts, left_out):
    together = pooled(parts, 100)
    assert (together.value, together.counted, together.left_out) == (None, 0, left_out)


@given(
    st.lists(st.tuples(counts, st.decimals(1, 10**6, places=2)), min_size=1),
    st.sampled_from(FACTORS),
)
def test_a_pool_lies_between_the_least_and_the_greatest_of_its_values(parts, factor):
    values = [Fraction(n) / Fraction(d) * factor for n, d in parts]
    together = pooled(parts, factor).value
    assert together is not None
    assert min(values) <= together <= max(values)


@given(st.lists(st.tuples(optional, optional)), st.lists(st.tuples(optional, optional)))
def test_a_pool_of_two_pools_is_the_pool_of_all(some, others):
    one, other, both = pooled(some, 100), pooled(others, 100), pooled(some + others, 100)
    parts = [(one.numerator, one.denominator), (other.numerator, other.denominator)]
    assert pooled(parts, 100).value == both.value
    assert both.counted == one.counted + other.counted
    assert both.left_out == one.left_out + other.left_out


def test_an_observation_keeps_the_parts_of_its_quotient():
    observed = ratio(YEAR, FIRST, ValueStatus.ESTIMATED, Decimal(432), Decimal(1021), 100)
    assert observed == Observed(
        YEAR, FIRST, ValueStatus.ESTIMATED, Fraction(43200, 1021), Fraction(432), Fraction(1021)
    )


def test_a_denominator_of_0_is_kept_with_no_value():
    observed = ratio(YEAR, FIRST, ValueStatus.REPORTED, 0, 0, 100)
    assert (observed.value, observed.numerator, observed.denominator) == (None, 0, 0)


@pytest.mark.parametrize("status", ["not_collected", "not_applicable", "suppressed"])
def test_only_what_is_reported_or_estimated_has_a_value(status):
    assert plain(YEAR, FIRST, ValueStatus(status), None).value is None
    assert ratio(YEAR, FIRST, ValueStatus(status), None, None, 100).value is None
    for made in (
        lambda: plain(YEAR, FIRST, ValueStatus(status), 3),
        lambda: ratio(YEAR, FIRST, ValueStatus(status), None, 0, 100),
        lambda: ratio(YEAR, FIRST, ValueStatus(status), 5, None, 100),
    ):
        with pytest.raises(Unfit) as refused:
            made()
        assert (refused.value.field, refused.value.code) == ("value", "unexpected")


def test_what_is_reported_or_estimated_may_have_a_value():
    assert [status.value for status in ValueStatus if status.has_value] == ["reported", "estimated"]


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (Fraction(1, 8), 2, "0.12"),
        (Fraction(3, 8), 2, "0.38"),
        (Fraction(5, 2), 0, "2"),
        (Fraction(7, 2), 0, "4"),
        (Fraction(-5, 2), 0, "-2"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(43200, 1021), 1, "42.3"),
        (Fraction(2, 3), 6, "0.666667"),
        (Decimal("84.96"), 1, "85.0"),
        (100, 1, "100.0"),
        (Fraction(10**40, 3), 2, "3" * 40 + ".33"),
    ],
)
def test_what_is_shown_is_rounded_half_to_even(value, decimals, written):
    assert str(shown(value, decimals)) == written


@given(st.fractions(), st.integers(0, 12))
def test_what_is_shown_is_never_further_off_than_half_a_unit(value, decimals):
    with localcontext(prec=3):
        rounded = shown(value, decimals)
    assert abs(Fraction(rounded) - value) * 2 * 10**decimals <= 1


def test_decimals_are_not_negative():
    with pytest.raises(Unfit) as refused:
        shown(15, -1)
    assert refused.value.field == "decimals"
