"""Targets: where a measure should be, period by period (``docs/measures.md``)."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Final

from app.measuring.eras import Definition
from app.measuring.periods import Period
from app.measuring.unfit import Unfit
from app.measuring.values import require_exact
from app.measuring.words import Direction, ExpectedFrom

DEFAULT_TOLERANCE: Final = Fraction(1, 10)
"""Of the way from baseline to aim, or of the width of a band."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value in a period."""

    period: Period
    value: Fraction

    def __post_init__(self) -> None:
        require_exact(self.value)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a target expects in a period, and what that comes from.

    ``between`` are the two known points of an interpolated value, ``None`` for any other.
    """

    value: Fraction
    source: ExpectedFrom
    between: tuple[Point, Point] | None = None


@dataclass(frozen=True)
class Trajectory:
    """A way from a baseline to an aim, up or down; ``Unfit`` where it goes back in time.

    Milestones lie between the two and win; gaps between neighbouring points are filled by a
    straight line. An aim may lie against the direction: slowing a loss is a target too.
    ``own_tolerance`` replaces a tenth of the way.
    """

    direction: Direction
    definition: Definition
    baseline: Point
    baseline_definition: Definition
    aim: Point
    milestones: tuple[Point, ...] = ()
    own_tolerance: Fraction | None = None

    def __post_init__(self) -> None:
        if self.direction not in {Direction.INCREASE, Direction.DECREASE}:
            detail = "A way from a baseline to an aim leads up or down."
            raise Unfit("direction", "no_such_direction", detail)
        _require_tolerance(self.own_tolerance)
        ends = self.ends
        if ends[0] >= ends[-1]:
            raise Unfit("aim", "not_after_baseline", "An aim is due after its baseline.")
        if not all(earlier < later for earlier, later in pairwise(ends)):
            detail = "Milestones lie between baseline and aim, in order, one at a time."
            raise Unfit("milestones", "out_of_order", detail)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """What is known: baseline, milestones, aim."""
        return (self.baseline, *self.milestones, self.aim)

    @property
    def begins(self) -> date:
        """The last day of the baseline's period: nothing is expected of what ended before it."""
        return self.baseline.period.last_day

    @property
    def due(self) -> Period:
        """The period in which the aim is due: after it the aim is expected."""
        return self.aim.period

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions its numbers are of."""
        return (self.baseline_definition, self.definition)

    @cached_property
    def ends(self) -> list[int | Fraction]:
        """Where the periods of its points end, in months."""
        return [point.period.end for point in self.points]

    @cached_property
    def way(self) -> Fraction:
        """How far it is from the baseline to the aim; negative where the aim is lower."""
        return self.aim.value - self.baseline.value

    def ahead(self, actual: Fraction, of: Fraction) -> Fraction:
        """Return how far a value is on the good side of another, negative where it falls short."""
        return actual - of if self.direction is Direction.INCREASE else of - actual

    def reached(self, actual: Fraction) -> bool:
        """Tell whether a value is at or past the aim."""
        aim = self.aim.value
        return actual >= aim if self.direction is Direction.INCREASE else actual <= aim

    @cached_property
    def tolerance(self) -> Fraction:
        """How far short of the expected value is still at risk rather than off track."""
        if self.own_tolerance is not None:
            return self.own_tolerance
        return abs(self.way) * DEFAULT_TOLERANCE

    def expected(self, period: Period) -> Expectation:
        """Return what is expected at the end of a period; ``Unfit`` before the baseline's."""
        points, ends = self.points, self.ends
        at = period.end
        after = bisect_left(ends, at)
        if after == len(points):
            return Expectation(self.aim.value, ExpectedFrom.AIM)
        if ends[after] == at:
            return Expectation(points[after].value, self._source(after))
        if after == 0:
            raise Unfit("period", "before_baseline", "Nothing is expected before the baseline.")
        earlier, later = points[after - 1], points[after]
        passed = Fraction(at - ends[after - 1], ends[after] - ends[after - 1])
        value = earlier.value + (later.value - earlier.value) * passed
        return Expectation(value, ExpectedFrom.INTERPOLATED, (earlier, later))

    def _source(self, index: int) -> ExpectedFrom:
        if index == 0:
            return ExpectedFrom.BASELINE
        return ExpectedFrom.MILESTONE if index <= len(self.milestones) else ExpectedFrom.AIM

    def progress(self, actual: Fraction) -> Fraction | None:
        """Return the part of the way that is done, not clamped; ``None`` where there is no way.

        A slide behind the baseline is below 0, a value past the aim above 1.
        """
        return (actual - self.baseline.value) / self.way if self.way else None


@dataclass(frozen=True)
class Band:
    """A band that a measure should stay in, both ends included; ``Unfit`` where it has no inside.

    It holds from the first day of ``start`` on, and without ``due`` for good. ``own_tolerance``
    replaces a tenth of the width.
    """

    definition: Definition
    low: Fraction
    high: Fraction
    start: Period
    due: Period | None = None
    own_tolerance: Fraction | None = None

    def __post_init__(self) -> None:
        require_exact(self.low, self.high)
        _require_tolerance(self.own_tolerance)
        if self.low > self.high:
            raise Unfit("low", "above_high", "The lower end of a band is not above the upper.")
        if self.due is not None and self.due.end < self.start.end:
            raise Unfit("due", "before_start", "A band is not due before it holds.")

    @property
    def direction(self) -> Direction:
        """Always ``maintain``."""
        return Direction.MAINTAIN

    @property
    def begins(self) -> date:
        """The first day on which it holds: nothing is expected of what ended before it."""
        return self.start.first_day

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The definition its numbers are of."""
        return (self.definition,)

    @cached_property
    def tolerance(self) -> Fraction:
        """How far outside the band is still at risk rather than off track."""
        if self.own_tolerance is not None:
            return self.own_tolerance
        return (self.high - self.low) * DEFAULT_TOLERANCE


Target = Trajectory | Band


def _require_tolerance(tolerance: Fraction | None) -> None:
    require_exact(tolerance)
    if tolerance is not None and tolerance < 0:
        raise Unfit("tolerance", "out_of_range", "A tolerance is 0 or more.")
