"""Rows sent as CSV (RFC 4180) in UTF-8: read strictly, and every fault told with its line."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from pydantic import BaseModel

from app.problems import Fault
from app.scalars import Scalar
from app.wire.columns import Column, columns_of
from app.wire.faults import NAME

BOM: Final = b"\xef\xbb\xbf"
NOT_UTF8: Final = "The file is not UTF-8. A spreadsheet saves it so as 'CSV UTF-8'."
NOT_COMMAS: Final = "Commas stand between the cells of a row, not semicolons or tabs."


class Unreadable(Exception):  # noqa: N818 - faults, gathered
    """A file, or a line of it, whose cells cannot be told apart."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file: the line it begins on, counted from 1, and its members, or its faults."""

    number: int
    members: dict[str, Any]
    faults: list[Fault]


def read_csv(body: bytes, model: type[BaseModel]) -> Iterator[Line]:
    """Read rows for a model, by the columns that it declares; rows without a word are passed over.

    Spreadsheets leave such rows below the last one, of nothing but commas.

    Raises ``Unreadable`` for a file without a sound heading, in another encoding, or with a
    quotation mark that is never closed: what follows it cannot be told apart.
    """
    rows = rows_of(text_of(body))
    _, heading = next(rows, (1, []))
    columns = columns_under(heading, list(columns_of(model)))
    places = [(*split(name, column), column) for name, column in columns]
    for index, (number, cells) in enumerate(rows):
        if len(cells) == len(columns):
            yield Line(number, members_of(places, cells), [])
        else:
            code, less = (
                ("short_row", "fewer") if len(cells) < len(columns) else ("long_row", "more")
            )
            detail = f"The row has {less} cells than the heading."
            yield Line(number, {}, [Fault(f"/items/{index}", code, detail, row=number)])


def text_of(body: bytes) -> str:
    """Decode a file; a byte-order mark is no part of it."""
    try:
        return body.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        row = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(Fault("", "not_utf8", NOT_UTF8, row=row)) from None


MOST_COLUMNS: Final = 200
"""Far more than any draft has; a heading is looked at as a whole, while nobody else is served."""


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Split a text into rows of cells, each with the line it begins on."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            detail = "A quotation mark is out of place or never closed, or a cell is too long."
            raise Unreadable(Fault("", "malformed_row", detail, row=number)) from None
        if any(cells):
            yield number, cells


def columns_under(heading: Sequence[str], declared: Sequence[Column]) -> list[tuple[str, Column]]:
    """Find the column of each name in a heading, or raise ``Unreadable`` with all that is wrong."""
    if not heading:
        raise Unreadable(Fault("", "empty_file", "The file is empty.", row=1))
    if len(heading) == 1 and {";", "\t"} & set(heading[0]):
        raise Unreadable(Fault("", "not_commas", NOT_COMMAS, row=1))
    if len(heading) > MOST_COLUMNS:
        detail = f"At most {MOST_COLUMNS} columns."
        raise Unreadable(Fault("", "too_many_columns", detail, row=1))
    found: list[tuple[str, Column]] = []
    faults = []
    for place, name in enumerate(heading, start=1):
        column = column_named(name, declared)
        shown = name if NAME.fullmatch(name) else f"(column {place})"
        if column is None:
            fault = Fault("", "unknown_column", "There is no such column.", row=1, column=shown)
            faults.append(fault)
        elif name in heading[: place - 1]:
            fault = Fault("", "duplicate_column", "The column is there twice.", row=1, column=shown)
            faults.append(fault)
        else:
            found.append((name, column))
    missing = [each.name for each in declared if each.required and each.name not in heading]
    faults += [
        Fault("", "missing_column", "The column is not there.", row=1, column=name)
        for name in missing
    ]
    if faults:
        raise Unreadable(*faults)
    return found


def column_named(name: str, declared: Sequence[Column]) -> Column | None:
    """Find a column by its name, or the mapping that such a column is of."""
    for column in declared:
        of_mapping = column.name.endswith(".")
        if name == column.name and not of_mapping:
            return column
        if of_mapping and name.startswith(column.name) and len(name) > len(column.name):
            return column
    return None


Place = tuple[Sequence[str], str, Column]
"""Where a cell goes: the members around it, its own name, its column."""


def members_of(places: Sequence[Place], cells: Sequence[str]) -> dict[str, Any]:
    """Make the members of a row; an empty cell is a member that is not given."""
    made: dict[str, Any] = {}
    for (around, name, column), cell in zip(places, cells, strict=True):
        if cell == "":
            continue
        within = made
        for step in around:
            within = within.setdefault(step, {})
        within[name] = cell if column.type is Scalar else column.read(cell)
    return made


def split(name: str, column: Column) -> tuple[Sequence[str], str]:
    """Name the members that lead to a cell; the key of a mapping may have points in it."""
    if column.name.endswith("."):
        return column.name.removesuffix(".").split("."), name.removeprefix(column.name)
    *around, last = name.split(".")
    return around, last
