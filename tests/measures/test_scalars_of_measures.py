from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring.strategies import periods
from pydantic import TypeAdapter, ValidationError

from app.measures.scalars import PeriodText, Quantity, computed

PERIOD, QUANTITY = TypeAdapter(PeriodText), TypeAdapter(Quantity)


@given(periods)
def test_a_period_is_read_as_it_is_written(period):
    assert PERIOD.validate_python(str(period)) == str(period)


SAID = {
    "malformed": (
        "A period is written as 2026-27, 2026-27-S1, 2026-27-T2, 2026-27-Q3, 2026-11 or 2026-11-03."
    ),
    "no_such_period": "It is written like a period, and there is no such period.",
    "out_of_range": "From 1900-07-01 to 2200-06-30.",
    "not_text": "Not a text.",
}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026", "malformed"),
        ("2026-27 ", "malformed"),
        ("2026-27-S3", "no_such_period"),
        ("2026-13", "no_such_period"),
        ("2026-02-30", "no_such_period"),
        ("1850-51", "out_of_range"),
        ("٢٠٢٦-٢٧", "malformed"),
        (2026, "not_text"),
        (None, "not_text"),
    ],
)
def test_what_is_no_period_is_refused_without_being_repeated(value, code):
    with pytest.raises(ValidationError) as refused:
        PERIOD.validate_python(value)
    (error,) = refused.value.errors()
    assert (error["type"], error["msg"]) == (f"c34:{code}", SAID[code])


def test_the_pattern_of_the_contract_is_that_of_the_arithmetic():
    schema = PERIOD.json_schema()
    assert schema == {
        "type": "string",
        "pattern": "^([0-9]{4})-(([0-9]{2})(-([STQ])([1-9]))?|M([0-9]{2})|([0-9]{2}-[0-9]{2}))$",
        "maxLength": 10,
        "examples": ["2026-27", "2026-27-S1", "2026-11"],
    }


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(-1, 3), "-0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(1, 2_000_000), "0"),
        (Fraction(3, 2_000_000), "2e-06"),
        (Fraction(-1, 2_000_000), "0"),
        (Fraction(84_96, 100), "84.96"),
        (Fraction(500), "500"),
    ],
)
def test_a_computed_number_has_six_decimals_and_is_rounded_half_to_even(number, written):
    assert repr(computed(number)) == written


@given(st.fractions(min_value=-(10**8), max_value=10**8))
def test_a_computed_number_is_rounded_as_python_rounds_fractions(number):
    assert computed(number) == pytest.approx(round(number, 6), rel=0, abs=1e-9)


@given(st.fractions(min_value=-(10**8), max_value=10**8))
def test_a_whole_number_is_written_without_a_point(number):
    written = computed(number)
    assert isinstance(written, int) == (round(number, 6).denominator == 1)


@pytest.mark.parametrize("value", [True, "1", 1e13, 0.0000001])
def test_a_quantity_is_exact_and_bounded(value):
    with pytest.raises(ValidationError):
        QUANTITY.validate_python(value)
