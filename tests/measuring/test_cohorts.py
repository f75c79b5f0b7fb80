"""A graduating class can be followed across school years."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.measuring.cohorts import class_of, grade_of
from app.measuring.periods import parse
from app.measuring.unfit import Unfit


def test_kindergarten_in_2021_22_is_the_class_of_2034():
    assert (grade_of(2034, parse("2021-22")), class_of(0, parse("2021-22"))) == (0, 2034)


def test_the_class_of_2034_goes_through_every_grade_once():
    years = [parse(f"20{year}-{year + 1}") for year in range(20, 35)]
    assert [grade_of(2034, year) for year in years] == [None, *range(13), None]


def test_a_part_of_a_school_year_is_of_the_same_grade():
    periods = ("2026-27", "2026-27-S2", "2026-27-T1", "2026-07", "2027-06", "2027-06-30")
    assert [grade_of(2034, parse(each)) for each in periods] == [5] * 6
    assert grade_of(2034, parse("2027-07")) == 6


@given(st.integers(0, 12), st.integers(2000, 2100))
def test_the_class_of_a_grade_is_in_that_grade(grade, year):
    school_year = parse(f"{year}-{(year + 1) % 100:02}")
    assert grade_of(class_of(grade, school_year), school_year) == grade


@pytest.mark.parametrize("grade", [-1, 13])
def test_there_is_no_class_of_a_grade_that_is_none(grade):
    with pytest.raises(Unfit) as refused:
        class_of(grade, parse("2026-27"))
    assert (refused.value.field, refused.value.code) == ("grade", "no_such_grade")
