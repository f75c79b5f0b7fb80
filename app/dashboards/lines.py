"""A dashboard as a sheet: a line for each measure of each indicator of each goal."""

from collections.abc import Iterator

from app.dashboards.schemas import (
    DashboardGoal,
    DashboardIndicator,
    DashboardLine,
    DashboardMeasure,
    DashboardView,
)
from app.wire.sheets import SHEETS, Format


def sheet(body: bytes, form: Format) -> bytes:
    """Write a dashboard that was written in JSON as CSV or JSON Lines."""
    written = SHEETS[form](DashboardLine, None)
    written.add(lines_of(DashboardView.model_validate_json(body)))
    return written.written()


def lines_of(dashboard: DashboardView) -> Iterator[DashboardLine]:
    """List the lines in the order of the dashboard."""
    for goal in dashboard.goals:
        if not goal.indicators:
            yield line(goal, None, None)
        for indicator in goal.indicators:
            if not indicator.measures:
                yield line(goal, indicator, None)
            for measure in indicator.measures:
                yield line(goal, indicator, measure)


def line(
    goal: DashboardGoal, indicator: DashboardIndicator | None, measure: DashboardMeasure | None
) -> DashboardLine:
    """Put what a measure has into one line."""
    return DashboardLine(
        goal=goal,
        indicator=indicator,
        measure=measure,
        observation=None if measure is None else measure.observation,
        target=None if measure is None else measure.target,
        status=None if measure is None else measure.status,
        override=None if measure is None else measure.override,
        released=[] if measure is None else measure.released,
    )
