"""Where a target stands, and its two series, out of what the readings found."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from app.measures.scalars import computed
from app.measuring.periods import Period
from app.measuring.status import kept_apart
from app.measuring.targets import Band, Trajectory
from app.measuring.targets import Target as Aim
from app.measuring.values import Observed
from app.measuring.words import PeriodKind
from app.problems import Fault
from app.targets.readings import ObservationView, SeriesView
from app.targets.schemas import (
    ChartedView,
    ExpectedView,
    ObservedView,
    OverrideView,
    StatusView,
    TargetView,
    TrajectoryView,
)
from app.targets.standing import (
    ObservationRow,
    SeriesRow,
    TargetRow,
    judged,
    observed_of,
    shown,
    target_of,
    told,
)
from app.wire.faults import invalid

MOST_EXPECTED: Final = 1000
"""Periods of one chart."""


def status_of(
    target: TargetView,
    series: SeriesView,
    newest: ObservationView | None,
    override: OverrideView | None,
    on: date,
) -> StatusView:
    """Judge a target on a day, and tell all that it took."""
    judgement = judged(
        series_row(series),
        target_row(target),
        None if newest is None else observation_row(newest),
        on,
    )
    return StatusView(
        **told(judgement),
        target_id=target.id,
        indicator_id=target.indicator_id,
        measure=series,
        target=target,
        observation=None if newest is None else observed_view(newest, series),
        override=override,
    )


def trajectory_of(
    target: TargetView,
    series: SeriesView,
    observations: Sequence[ObservationView],
    every: PeriodKind,
    today: date,
) -> TrajectoryView:
    """Tell what a target expects period by period, and what was observed of the measure."""
    aim = target_of(target_row(target), series.eras)
    periods = list(periods_of(aim, every, today))
    return TrajectoryView(
        target_id=target.id,
        measure=series,
        every=every,
        low=target.low,
        high=target.high,
        expected=[expected_view(aim, period) for period in periods],
        observed=[charted_view(each, series, aim) for each in reversed(observations)],
    )


def periods_of(aim: Aim, every: PeriodKind, today: date) -> Iterator[Period]:
    """Go from the period in which a target begins to the one in which it is due.

    A band without an end goes on to today. Raises ``Invalid`` where that is too many periods.
    """
    due = today if aim.due is None else aim.due.last_day
    at = Period.holding(every, aim.begins)
    for _ in range(MOST_EXPECTED):
        yield at
        if at.last_day >= due:
            return
        at = Period.holding(every, at.last_day + timedelta(days=1))
    detail = f"More than {MOST_EXPECTED} periods: ask for longer ones."
    raise invalid([Fault("?every", "too_many", detail)])


def expected_view(aim: Aim, period: Period) -> ExpectedView:
    """Tell what is expected at the end of a period."""
    if isinstance(aim, Band):
        return ExpectedView(
            period=str(period), ends=period.last_day, value=None, expected_from=None
        )
    expected = aim.expected(period)
    return ExpectedView(
        period=str(period),
        ends=period.last_day,
        value=computed(expected.value),
        expected_from=expected.source,
    )


def charted_view(row: ObservationView, series: SeriesView, aim: Aim) -> ChartedView:
    """Tell an observation beside what is expected in its period, where the two are compared."""
    observed = observed_of(observation_row(row), series_row(series))
    comparable = kept_apart(series.direction, aim, observed) is None
    expected = None
    if comparable and isinstance(aim, Trajectory) and observed.period.last_day >= aim.begins:
        expected = computed(aim.expected(observed.period).value)
    return ChartedView(
        **observed_members(row, series, observed),
        comparable=comparable,
        expected=expected,
    )


def observed_view(row: ObservationView, series: SeriesView) -> ObservedView:
    """Tell an observation with its value."""
    observed = observed_of(observation_row(row), series_row(series))
    return ObservedView(**observed_members(row, series, observed))


def observed_members(
    row: ObservationView, series: SeriesView, observed: Observed
) -> dict[str, Any]:
    """Give the members of ``ObservedView``."""
    members = row.model_dump() | {"value": shown(observed.value)}
    return members | {"factor": series.factors[row.edition - 1]}


def target_row(target: TargetView) -> TargetRow:
    """Take what a status depends on out of a target as it is shown."""
    told = {name: getattr(target, name) for name in TargetRow._fields}
    return TargetRow(**told | {"milestones": [each.model_dump() for each in target.milestones]})


def observation_row(row: ObservationView) -> ObservationRow:
    """Take what a status depends on out of an observation."""
    return ObservationRow(*(getattr(row, name) for name in ObservationRow._fields))


def series_row(series: SeriesView) -> SeriesRow:
    """Take what a status depends on out of a measure."""
    return SeriesRow(*(getattr(series, name) for name in SeriesRow._fields))
