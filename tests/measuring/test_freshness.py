"""An observation grows old when the next one is overdue."""

from datetime import date

import pytest
from measuring.made import YEARLY, band, judged, seen, way

from app.measuring.freshness import GRACE, Rhythm
from app.measuring.periods import parse
from app.measuring.status import Inputs, judge
from app.measuring.targets import Band
from app.measuring.unfit import Unfit
from app.measuring.values import plain
from app.measuring.words import Direction, PeriodKind, ValueStatus

LATE = date(2190, 1, 1)


@pytest.mark.parametrize(
    ("every", "period", "fresh_until"),
    [
        ("school_year", "2024-25", "2026-12-27"),
        ("school_year", "2024-25-S1", "2025-12-27"),
        ("school_year", "2024-25-S2", "2026-12-27"),
        ("semester", "2024-25-S1", "2025-09-28"),
        ("trimester", "2024-25-T1", "2025-04-29"),
        ("quarter", "2024-25-Q4", "2025-11-14"),
        ("month", "2024-11", "2025-01-30"),
        ("month", "2024-11-03", "2024-12-30"),
        ("day", "2024-11-03", "2024-11-11"),
    ],
)
def test_the_next_value_is_due_some_days_after_the_next_period(every, period, fresh_until):
    rhythm = Rhythm(PeriodKind(every))
    assert rhythm.fresh_until(parse(period)) == date.fromisoformat(fresh_until)


def test_a_measure_may_have_a_grace_of_its_own():
    assert [
        Rhythm(PeriodKind.SCHOOL_YEAR, grace).fresh_until(parse("2024-25")) for grace in (0, 1, 92)
    ] == [date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30)]


def test_every_kind_of_period_has_a_grace_that_is_shorter_for_shorter_ones():
    assert [GRACE[kind] for kind in PeriodKind] == [180, 90, 60, 45, 30, 7]


def test_a_negative_grace_is_refused():
    with pytest.raises(Unfit) as refused:
        Rhythm(PeriodKind.MONTH, -1)
    assert refused.value.field == "grace_days"


def test_after_the_last_period_there_is_nothing_is_overdue():
    daily = Rhythm(PeriodKind.DAY)
    assert YEARLY.fresh_until(parse("2199-00")) is None
    assert daily.fresh_until(parse("2200-06-30")) is None
    assert daily.fresh_until(parse("2200-06-29")) == date(2200, 7, 7)


def test_an_observation_is_stale_from_the_day_after_it_was_fresh():
    observed = seen("2022-23", 41)
    last = date(2024, 12, 27)
    judgements = [
        judged(way(40, 50), observed, on=on, rhythm=YEARLY) for on in (last, date(2024, 12, 28))
    ]
    assert [(each.status.value, each.reason.value, each.fresh_until) for each in judgements] == [
        ("at_risk", "within_tolerance", last),
        ("stale", "overdue", last),
    ]


def test_a_stale_value_is_still_shown_beside_what_was_expected_of_it():
    stale = judged(way(40, 50), seen("2022-23", 41), on=LATE, rhythm=YEARLY)
    assert (stale.actual, stale.expected, stale.difference) == (41, 42, -1)
    assert not stale.status.coloured


def test_what_nobody_expects_regularly_does_not_grow_old():
    judgement = judged(way(40, 50), seen("2022-23", 42), on=LATE)
    assert (judgement.status.value, judgement.fresh_until) == ("on_track", None)


@pytest.mark.parametrize("period", ["2026-27", "2028-29"])
def test_what_was_observed_when_it_was_due_does_not_grow_old(period):
    for target, value in ((way(40, 50), 50), (band(90, 95), 92)):
        judgement = judged(target, seen(period, value), on=LATE, rhythm=YEARLY)
        assert (judgement.status.value, judgement.fresh_until) == ("met", None)


def test_a_value_that_is_missing_when_it_was_due_is_no_answer():
    missing = plain(parse("2026-27"), seen("2026-27", 1).definition, ValueStatus.REPORTED, None)
    judgement = judged(way(40, 50), missing, on=LATE, rhythm=YEARLY)
    assert (judgement.status.value, judgement.fresh_until) == ("no_data", date(2028, 12, 27))


def test_a_band_that_is_never_due_grows_old_for_good():
    target = band(90, 95, due=None)
    assert isinstance(target, Band)
    judgement = judged(target, seen("2026-27", 92), on=LATE, rhythm=YEARLY)
    assert judgement.status.value == "stale"


def test_without_a_target_there_is_no_status_but_one_sees_that_the_value_is_old():
    inputs = Inputs(Direction.INCREASE, None, seen("2022-23", 42), LATE, YEARLY)
    judgement = judge(inputs)
    assert (judgement.status.value, judgement.fresh_until) == ("no_target", date(2024, 12, 27))
