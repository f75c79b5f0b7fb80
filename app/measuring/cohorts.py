"""Graduating classes: the grade a class is in during a school year; kindergarten is grade 0."""

from typing import Final

from app.measuring.periods import Period
from app.measuring.unfit import Unfit

KINDERGARTEN: Final = 0
LAST_GRADE: Final = 12


def grade_of(graduating: int, period: Period) -> int | None:
    """Return the grade of a class in the school year of a period, from 0 to 12.

    It is 12 - (graduating - end year); ``None`` before kindergarten and after graduation. Nobody
    is followed by it: who repeats a grade is counted with the grade.
    """
    grade = LAST_GRADE - (graduating - period.end_year)
    return grade if KINDERGARTEN <= grade <= LAST_GRADE else None


def class_of(grade: int, period: Period) -> int:
    """Return the year in which a grade of a period's school year graduates, or raise ``Unfit``."""
    if not KINDERGARTEN <= grade <= LAST_GRADE:
        raise Unfit("grade", "no_such_grade", f"A grade is from 0 (kindergarten) to {LAST_GRADE}.")
    return period.end_year + LAST_GRADE - grade
