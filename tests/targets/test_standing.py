"""What the rows say is what the arithmetic is given, and what it answers is what is told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring.strategies import YEARS, directions

from app.measuring.eras import Definition
from app.measuring.freshness import Rhythm
from app.measuring.periods import parse
from app.measuring.status import Inputs, judge
from app.measuring.targets import Band, Point, Trajectory
from app.measuring.values import exact, plain, ratio
from app.measuring.words import Direction, PeriodKind, ValueStatus
from app.targets.standing import (
    ObservationRow,
    SeriesRow,
    StandingView,
    TargetRow,
    judged,
    reads,
    told,
)

ON = date(2026, 11, 22)
COUNSELLORS = SeriesRow(Direction.DECREASE, PeriodKind.SCHOOL_YEAR, None, [1], [1])
WAY = TargetRow(
    direction=Direction.DECREASE,
    edition=1,
    baseline_period="2021-22",
    baseline_value=Decimal(500),
    baseline_edition=1,
    aim_value=Decimal(250),
    low=None,
    high=None,
    starts_in=None,
    due_in="2026-27",
    milestones=[],
    tolerance=None,
)
NOTHING = dict.fromkeys(
    ["expected", "expected_from", "between", "difference", "tolerance", "progress"]
)
decimals = st.decimals(-2400, 2400, places=2)
counts = st.decimals(0, 5000, places=0)


def seen(period: str, numerator: int | None, denominator: int | None, edition: int = 1):
    counted = [None if each is None else Decimal(each) for each in (numerator, denominator)]
    return ObservationRow(edition, period, ValueStatus.REPORTED, None, *counted)


def test_a_ratio_of_500_to_1_is_judged_and_told_whole():
    answer = told(judged(COUNSELLORS, WAY, seen("2024-25", 700, 2), ON))
    assert StandingView.model_validate(answer).model_dump(mode="json") == {
        "status": "on_track",
        "reason": "at_or_past_expected",
        "rule_version": 1,
        "on": "2026-11-22",
        "actual": 350,
        "expected": 350,
        "expected_from": "interpolated",
        "between": [{"period": "2021-22", "value": 500}, {"period": "2026-27", "value": 250}],
        "difference": 0,
        "tolerance": 25,
        "progress": 0.6,
        "fresh_until": "2026-12-27",
    }


def test_a_denominator_of_0_is_no_value_and_not_0():
    answer = told(judged(COUNSELLORS, WAY, seen("2025-26", 500, 0), ON))
    assert (answer["status"], answer["reason"], answer["actual"]) == ("no_data", "no_value", None)
    assert answer.items() >= NOTHING.items()


def test_a_target_of_an_earlier_era_is_not_compared():
    broken = COUNSELLORS._replace(eras=[1, 2], factors=[1, 1])
    answer = told(judged(broken, WAY, seen("2025-26", 300, 1, edition=2), ON))
    assert (answer["status"], answer["reason"], answer["actual"]) == (
        "not_comparable",
        "era_break",
        300,
    )
    assert answer.items() >= NOTHING.items()


def test_an_edition_without_a_break_is_compared():
    going_on = COUNSELLORS._replace(eras=[1, 1], factors=[1, 1])
    answer = told(judged(going_on, WAY, seen("2025-26", 300, 1, edition=2), ON))
    assert (answer["status"], answer["difference"]) == ("on_track", 0)


def test_a_baseline_of_an_earlier_era_is_not_compared():
    broken = COUNSELLORS._replace(eras=[1, 2], factors=[1, 1])
    answer = told(judged(broken, WAY._replace(edition=2), seen("2025-26", 300, 1, edition=2), ON))
    assert answer["reason"] == "era_break"


def test_a_quotient_is_taken_with_the_factor_of_its_own_edition():
    percent = COUNSELLORS._replace(eras=[1, 2], factors=[1, 100])
    actual = [
        told(judged(percent, None, seen("2025-26", 1, 4, edition), ON))["actual"]
        for edition in (1, 2)
    ]
    assert actual == [0.25, 25]


def test_without_a_target_and_without_an_observation_there_is_a_status_too():
    assert told(judged(COUNSELLORS, None, None, ON)) == NOTHING | {
        "status": "no_target",
        "reason": "none_set",
        "rule_version": 1,
        "on": ON,
        "actual": None,
        "fresh_until": None,
    }


def test_a_row_is_taken_out_of_a_longer_one_by_its_prefix():
    longer = {f"target_{name}": value for name, value in WAY._asdict().items()} | {"id": 7}
    assert reads(TargetRow, "target_")(longer) == WAY


@pytest.mark.parametrize("word", [str, Direction])
def test_words_are_read_as_they_are_stored(word):
    stored = WAY._replace(direction=word("decrease"))
    series = COUNSELLORS._replace(direction=word("decrease"), frequency="school_year")
    answer = told(judged(series, stored, seen("2024-25", 350, 1), ON))
    assert answer["status"] == "on_track"


@given(directions, st.lists(decimals, min_size=2, max_size=5), counts, counts, st.data())
def test_rows_are_judged_as_what_they_stand_for(direction, values, numerator, denominator, data):
    places = data.draw(
        st.lists(
            st.sampled_from(range(len(YEARS))),
            min_size=len(values),
            max_size=len(values),
            unique=True,
        ).map(sorted)
    )
    seen_in = data.draw(st.sampled_from(YEARS))
    written = [str(YEARS[place]) for place in places]
    middle = list(zip(written, values, strict=True))[1:-1]
    row = WAY._replace(
        direction=direction,
        baseline_period=written[0],
        baseline_value=values[0],
        aim_value=values[-1],
        due_in=written[-1],
        milestones=[{"period": each, "value": str(value)} for each, value in middle],
    )
    points = [Point(YEARS[at], exact(value)) for at, value in zip(places, values, strict=True)]
    first = Definition(1, 1)
    target = Trajectory(direction, first, points[0], first, points[-1], tuple(points[1:-1]))
    observed = ratio(seen_in, first, ValueStatus.REPORTED, numerator, denominator, 1)
    rhythm = Rhythm(PeriodKind.SCHOOL_YEAR)
    series = COUNSELLORS._replace(direction=direction)
    newest = seen(str(seen_in), int(numerator), int(denominator))
    assert judged(series, row, newest, ON) == judge(Inputs(direction, target, observed, ON, rhythm))


@given(decimals, decimals, decimals, st.none() | st.decimals(0, 9, places=1))
def test_bands_are_judged_as_what_they_stand_for(one, other, value, tolerance):
    low, high = sorted([one, other])
    row = WAY._replace(
        direction=Direction.MAINTAIN,
        low=low,
        high=high,
        starts_in="2021-22",
        tolerance=tolerance,
        **dict.fromkeys(["baseline_period", "baseline_value", "baseline_edition", "aim_value"]),
    )
    series = COUNSELLORS._replace(direction=Direction.MAINTAIN, factors=[None])
    newest = ObservationRow(1, "2025-26", ValueStatus.ESTIMATED, value, None, None)
    first = Definition(1, 1)
    own = None if tolerance is None else exact(tolerance)
    band = Band(first, exact(low), exact(high), parse("2021-22"), parse("2026-27"), own)
    observed = plain(parse("2025-26"), first, ValueStatus.ESTIMATED, value)
    inputs = Inputs(Direction.MAINTAIN, band, observed, ON, Rhythm(PeriodKind.SCHOOL_YEAR))
    assert judged(series, row, newest, ON) == judge(inputs)
    assert judged(series, row._replace(due_in=None), newest, ON).inputs.target == replace(
        band, due=None
    )
