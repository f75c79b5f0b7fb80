"""Targets and observations, made in a line."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.measuring.eras import Definition
from app.measuring.freshness import Rhythm
from app.measuring.periods import parse
from app.measuring.status import Inputs, Judgement, judge
from app.measuring.targets import Band, Point, Target, Trajectory
from app.measuring.values import Observed, exact, plain
from app.measuring.words import Direction, PeriodKind, ValueStatus

FIRST = Definition(version=1, era=1)
YEARLY = Rhythm(PeriodKind.SCHOOL_YEAR)
BACK_LOADED = {"2022-23": 41, "2023-24": 42, "2024-25": 44, "2025-26": 47}
Number = Decimal | Fraction | int | str


def number(written: Number) -> Fraction:
    return exact(Decimal(written) if isinstance(written, str) else written)


def point(period: str, value: Number) -> Point:
    return Point(parse(period), number(value))


def way(
    baseline: Number = 40,
    aim: Number = 50,
    milestones: dict[str, Number] | None = None,
    *,
    tolerance: Number | None = None,
    direction: Direction = Direction.INCREASE,
    start: str = "2021-22",
    due: str = "2026-27",
    definition: Definition = FIRST,
    baseline_definition: Definition = FIRST,
) -> Trajectory:
    return Trajectory(
        direction,
        definition,
        point(start, baseline),
        baseline_definition,
        point(due, aim),
        tuple(point(*each) for each in (milestones or {}).items()),
        None if tolerance is None else number(tolerance),
    )


def band(
    low: Number,
    high: Number,
    *,
    tolerance: Number | None = None,
    start: str = "2021-22",
    due: str | None = "2026-27",
) -> Band:
    return Band(
        FIRST,
        number(low),
        number(high),
        parse(start),
        None if due is None else parse(due),
        None if tolerance is None else number(tolerance),
    )


def seen(period: str, value: Number, definition: Definition = FIRST) -> Observed:
    return plain(parse(period), definition, ValueStatus.REPORTED, number(value))


def judged(
    target: Target | None,
    observed: Observed | None,
    *,
    direction: Direction | None = None,
    on: date | None = None,
    rhythm: Rhythm | None = None,
) -> Judgement:
    """Judge with the target's own direction, on the last day of the observation's period."""
    if direction is None:
        direction = Direction.INCREASE if target is None else target.direction
    if on is None:
        on = date(2025, 7, 1) if observed is None else observed.period.last_day
    return judge(Inputs(direction, target, observed, on, rhythm))
