"""Periods: school years and their parts, months, days; ordered, each inside its parent.

A school year runs from July 1 to June 30, whatever days a district's classes begin and end on. Its
semesters, trimesters and quarters are equal numbers of whole months: ``2026-27-T2`` is November to
February. A month or a day belongs to the school year it lies in.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache, total_ordering
from typing import Final

from app.measuring.unfit import Unfit
from app.measuring.words import PeriodKind

FIRST_DAY: Final = date(1900, 7, 1)
LAST_DAY: Final = date(2200, 6, 30)
JULY: Final = 7
MONTHS_OF_A_YEAR: Final = 12
MONTHS: Final = {
    PeriodKind.SCHOOL_YEAR: 12,
    PeriodKind.SEMESTER: 6,
    PeriodKind.TRIMESTER: 4,
    PeriodKind.QUARTER: 3,
    PeriodKind.MONTH: 1,
    PeriodKind.DAY: 0,
}
PARENT: Final = {
    PeriodKind.SEMESTER: PeriodKind.SCHOOL_YEAR,
    PeriodKind.TRIMESTER: PeriodKind.SCHOOL_YEAR,
    PeriodKind.QUARTER: PeriodKind.SEMESTER,
    PeriodKind.MONTH: PeriodKind.QUARTER,
    PeriodKind.DAY: PeriodKind.MONTH,
}
PARTS: Final = {
    "S": PeriodKind.SEMESTER,
    "T": PeriodKind.TRIMESTER,
    "Q": PeriodKind.QUARTER,
}
LETTERS: Final = {kind: letter for letter, kind in PARTS.items()}
FORM: Final = re.compile(
    r"(?P<year>[0-9]{4})-((?P<next>[0-9]{2})(-(?P<letter>[STQ])(?P<part>[1-9]))?"
    r"|M(?P<month>[0-9]{2})|(?P<day>[0-9]{2}-[0-9]{2}))"
)
SPELLINGS: Final = "2026-27, 2026-27-S1, 2026-27-T2, 2026-27-Q3, 2026-11 or 2026-11-03"


@total_ordering
@dataclass(frozen=True)
class Period:
    """A kind of period and the day it begins; there is none that does not exist.

    Periods are ordered by their first day, a longer one before the parts that begin with it.
    """

    kind: PeriodKind
    first_day: date

    def __post_init__(self) -> None:
        if not FIRST_DAY <= self.first_day <= LAST_DAY:
            raise Unfit("period", "out_of_range", f"From {FIRST_DAY} to {LAST_DAY}.")
        if self.first_day != beginning(self.kind, self.first_day):
            detail = f"No {self.kind.value} begins on {self.first_day}."
            raise Unfit("period", "no_such_period", detail)

    @classmethod
    def holding(cls, kind: PeriodKind, day: date) -> "Period":
        """Return the period of a kind that a day lies in, or raise ``Unfit`` outside 1900-2200."""
        if not FIRST_DAY <= day <= LAST_DAY:
            raise Unfit("period", "out_of_range", f"From {FIRST_DAY} to {LAST_DAY}.")
        return cls(kind, beginning(kind, day))

    def __lt__(self, other: "Period") -> bool:
        return (self.first_day, -MONTHS[self.kind]) < (other.first_day, -MONTHS[other.kind])

    def __str__(self) -> str:
        """Write it as ``parse`` reads it: each period in one way."""
        return self._written

    @cached_property
    def _written(self) -> str:
        if self.kind is PeriodKind.DAY:
            return self.first_day.isoformat()
        year, month = self.first_day.year, self.first_day.month
        if self.kind is PeriodKind.MONTH:
            return f"{year}-{'M' if looks_like_a_school_year(year, month) else ''}{month:02}"
        year = self.end_year - 1
        written = f"{year}-{self.end_year % 100:02}"
        if self.kind is PeriodKind.SCHOOL_YEAR:
            return written
        part = (month - JULY) % MONTHS_OF_A_YEAR // MONTHS[self.kind] + 1
        return f"{written}-{LETTERS[self.kind]}{part}"

    @cached_property
    def last_day(self) -> date:
        """The last day that still belongs to it."""
        if self.kind is PeriodKind.DAY:
            return self.first_day
        return months_later(self.first_day, MONTHS[self.kind]) - timedelta(days=1)

    @property
    def end_year(self) -> int:
        """The calendar year in which its school year ends: 2027 for 2026-27."""
        return self.first_day.year + (self.first_day.month >= JULY)

    @property
    def parent(self) -> "Period | None":
        """The next longer period around it; a school year has none.

        Day, month, quarter, semester, school year; a trimester lies in the school year.
        """
        kind = PARENT.get(self.kind)
        return None if kind is None else Period.holding(kind, self.first_day)

    @cached_property
    def end(self) -> int | Fraction:
        """Where it ends, counted in months: where a target places it in time.

        Months count alike, so that a year is 12 of them and a day 1/30 of a month of 30 days.
        """
        month = self.first_day.year * MONTHS_OF_A_YEAR + self.first_day.month - 1
        if self.kind is not PeriodKind.DAY:
            return month + MONTHS[self.kind]
        return month + Fraction(self.first_day.day, days_of_month(self.first_day))

    def contains(self, other: "Period") -> bool:
        """Tell whether every day of the other one is a day of this one; each contains itself."""
        return self.first_day <= other.first_day and other.last_day <= self.last_day


def parse(text: str) -> Period:
    """Read a period as it is written; raise ``Unfit`` for any other text.

    ``2010-11`` is the school year: of the months 2000-01 to 2011-12 (and of 1900 and 2100) the
    twelve that read like a school year are written ``2010-M11``.
    """
    return _parsed(text)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Period:
    form = FORM.fullmatch(text)
    if form is None:
        raise Unfit("period", "malformed", f"A period is written as {SPELLINGS}.")
    year = int(form["year"])
    if form["day"]:
        return _existing(PeriodKind.DAY, text, text)
    if form["month"]:
        if not looks_like_a_school_year(year, int(form["month"])):
            detail = f"The letter M stands in months that read like a school year: not in {text}."
            raise Unfit("period", "malformed", detail)
        return _existing(PeriodKind.MONTH, f"{year:04}-{form['month']}-01", text)
    if looks_like_a_school_year(year, int(form["next"])):
        return _part(form["letter"], int(form["part"] or 1), year, text)
    if form["letter"]:
        raise Unfit("period", "no_such_period", f"No school year begins like {text}.")
    return _existing(PeriodKind.MONTH, f"{text}-01", text)


def looks_like_a_school_year(year: int, number: int) -> bool:
    """Tell whether the two digits after a year are those of the next year."""
    return number == (year + 1) % 100


def end_year(school_year: Period) -> int:
    """Return the calendar year in which the school year of a period ends."""
    return school_year.end_year


def beginning(kind: PeriodKind, day: date) -> date:
    """Return the first day of the period of a kind that a day lies in."""
    if kind is PeriodKind.DAY:
        return day
    return months_later(day.replace(day=1), -((day.month - JULY) % MONTHS[kind]))


def months_later(first: date, months: int) -> date:
    """Move the first day of a month by whole months."""
    year, month = divmod(first.year * MONTHS_OF_A_YEAR + first.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(year, month + 1, 1)


def days_of_month(day: date) -> int:
    """Count the days of the month that a day lies in."""
    return (months_later(day.replace(day=1), 1) - timedelta(days=1)).day


def _existing(kind: PeriodKind, first_day: str, text: str) -> Period:
    try:
        day = date.fromisoformat(first_day)
    except ValueError:
        raise Unfit("period", "no_such_period", f"There is no {kind.value} {text}.") from None
    return Period(kind, day)


def _part(letter: str | None, part: int, year: int, text: str) -> Period:
    kind = PARTS[letter] if letter else PeriodKind.SCHOOL_YEAR
    months = (part - 1) * MONTHS[kind]
    if months >= MONTHS_OF_A_YEAR:
        raise Unfit("period", "no_such_period", f"There is no {kind.value} {text}.")
    if not FIRST_DAY.year <= year < LAST_DAY.year:
        raise Unfit("period", "out_of_range", f"From {FIRST_DAY} to {LAST_DAY}.")
    return Period(kind, months_later(date(year, JULY, 1), months))
