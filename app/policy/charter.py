"""The charter's parameters: a round keeps those of the version in force when it opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.vocabulary import Parameter


@dataclass(frozen=True, slots=True)
class Charter:
    """The numbers the rules work with; percentages are whole numbers, times are in days or months.

    ``fewest_districts`` is T of DR-01 and DR-05, ``share_cap`` the percentage of DR-02,
    ``nearness`` p and ``coalition`` c of DR-03 and DR-08, ``fewest_students`` the count of DR-04,
    ``neighbours`` the order statistics in a quantile (DR-07), ``changed_together`` the contributors
    that change with a new release (DR-09), ``prevalence_bands`` and ``prevalence_tenths`` the
    contributors from which DR-12 gives bands and tenths, ``cost_days`` the wait of DR-13,
    ``trial_plans`` how many plans a round may be given (DR-14), ``review_days`` the time for
    corrections of TR-21, ``late_months`` how long a member that joined after the close sees a
    release (TR-24), ``introduction_days`` how long an introduction waits for answers (TR-27),
    ``hold_days`` how long a leaving member's answers are held before they are shredded (TR-28).
    """

    version: int
    fewest_districts: int = 5
    share_cap: int = 25
    nearness: int = 10
    coalition: int = 1
    fewest_students: int = 10
    neighbours: int = 5
    changed_together: int = 5
    prevalence_bands: int = 5
    prevalence_tenths: int = 10
    cost_days: int = 90
    trial_plans: int = 20
    review_days: int = 10
    late_months: int = 12
    introduction_days: int = 30
    hold_days: int = 30


@dataclass(frozen=True, slots=True)
class Range:
    """What a meeting may set a parameter to; what would loosen a rule lies outside."""

    least: int
    most: int

    def takes(self, value: int) -> bool:
        """Say whether a value lies in the range, its ends included."""
        return self.least <= value <= self.most


RANGES: Final[Mapping[Parameter, Range]] = {
    Parameter.FEWEST_DISTRICTS: Range(5, 50),
    Parameter.SHARE_CAP: Range(5, 25),
    Parameter.NEARNESS: Range(10, 50),
    Parameter.COALITION: Range(1, 3),
    Parameter.FEWEST_STUDENTS: Range(10, 100),
    Parameter.NEIGHBOURS: Range(5, 20),
    Parameter.CHANGED_TOGETHER: Range(5, 50),
    Parameter.PREVALENCE_BANDS: Range(5, 50),
    Parameter.PREVALENCE_TENTHS: Range(10, 100),
    Parameter.COST_DAYS: Range(90, 730),
    Parameter.TRIAL_PLANS: Range(1, 50),
    Parameter.REVIEW_DAYS: Range(0, 10),
    Parameter.LATE_MONTHS: Range(1, 24),
    Parameter.INTRODUCTION_DAYS: Range(7, 90),
    Parameter.HOLD_DAYS: Range(14, 90),
}
"""By parameter. Five contributors, 25 % and 90 days are the numbers of the federal safe harbour,
withdrawn in 2023: ends that no motion passes here, and no cover by law."""
