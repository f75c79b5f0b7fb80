"""Lists in other forms than JSON: CSV (RFC 4180) for spreadsheets, and JSON Lines."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from io import StringIO
from types import NoneType, UnionType
from typing import Any, Final, Protocol, Union, get_args, get_origin

from pydantic import BaseModel

LIVE: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a text a formula where it comes first, in full width too."""
FLAGS: Final = {True: "true", False: "false"}


class Format(StrEnum):
    """How a list is written."""

    JSON = "json"
    CSV = "csv"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        """Return what the answer is called."""
        return MEDIA_TYPES[self]


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.JSONL: "application/jsonl",
}
ASKED_AS: Final[Mapping[str, Format]] = {
    **{media_type: each for each, media_type in MEDIA_TYPES.items()},
    "application/x-ndjson": Format.JSONL,
    "application/*": Format.JSON,
    "text/*": Format.CSV,
    "*/*": Format.JSON,
}


@lru_cache(maxsize=64)
def accepted(accept: str) -> Format:
    """Choose by an ``Accept`` (RFC 9110, 12.5.1); who asks for what there is not gets JSON."""
    ranked = sorted(preferences(accept), key=lambda each: -each[0])
    return next((each for weight, each in ranked if weight > 0), Format.JSON)


def preferences(accept: str) -> Iterator[tuple[float, Format]]:
    """List the forms that a caller takes, each with its weight."""
    for told in accept.split(","):
        name, *parameters = (part.strip().lower() for part in told.split(";"))
        if name in ASKED_AS:
            weights = [each[2:] for each in parameters if each.startswith("q=")]
            yield weight_of(weights[0] if weights else "1"), ASKED_AS[name]


def weight_of(told: str) -> float:
    """Read a weight; one that is none makes its form the last choice."""
    return float(told) if told.replace(".", "", 1).isdecimal() and told.isascii() else 0


class Sheet(Protocol):
    """What rows are added to, a part at a time; ``shown`` are their members, all where null."""

    def __init__(self, view: type[BaseModel], shown: set[str] | None) -> None: ...

    def add(self, rows: Iterable[BaseModel]) -> None:
        """Add rows."""

    def written(self) -> bytes:
        """Return all that was added."""


class Spreadsheet:
    """Rows as CSV: a column for each member, and nothing runs of what they hold.

    The members of a member that is a model are columns of their own (``size.width``); a list or a
    mapping is JSON in its cell. What is null is empty.
    """

    def __init__(self, view: type[BaseModel], shown: set[str] | None) -> None:
        self._shown = shown
        self._columns = [path for path in columns_of(view) if shown is None or path[0] in shown]
        self._text = StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(".".join(path) for path in self._columns)

    def add(self, rows: Iterable[BaseModel]) -> None:
        """Add a row for each."""
        for row in rows:
            told = row.model_dump(mode="json", include=self._shown)
            self._writer.writerow(cell(within(told, path)) for path in self._columns)

    def written(self) -> bytes:
        """Return a heading and the rows."""
        return self._text.getvalue().encode()


class Lines:
    """Rows as JSON Lines: each on a line of its own, as a list in JSON has it."""

    def __init__(self, _view: type[BaseModel], shown: set[str] | None) -> None:
        self._shown = shown
        self._lines: list[str] = []

    def add(self, rows: Iterable[BaseModel]) -> None:
        """Add a line for each."""
        self._lines += [f"{row.model_dump_json(include=self._shown)}\n" for row in rows]

    def written(self) -> bytes:
        """Return the lines."""
        return "".join(self._lines).encode()


SHEETS: Final[Mapping[Format, type[Sheet]]] = {Format.CSV: Spreadsheet, Format.JSONL: Lines}


def columns_of(view: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List the paths to the members of a view that have a cell of their own."""
    for name, field in view.model_fields.items():
        inner = model_in(field.annotation)
        if inner is None:
            yield (*above, name)
        else:
            yield from columns_of(inner, (*above, name))


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a member is, unless it is null."""
    if get_origin(annotation) in {Union, UnionType}:
        kinds = [each for each in get_args(annotation) if each is not NoneType]
        return model_in(kinds[0]) if len(kinds) == 1 else None
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_model else None


def within(row: Any, path: tuple[str, ...]) -> Any:
    """Find what stands at a path; nothing where something on the way is null."""
    for name in path:
        row = None if row is None else row[name]
    return row


def cell(value: Any) -> str | int | float:
    """Write a value into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, list | dict):
        return still(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    if isinstance(value, str):
        return still(value)
    number: int | float = value
    return number


def still(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if {text[:1], text.lstrip()[:1]} & LIVE else text
