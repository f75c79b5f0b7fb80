"""Pages of a list, and the marks between them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from app.problems import InvalidCursor
from app.scalars import FieldNames, FlagText, WholeNumberText
from app.sealing import Fingerprints
from app.wire.sheets import MEDIA_TYPES, Format, accepted

Item = TypeVar("Item")
MAC_BYTES: Final = 32
MOST: Final = 200
"""Rows of a page of JSON at most."""
USUAL: Final = 50
SHEET: Final = 10_000
"""Rows of a spreadsheet, or of JSON Lines, where nothing is told."""

Limit = Annotated[
    int,
    WholeNumberText(ge=1, le=MOST),
    Query(description="How many rows a page holds at most."),
]
Rows = Annotated[
    Annotated[int, WholeNumberText(ge=1, le=MOST)] | None,
    Query(
        description=f"How many rows a page holds at most: {USUAL} where it is left out, of CSV and"
        f" JSON Lines {SHEET}."
    ),
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="Where to go on: `next_cursor` of the page before, with the same filters.",
    ),
]

Fields = Annotated[
    FieldNames | None,
    Query(description="The members to send, with commas between; all of them if left out."),
]
IncludeTotal = Annotated[
    FlagText | None,
    Query(description="Whether to count the rows on all pages, as `total`."),
]


SORT: Final = "In which order; - before a name turns it round."
Form = Annotated[
    Format | None,
    Query(description="How the list is written; where it is left out, as `Accept` says."),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants of a list, beside its filters and its order; ``name`` is the list's."""

    limit: int = USUAL
    cursor: str | None = None
    total: bool = False
    fields: str | None = None
    format: Format = Format.JSON
    name: str = "list"

    def told(self) -> Mapping[str, Any]:
        """Give the parameters of the page that follows this one."""
        told = {
            "limit": self.limit if self.limit <= MOST else None,
            "fields": self.fields,
            "include_total": "true" if self.total else None,
            "format": None if self.format is Format.JSON else self.format.value,
        }
        return {name: value for name, value in told.items() if value is not None}


async def wanted(  # without async FastAPI would give it a thread
    request: Request,
    limit: Rows = None,
    cursor: Cursor = None,
    include_total: IncludeTotal = None,
    fields: Fields = None,
    format: Form = None,  # noqa: A002 - the name of the parameter
) -> Wanted:
    """Read what every list takes."""
    form = format or accepted(",".join(request.headers.getlist("accept")))
    name = request.url.path.rpartition("/")[2]
    usual = USUAL if form is Format.JSON else SHEET
    return Wanted(limit or usual, cursor, bool(include_total), fields, form, name)


wanted.writes = tuple(MEDIA_TYPES.values())  # type: ignore[attr-defined]  # the contract reads it
Asked = Annotated[Wanted, Depends(wanted)]


class Page(BaseModel, Generic[Item]):
    """One page of a list; go on with ``next_cursor`` while ``has_more``."""

    data: list[Item]
    next_cursor: str | None = Field(description="Null on the last page.")
    has_more: bool
    total: int | None = Field(
        default=None, description="Rows on all pages; there where `include_total` asks for it."
    )


class Marks:
    """Writes and reads cursors that cannot be forged, nor used with other filters or by others."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._fingerprints = fingerprints

    def write(self, bound_to: bytes, place: bytes) -> str:
        """Name a place in a list; ``bound_to`` says whose list it is, and with which filters."""
        signed = self._fingerprints.of(bound_to, place) + place
        return urlsafe_b64encode(signed).decode().rstrip("=")

    def read(self, bound_to: bytes, cursor: str) -> bytes:
        """Find the place again, or raise ``InvalidCursor``."""
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            raise InvalidCursor from None
        signature, place = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if not self._fingerprints.matches(signature, bound_to, place):
            raise InvalidCursor
        return place
