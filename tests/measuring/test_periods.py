"""Periods are read in one spelling each, are ordered, and lie inside one another."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.measuring.periods import (
    FIRST_DAY,
    LAST_DAY,
    MONTHS,
    Period,
    end_year,
    parse,
)
from app.measuring.unfit import Unfit
from app.measuring.words import PeriodKind
from app.scalars.times import FIRST_YEAR, LAST_YEAR

days = st.dates(FIRST_DAY, LAST_DAY)
kinds = st.sampled_from(PeriodKind)
periods = st.builds(Period.holding, kinds, days)

SPANS = {
    "2026-27": ("school_year", "2026-07-01", "2027-06-30"),
    "2026-27-S1": ("semester", "2026-07-01", "2026-12-31"),
    "2026-27-S2": ("semester", "2027-01-01", "2027-06-30"),
    "2026-27-T1": ("trimester", "2026-07-01", "2026-10-31"),
    "2026-27-T2": ("trimester", "2026-11-01", "2027-02-28"),
    "2027-28-T2": ("trimester", "2027-11-01", "2028-02-29"),
    "2026-27-T3": ("trimester", "2027-03-01", "2027-06-30"),
    "2026-27-Q1": ("quarter", "2026-07-01", "2026-09-30"),
    "2026-27-Q2": ("quarter", "2026-10-01", "2026-12-31"),
    "2026-27-Q3": ("quarter", "2027-01-01", "2027-03-31"),
    "2026-27-Q4": ("quarter", "2027-04-01", "2027-06-30"),
    "2026-11": ("month", "2026-11-01", "2026-11-30"),
    "2028-02": ("month", "2028-02-01", "2028-02-29"),
    "2026-11-03": ("day", "2026-11-03", "2026-11-03"),
    "1999-00": ("school_year", "1999-07-01", "2000-06-30"),
    "2099-00-Q4": ("quarter", "2100-04-01", "2100-06-30"),
    "2010-11": ("school_year", "2010-07-01", "2011-06-30"),
    "2010-M11": ("month", "2010-11-01", "2010-11-30"),
    "2010-12": ("month", "2010-12-01", "2010-12-31"),
    "2010-11-12": ("day", "2010-11-12", "2010-11-12"),
    "1900-01": ("school_year", "1900-07-01", "1901-06-30"),
    "2199-00": ("school_year", "2199-07-01", "2200-06-30"),
}


@pytest.mark.parametrize("text", SPANS)
def test_a_period_has_a_kind_a_first_and_a_last_day(text):
    period = parse(text)
    assert (
        period.kind.value,
        period.first_day.isoformat(),
        period.last_day.isoformat(),
    ) == SPANS[text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"),
        ("2026", "malformed"),
        ("2026-27 ", "malformed"),
        ("2026-27\n", "malformed"),
        (" 2026-27", "malformed"),
        ("2026/27", "malformed"),
        ("2026\u201327", "malformed"),
        ("2026-2027", "malformed"),
        ("26-27", "malformed"),
        ("+2026-27", "malformed"),
        ("\uff12\uff10\uff12\uff16-27", "malformed"),
        ("٢٠٢٦-27", "malformed"),
        ("2026-2²", "malformed"),
        ("2026-27-s1", "malformed"),
        ("2026-27-S", "malformed"),
        ("2026-27-S0", "malformed"),
        ("2026-27-S01", "malformed"),
        ("2026-27-H1", "malformed"),
        ("2026-27S1", "malformed"),
        ("2026-W03", "malformed"),
        ("2026-1", "malformed"),
        ("2026-11-3", "malformed"),
        ("2026-11-03T00:00", "malformed"),
        ("20261103", "malformed"),
        ("2026-M11", "malformed"),
        ("2010-M12", "malformed"),
        ("2010-m11", "malformed"),
        ("2012-M13", "no_such_period"),
        ("2026-28", "no_such_period"),
        ("2026-26", "no_such_period"),
        ("2026-00", "no_such_period"),
        ("2026-13", "no_such_period"),
        ("2012-13-T4", "no_such_period"),
        ("2026-11-S1", "no_such_period"),
        ("2026-27-S3", "no_such_period"),
        ("2026-27-T4", "no_such_period"),
        ("2026-27-Q5", "no_such_period"),
        ("2026-11-31", "no_such_period"),
        ("2027-02-29", "no_such_period"),
        ("2100-02-29", "no_such_period"),
        ("2026-00-10", "no_such_period"),
        ("2026-27-01", "no_such_period"),
        ("0000-02", "no_such_period"),
        ("2012-M12", "malformed"),
        ("2011-M12-S1", "malformed"),
        ("1899-00", "out_of_range"),
        ("1900-06", "out_of_range"),
        ("1900-M01", "out_of_range"),
        ("1900-06-30", "out_of_range"),
        ("2200-01", "out_of_range"),
        ("2200-07", "out_of_range"),
        ("2200-07-01", "out_of_range"),
        ("0000-01", "out_of_range"),
        ("9999-00", "out_of_range"),
        ("9999-12", "out_of_range"),
        ("9999-12-31", "out_of_range"),
    ],
)
def test_what_is_no_period_is_refused(text, code):
    with pytest.raises(Unfit) as refused:
        parse(text)
    assert (refused.value.field, refused.value.code) == ("period", code)


def test_a_period_is_never_begun_on_another_day():
    with pytest.raises(Unfit) as refused:
        Period(PeriodKind.SCHOOL_YEAR, date(2026, 8, 1))
    assert refused.value.detail == "No school_year begins on 2026-08-01."


@pytest.mark.parametrize("day", [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_no_period_holds_a_day_out_of_range(day):
    with pytest.raises(Unfit) as refused:
        Period.holding(PeriodKind.MONTH, day)
    assert refused.value.code == "out_of_range"


def test_periods_lie_within_the_years_that_a_request_may_name():
    assert (FIRST_DAY.year, LAST_DAY.year) == (FIRST_YEAR, LAST_YEAR)


@given(periods)
def test_a_period_is_read_as_it_is_written(period):
    assert parse(str(period)) == period


@given(periods, periods)
def test_no_two_periods_are_written_alike(one, other):
    assert (str(one) == str(other)) is (one == other)


def test_every_month_of_the_range_is_written_in_its_own_way():
    months = {
        Period.holding(PeriodKind.MONTH, date(year, month, 1))
        for year in range(1901, 2200)
        for month in range(1, 13)
    }
    years = {Period.holding(PeriodKind.SCHOOL_YEAR, date(year, 7, 1)) for year in range(1900, 2200)}
    written = {str(period) for period in months | years}
    assert (len(written), sum("M" in each for each in written)) == (299 * 12 + 300, 12 + 11 + 12)


@given(st.from_regex(r"[12][0-9]{3}-M?[0-9]{2}(-([STQ][0-9]|[0-9]{2}))?", fullmatch=True))
def test_any_text_is_a_period_in_its_one_spelling_or_is_refused(text):
    try:
        written = str(parse(text))
    except Unfit as refused:
        written = refused.field
        assert written == "period"
    else:
        assert written == text


@given(periods, days)
def test_a_period_holds_the_days_from_its_first_to_its_last(period, day):
    inside = period.first_day <= day <= period.last_day
    assert period.contains(Period.holding(PeriodKind.DAY, day)) is inside


@given(kinds, days)
def test_the_periods_of_a_kind_follow_one_another_without_gap_or_overlap(kind, day):
    period = Period.holding(kind, day)
    assert period.contains(Period.holding(PeriodKind.DAY, day))
    if period.last_day < LAST_DAY:
        following = Period.holding(kind, period.last_day + timedelta(days=1))
        assert following.first_day == period.last_day + timedelta(days=1)


@given(periods)
def test_a_parent_is_longer_and_contains_its_part(period):
    parent = period.parent
    if period.kind is PeriodKind.SCHOOL_YEAR:
        assert parent is None
    else:
        assert parent is not None
        assert parent.contains(period)
        assert MONTHS[parent.kind] > MONTHS[period.kind]
        assert not period.contains(parent)


def test_a_day_lies_in_its_month_its_quarter_its_semester_and_its_school_year():
    written, period = [], parse("2027-02-28")
    while period is not None:
        written.append(str(period))
        period = period.parent
    assert written == ["2027-02-28", "2027-02", "2026-27-Q3", "2026-27-S2", "2026-27"]


def test_the_parent_of_a_trimester_is_the_school_year():
    assert str(parse("2026-27-T2").parent) == "2026-27"


@given(periods, periods, periods)
def test_the_order_of_periods_is_total(one, other, third):
    assert [one < other, one == other, one > other].count(True) == 1
    assert not (one < other and other < third and not one < third)
    assert (one <= other) is (one < other or one == other)


def test_a_longer_period_stands_before_the_parts_that_begin_with_it():
    written = [
        "2025-26",
        "2026-06",
        "2026-27",
        "2026-27-S1",
        "2026-27-T1",
        "2026-27-Q1",
        "2026-07",
        "2026-07-01",
        "2026-07-02",
        "2026-27-Q2",
        "2026-11",
    ]
    assert [str(period) for period in sorted(map(parse, reversed(written)))] == written


@given(periods)
def test_the_school_year_of_a_period_ends_in_its_end_year(period):
    year = Period.holding(PeriodKind.SCHOOL_YEAR, period.first_day)
    assert year.contains(period)
    assert end_year(period) == year.last_day.year


@given(periods, periods)
def test_periods_end_in_time_as_their_last_days_do(one, other):
    assert (one.end < other.end) is (one.last_day < other.last_day)
    assert (one.end == other.end) is (one.last_day == other.last_day)


def test_time_is_counted_in_months():
    at = parse("2026-27").end
    assert [
        parse(text).end - at for text in ("2027-28", "2026-27-Q4", "2027-28-S1", "2027-07-31")
    ] == [12, 0, 6, 1]
    assert parse("2027-07-01").end - at == Fraction(1, 31)
