"""Cells as CSV (RFC 4180): a spreadsheet shows them, and runs nothing of them."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from app.releases.schemas import CellView

COLUMNS: Final = ("item", "unit", "basis", "group", "statistic", "status", "n", "value")
LIVE: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a text a formula where it comes first, in full width too."""


def still(text: str | None) -> str:
    """Write a text so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    if not text:
        return ""
    return f"'{text}" if text.lstrip()[:1] in LIVE else text


def spreadsheet(cells: Iterable[CellView]) -> bytes:
    """Write a heading and a row for each cell; what is withheld is empty."""
    sheet = StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for cell in cells:
        writer.writerow(
            (
                still(cell.item),
                still(cell.unit),
                still(cell.basis),
                still(cell.group),
                cell.statistic or "",
                cell.status,
                "" if cell.n is None else cell.n,
                "" if cell.value is None else f"{cell.value:f}",
            )
        )
    return sheet.getvalue().encode()
