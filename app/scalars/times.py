"""Dates and instants, from 1900 to 2200."""

import re
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from app.scalars.base import Scalar, wrong

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200


class CalendarDay(Scalar):
    """A date as ``2026-08-12`` (ISO 8601), from 1900 to 2200."""

    def read(self, value: Any) -> date:
        """Return it; a moment in time is not a date."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                raise wrong("no_such_date", "There is no such date.") from None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise wrong("malformed", "A date is written as 2026-08-12.")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise wrong("out_of_range", f"From the year {FIRST_YEAR} to {LAST_YEAR}.")
        return value

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "string", "format": "date", "maxLength": 10, "examples": ["2026-08-12"]}


class Moment(Scalar):
    """An instant with its offset (RFC 3339), from 1900 to 2200; kept and written in UTC."""

    FORM: ClassVar = re.compile(
        r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
    )

    def read(self, value: Any) -> datetime:
        """Return it in UTC; without an offset, or finer than a microsecond, it is refused."""
        if isinstance(value, str):
            if self.FORM.fullmatch(value) is None:
                raise wrong("malformed", "A time is written as 2026-08-12T14:30:00Z.")
            try:
                value = datetime.fromisoformat(value.upper())
            except ValueError:
                raise wrong("no_such_time", "There is no such time.") from None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise wrong("malformed", "A time is written as 2026-08-12T14:30:00Z.")
        try:
            moment = value.astimezone(UTC)
        except OverflowError:
            raise wrong("out_of_range", f"From {FIRST_YEAR} to {LAST_YEAR}.") from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise wrong("out_of_range", f"From {FIRST_YEAR} to {LAST_YEAR}.")
        return moment

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        example = "2026-08-12T14:30:00Z"
        return {"type": "string", "format": "date-time", "maxLength": 32, "examples": [example]}
