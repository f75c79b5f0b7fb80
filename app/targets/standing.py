"""Reads a target and a series out of their rows, and tells where the measure stands.

It knows no table: a row is whatever has its columns by name, so that a dashboard of many measures
reads them by one statement of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from pydantic import Field

from app.measures.scalars import Computed, computed
from app.measuring.eras import Definition
from app.measuring.freshness import Rhythm
from app.measuring.periods import parse
from app.measuring.status import Inputs, Judgement, judge
from app.measuring.targets import Band, Point, Target, Trajectory
from app.measuring.values import Observed, exact, plain, ratio
from app.measuring.words import (
    Direction,
    ExpectedFrom,
    PeriodKind,
    Reason,
    TargetStatus,
    ValueStatus,
)
from app.scalars import View

Row = TypeVar("Row", bound=tuple[Any, ...])


class SeriesRow(NamedTuple):
    """What a measure and its editions say of every value of it.

    ``direction``, ``frequency`` and ``grace_days`` are those of its newest edition; ``eras`` and
    ``factors`` are of every edition, the first one first.
    """

    direction: Direction
    frequency: PeriodKind
    grace_days: int | None
    eras: Sequence[int]
    factors: Sequence[int | None]


class TargetRow(NamedTuple):
    """What the columns of a target say that its status depends on.

    ``milestones`` is as it is stored: a list of ``{"period": "2026-27", "value": "44"}``.
    """

    direction: Direction
    edition: int
    baseline_period: str | None
    baseline_value: Decimal | None
    baseline_edition: int | None
    aim_value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    starts_in: str | None
    due_in: str | None
    milestones: Sequence[Any]
    tolerance: Decimal | None


class ObservationRow(NamedTuple):
    """What the columns of an observation say that a status depends on.

    The newest one of a measure is the one that ends last, of the whole district and in total,
    whatever edition it is of: across an era break it is then not compared.
    """

    edition: int
    period: str
    status: ValueStatus
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


def reads(row: type[Row], prefix: str = "") -> Callable[[Mapping[str, Any]], Row]:
    """Make what takes such a row out of a longer one, whose columns have a prefix."""
    take = itemgetter(*(f"{prefix}{name}" for name in row._fields))  # type: ignore[attr-defined]  # of every NamedTuple
    make: Callable[..., Row] = row._make  # type: ignore[attr-defined]
    return lambda longer: make(take(longer))


def target_of(row: TargetRow, eras: Sequence[int]) -> Target:
    """Read a target; raise ``Unfit`` for columns that are none."""
    milestones = tuple([(each["period"], each["value"]) for each in row.milestones])
    era = eras[row.edition - 1]
    began = era if row.baseline_edition is None else eras[row.baseline_edition - 1]
    return read_target(row._replace(milestones=milestones), era, began)


@lru_cache(maxsize=8192)
def read_target(row: Any, era: int, began: int) -> Target:
    """Make a target of its columns alone: the same ones make the same one again."""
    definition = Definition(row.edition, era)
    own = None if row.tolerance is None else exact(row.tolerance)
    due = None if row.due_in is None else parse(row.due_in)
    if row.direction == Direction.MAINTAIN:
        return Band(definition, exact(row.low), exact(row.high), parse(row.starts_in), due, own)
    return Trajectory(
        Direction(row.direction),
        definition,
        Point(parse(row.baseline_period), exact(row.baseline_value)),
        Definition(row.baseline_edition, began),
        Point(parse(row.due_in), exact(row.aim_value)),
        tuple(Point(parse(period), exact(Decimal(value))) for period, value in row.milestones),
        own,
    )


def observed_of(row: ObservationRow, series: SeriesRow) -> Observed:
    """Read an observation: a quotient where the measure was one in its edition, else a value."""
    at = row.edition - 1
    period, status = parse(row.period), ValueStatus(row.status)
    definition = Definition(row.edition, series.eras[at])
    factor = series.factors[at]
    if factor is None:
        return plain(period, definition, status, row.value)
    return ratio(period, definition, status, row.numerator, row.denominator, factor)


def judged(
    series: SeriesRow, target: TargetRow | None, newest: ObservationRow | None, on: date
) -> Judgement:
    """Judge a measure by its rows, on a day."""
    return judge(
        Inputs(
            direction=Direction(series.direction),
            target=None if target is None else target_of(target, series.eras),
            observed=None if newest is None else observed_of(newest, series),
            on=on,
            rhythm=Rhythm(PeriodKind(series.frequency), series.grace_days),
        )
    )


class PointView(View):
    """A value that a target has in a period."""

    period: str
    value: Computed


class StandingView(View):
    """A computed status and what came of comparing; the numbers of both sides stand beside it.

    The numbers are rounded to six decimals to be shown, and were compared exactly.
    """

    status: TargetStatus
    reason: Reason
    rule_version: int = Field(description="The version of the rules, as their page counts them.")
    on: date = Field(description="The day that was asked about.")
    actual: Computed | None
    expected: Computed | None
    expected_from: ExpectedFrom | None
    between: list[PointView] | None = Field(
        description="The two known points of an interpolated value."
    )
    difference: Computed | None = Field(
        description="How far the actual value is on the good side; negative where it falls short."
    )
    tolerance: Computed | None
    progress: Computed | None = Field(description="The part of the way that is done, not clamped.")
    fresh_until: date | None = Field(description="The last day on which nothing newer is overdue.")


def told(judgement: Judgement) -> dict[str, Any]:
    """Give the members of ``StandingView``, unchecked: a hot read writes them as they are."""
    between = judgement.between
    return {
        "status": judgement.status,
        "reason": judgement.reason,
        "rule_version": judgement.rule_version,
        "on": judgement.inputs.on,
        "actual": shown(judgement.actual),
        "expected": shown(judgement.expected),
        "expected_from": judgement.expected_from,
        "between": None if between is None else [told_point(each) for each in between],
        "difference": shown(judgement.difference),
        "tolerance": shown(judgement.tolerance),
        "progress": shown(judgement.progress),
        "fresh_until": judgement.fresh_until,
    }


def told_point(point: Point) -> dict[str, Any]:
    """Give the members of ``PointView``."""
    return {"period": str(point.period), "value": computed(point.value)}


def shown(number: Any) -> int | float | None:
    """Write a computed number, where there is one."""
    return None if number is None else computed(number)
