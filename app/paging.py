"""Pages of a list, and the marks between them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from app.problems import InvalidCursor
from app.scalars import WholeNumberText
from app.sealing import Fingerprints

Item = TypeVar("Item")
MAC_BYTES: Final = 32

Limit = Annotated[
    int,
    WholeNumberText(ge=1, le=200),
    Query(description="How many rows a page holds at most."),
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="Where to go on: `next_cursor` of the page before, with the same filters.",
    ),
]


class Page(BaseModel, Generic[Item]):
    """One page of a list; go on with ``next_cursor`` while ``has_more``."""

    data: list[Item]
    next_cursor: str | None = Field(description="Null on the last page.")
    has_more: bool


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
