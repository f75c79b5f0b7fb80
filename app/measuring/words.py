"""The words of measures, targets and status."""

from enum import StrEnum
from typing import Final


class PeriodKind(StrEnum):
    """How long a period is; a school year runs from July 1 to June 30."""

    SCHOOL_YEAR = "school_year"
    SEMESTER = "semester"
    TRIMESTER = "trimester"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


class Direction(StrEnum):
    """Which way a measure should go; ``neutral`` is watched and never judged."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"
    NEUTRAL = "neutral"


class ValueStatus(StrEnum):
    """Whether an observation has a value, and if not, why."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"

    @property
    def has_value(self) -> bool:
        """Whether there may be a value at all; its denominator can still be 0."""
        return self in {ValueStatus.REPORTED, ValueStatus.ESTIMATED}


class ExpectedFrom(StrEnum):
    """Where the value that a target expects in a period comes from."""

    BASELINE = "baseline"
    MILESTONE = "milestone"
    INTERPOLATED = "interpolated"
    AIM = "aim"


class TargetStatus(StrEnum):
    """How an observation stands to a target; an override is no status and stands beside it."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"
    NOT_STARTED = "not_started"
    STALE = "stale"
    NOT_COMPARABLE = "not_comparable"
    """The target and the observation are not of one definition: nothing was compared."""

    @property
    def coloured(self) -> bool:
        """Whether the status says how good the value is, and may be shown in a colour."""
        return self in COLOURED


COLOURED: Final = frozenset(
    {TargetStatus.MET, TargetStatus.ON_TRACK, TargetStatus.AT_RISK, TargetStatus.OFF_TRACK}
)


class Reason(StrEnum):
    """Why a status was given; each reason belongs to one status."""

    AT_OR_PAST_AIM = "at_or_past_aim"
    IN_BAND_WHEN_DUE = "in_band_when_due"
    AT_OR_PAST_EXPECTED = "at_or_past_expected"
    IN_BAND = "in_band"
    WITHIN_TOLERANCE = "within_tolerance"
    BEYOND_TOLERANCE = "beyond_tolerance"
    NEVER_OBSERVED = "never_observed"
    NO_VALUE = "no_value"
    """Reported without a value: the numerator is missing, or the denominator is missing or 0."""

    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"
    NONE_SET = "none_set"
    NEUTRAL = "neutral"
    BEFORE_START = "before_start"
    """Asked before the baseline's period was over, or before a band began to hold."""

    OBSERVED_BEFORE_START = "observed_before_start"
    """The newest observation is older than the target, and the next one is not overdue."""

    OVERDUE = "overdue"
    ERA_BREAK = "era_break"
    DIRECTION_CHANGED = "direction_changed"

    @property
    def status(self) -> TargetStatus:
        """The status that the reason stands for."""
        return STATUS_OF[self]


STATUS_OF: Final = {
    Reason.AT_OR_PAST_AIM: TargetStatus.MET,
    Reason.IN_BAND_WHEN_DUE: TargetStatus.MET,
    Reason.AT_OR_PAST_EXPECTED: TargetStatus.ON_TRACK,
    Reason.IN_BAND: TargetStatus.ON_TRACK,
    Reason.WITHIN_TOLERANCE: TargetStatus.AT_RISK,
    Reason.BEYOND_TOLERANCE: TargetStatus.OFF_TRACK,
    Reason.NEVER_OBSERVED: TargetStatus.NO_DATA,
    Reason.NO_VALUE: TargetStatus.NO_DATA,
    Reason.NOT_COLLECTED: TargetStatus.NO_DATA,
    Reason.NOT_APPLICABLE: TargetStatus.NO_DATA,
    Reason.SUPPRESSED: TargetStatus.NO_DATA,
    Reason.NONE_SET: TargetStatus.NO_TARGET,
    Reason.NEUTRAL: TargetStatus.NO_TARGET,
    Reason.BEFORE_START: TargetStatus.NOT_STARTED,
    Reason.OBSERVED_BEFORE_START: TargetStatus.NOT_STARTED,
    Reason.OVERDUE: TargetStatus.STALE,
    Reason.ERA_BREAK: TargetStatus.NOT_COMPARABLE,
    Reason.DIRECTION_CHANGED: TargetStatus.NOT_COMPARABLE,
}
