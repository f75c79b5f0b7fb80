"""The status of a measure: how its newest observation stands to its target, and what it took.

``docs/measures.md`` tells the same in words. What changes a result raises ``RULE_VERSION``.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from app.measuring.freshness import Rhythm
from app.measuring.periods import Period
from app.measuring.targets import Band, Point, Target, Trajectory
from app.measuring.values import Observed
from app.measuring.words import Direction, ExpectedFrom, Reason, TargetStatus, ValueStatus

RULE_VERSION: Final = 1
WITHOUT_VALUE: Final = {
    ValueStatus.REPORTED: Reason.NO_VALUE,
    ValueStatus.ESTIMATED: Reason.NO_VALUE,
    ValueStatus.NOT_COLLECTED: Reason.NOT_COLLECTED,
    ValueStatus.NOT_APPLICABLE: Reason.NOT_APPLICABLE,
    ValueStatus.SUPPRESSED: Reason.SUPPRESSED,
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a status is computed from; ``on`` is the day that is asked about.

    ``direction`` is that of the measure today, ``observed`` its newest observation, with a value
    or without, and ``rhythm`` how often one is expected, ``None`` where nothing is.
    """

    direction: Direction
    target: Target | None
    observed: Observed | None
    on: date
    rhythm: Rhythm | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A status, why, and what it was computed from, so that a person can check it by hand.

    From ``expected`` to ``progress`` all is ``None`` unless actual and target were compared: they
    are with every coloured status, and with ``stale`` where the old value can be. ``between`` are
    the points of an interpolated value. ``difference`` is how far the actual value is on the good
    side, negative where it falls short; for a band, which expects no single value, it is the
    distance to the nearer end. On ``fresh_until`` nothing newer is overdue yet.
    """

    reason: Reason
    inputs: Inputs
    actual: Fraction | None
    fresh_until: date | None
    expected: Fraction | None
    expected_from: ExpectedFrom | None
    between: tuple[Point, Point] | None
    difference: Fraction | None
    tolerance: Fraction | None
    progress: Fraction | None
    rule_version: int = RULE_VERSION

    @property
    def status(self) -> TargetStatus:
        """The status that the reason stands for."""
        return self.reason.status


def judge(inputs: Inputs) -> Judgement:
    """Compute a status; all inputs have one, and nothing is raised."""
    until = fresh_until(inputs)
    overdue = until is not None and inputs.on > until
    reason, compared = verdict(inputs, overdue=overdue)
    return Judgement(
        reason,
        inputs,
        None if inputs.observed is None else inputs.observed.value,
        until,
        compared.expected,
        compared.expected_from,
        compared.between,
        compared.difference,
        compared.tolerance,
        compared.progress,
    )


def fresh_until(inputs: Inputs) -> date | None:
    """Return the last day on which nothing newer than the observation is overdue.

    ``None`` where no rhythm says so, and once the target is due and was observed: what was asked
    has been answered, and does not grow old.
    """
    target, observed = inputs.target, inputs.observed
    if observed is None or inputs.rhythm is None:
        return None
    due = None if target is None else target.due
    if due is not None and observed.value is not None and observed.period.end >= due.end:
        return None
    return inputs.rhythm.fresh_until(observed.period)


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing an actual value with a target; all ``None`` where nothing was."""

    expected: Fraction | None = None
    expected_from: ExpectedFrom | None = None
    between: tuple[Point, Point] | None = None
    difference: Fraction | None = None
    tolerance: Fraction | None = None
    progress: Fraction | None = None


NOT_COMPARED: Final = Compared()


def verdict(inputs: Inputs, *, overdue: bool) -> tuple[Reason, Compared]:
    """Return the reason of the first question that has a bad answer, else of the comparison.

    The questions: a target? a value of its time? of its definition? not too old?
    """
    target, observed = inputs.target, inputs.observed
    if target is None or inputs.direction is Direction.NEUTRAL:
        return Reason.NONE_SET if target is None else Reason.NEUTRAL, NOT_COMPARED
    if observed is None or observed.value is None or observed.period.last_day < target.begins:
        return nothing_yet(inputs, target, overdue=overdue), NOT_COMPARED
    apart = kept_apart(inputs.direction, target, observed)
    if apart is not None:
        return apart, NOT_COMPARED
    if isinstance(target, Band):
        reason, compared = in_band(target, observed.period, observed.value)
    else:
        reason, compared = on_the_way(target, observed.period, observed.value)
    return Reason.OVERDUE if overdue else reason, compared


def nothing_yet(inputs: Inputs, target: Target, *, overdue: bool) -> Reason:
    """Say why there is no value of the target's time."""
    observed = inputs.observed
    early = observed is None or observed.period.last_day < target.begins
    if early and inputs.on < target.begins:
        return Reason.BEFORE_START
    if observed is None:
        return Reason.NEVER_OBSERVED
    if observed.value is None:
        return WITHOUT_VALUE[observed.status]
    return Reason.OVERDUE if overdue else Reason.OBSERVED_BEFORE_START


def kept_apart(direction: Direction, target: Target, observed: Observed) -> Reason | None:
    """Say why target and observation are not compared (TR-15), if they are not."""
    if not all(each.comparable_with(observed.definition) for each in target.definitions):
        return Reason.ERA_BREAK
    return None if target.direction is direction else Reason.DIRECTION_CHANGED


def in_band(band: Band, period: Period, actual: Fraction) -> tuple[Reason, Compared]:
    """Compare a value with a band: inside, within the tolerance of it, or outside."""
    difference = min(actual - band.low, band.high - actual)
    due = band.due is not None and period.end >= band.due.end
    inside = Reason.IN_BAND_WHEN_DUE if due else Reason.IN_BAND
    reason = graded(difference, band.tolerance, inside)
    return reason, Compared(difference=difference, tolerance=band.tolerance)


def on_the_way(way: Trajectory, period: Period, actual: Fraction) -> tuple[Reason, Compared]:
    """Compare a value with what a trajectory expects; a value at or past the aim has met it."""
    expected = way.expected(period)
    difference = way.ahead(actual, expected.value)
    tolerance = way.tolerance
    reason = graded(difference, tolerance, Reason.AT_OR_PAST_EXPECTED)
    if way.reached(actual):
        reason = Reason.AT_OR_PAST_AIM
    return reason, Compared(
        expected.value,
        expected.source,
        expected.between,
        difference,
        tolerance,
        way.progress(actual),
    )


def graded(difference: Fraction, tolerance: Fraction, good: Reason) -> Reason:
    """Grade a difference; both limits belong to the better side."""
    if difference >= 0:
        return good
    return Reason.WITHIN_TOLERANCE if difference >= -tolerance else Reason.BEYOND_TOLERANCE
