"""How long an observation counts as the newest one that can be had."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from app.measuring.periods import LAST_DAY, Period
from app.measuring.unfit import Unfit
from app.measuring.words import PeriodKind

GRACE: Final[Mapping[PeriodKind, int]] = {
    PeriodKind.SCHOOL_YEAR: 180,
    PeriodKind.SEMESTER: 90,
    PeriodKind.TRIMESTER: 60,
    PeriodKind.QUARTER: 45,
    PeriodKind.MONTH: 30,
    PeriodKind.DAY: 7,
}
"""Days after the end of a period within which its value is not yet overdue, about half of it."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a measure is observed, and how many days its values take to come in."""

    every: PeriodKind
    grace_days: int | None = None

    def __post_init__(self) -> None:
        if self.grace_days is not None and self.grace_days < 0:
            raise Unfit("grace_days", "out_of_range", "Grace is 0 days or more.")

    def fresh_until(self, period: Period) -> date | None:
        """Return the last day on which nothing newer than a period is overdue.

        The next value is due the grace after the end of the next period of the rhythm; ``None``
        after the last period there is.
        """
        return _fresh_until(self.every, self.grace_days, period.last_day)


@lru_cache(maxsize=4096)
def _fresh_until(every: PeriodKind, grace_days: int | None, last_day: date) -> date | None:
    day_after = last_day + timedelta(days=1)
    if day_after > LAST_DAY:
        return None
    grace = GRACE[every] if grace_days is None else grace_days
    return Period.holding(every, day_after).last_day + timedelta(days=grace)
