"""The values a request is made of: exact, bounded, and never coerced.

Each scalar is an ``Annotated`` alias, or one is made of it in a schema:
``Annotated[int, WholeNumber(ge=1, le=9)]``. All of them read what strict JSON gives (``str``,
``int``, ``Decimal``, ``bool``) and the Python value itself, and tell OpenAPI their bounds. In a
query, where all is text, ``WholeNumberText`` and ``FlagText`` take the places of the strict ones.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from app.scalars.base import OURS, Scalar, wrong
from app.scalars.numbers import (
    Number,
    WholeNumber,
    WholeNumberText,
    YesOrNo,
    YesOrNoText,
    on_the_wire,
)
from app.scalars.text import Formed, Identifier, NamesOfMembers, Text, YearOfSchool
from app.scalars.times import CalendarDay, Moment

__all__ = [
    "KEPT",
    "OURS",
    "Code",
    "Day",
    "Email",
    "ExternalScheme",
    "ExternalValue",
    "FieldNames",
    "Figure",
    "Flag",
    "FlagText",
    "Formed",
    "Id",
    "Input",
    "Instant",
    "Leaid",
    "LongText",
    "Name",
    "Number",
    "Revision",
    "Scalar",
    "SchoolYear",
    "ShortText",
    "Text",
    "Title",
    "View",
    "WholeNumber",
    "WholeNumberText",
    "wrong",
]

Title = Annotated[str, Text(1, 200)]
Name = Annotated[str, Text(1, 120)]
ShortText = Annotated[str, Text(1, 500)]
LongText = Annotated[str, Text(1, 20_000, lines=True)]
Code = Annotated[
    str,
    Formed(
        "[a-z][a-z0-9]*([_-][a-z0-9]+)*",
        64,
        "A code is made of lower-case letters, digits and single - or _, a letter first.",
        "school-resources",
    ),
]
Leaid = Annotated[
    str,
    Formed("(?!0{7})[0-9]{7}", 7, "An NCES district id has seven digits, not all 0.", "0601620"),
]
"""NCES id of a school district (LEAID): two digits of the state and five of the district."""
SchoolYear = Annotated[
    str,
    YearOfSchool(
        "(19|20|21)[0-9]{2}-[0-9]{2}", 7, "A school year is written as 2026-27.", "2026-27"
    ),
]
ExternalScheme = Annotated[
    str,
    Formed(
        "[a-z][a-z0-9]*(_[a-z0-9]+)*",
        32,
        "A scheme is made of lower-case letters, digits and single _, a letter first.",
        "ca_cds",
    ),
]
ExternalValue = Annotated[
    str,
    Formed(
        "[!-.0-~]([ -.0-~]{0,98}[!-.0-~])?",
        100,
        "At most 100 printable ASCII characters, no /, and no blank at either end.",
        "19-64733",
    ),
]
Email = Annotated[
    str,
    Formed(
        r"[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
        254,
        "Not an e-mail address.",
        "ada@example.org",
        format="email",
    ),
]
FieldNames = Annotated[
    str,
    NamesOfMembers(
        "[a-z][a-z0-9_]{0,62}(,[a-z][a-z0-9_]{0,62})*",
        2000,
        "Names of members, with commas between.",
        "id,version",
    ),
]
Flag = Annotated[bool, YesOrNo()]
FlagText = Annotated[bool, YesOrNoText()]
Day = Annotated[date, CalendarDay()]
Instant = Annotated[datetime, Moment()]
Id = Annotated[UUID, Identifier()]
Figure = Annotated[
    Decimal, PlainSerializer(on_the_wire, when_used="json"), WithJsonSchema({"type": "number"})
]
"""A decimal of a view: a JSON number, unbounded; an input takes ``Number`` instead."""


class Input(BaseModel):
    """What a caller sends: unknown members are refused, and no error holds a value."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


KEPT: Final[Any] = None
"""The default of a member of a revision that may be left out and is never null."""


class Revision(Input):
    """A merge patch (RFC 7396): what it does not name stays as it is.

    A member that a thing always has is declared ``title: Title = KEPT``, so that null is refused;
    one that it may lack is declared ``mission: LongText | None = None``, so that null takes it
    away.
    """

    def changes(self) -> dict[str, Any]:
        """Give the members that were sent, with what they are to be."""
        return self.model_dump(include=set(self.model_fields_set))


class View(BaseModel):
    """What a reader is shown, made from a row or from attributes."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
