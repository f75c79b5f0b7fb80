"""Chooses what a report withholds: each measure, edition and period is a table (TR-17)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from app.measuring.words import ValueStatus
from app.policy.rules.small_cells import nothing_is_given_away, tells_of_enough_students
from app.problems import Conflict
from app.small_cells.cells import Cell, Figure, Snapshot, Told, count, mean, share
from app.small_cells.sums import nodes_of
from app.small_cells.suppression import given_away, withheld
from app.vocabulary import MeasureKind

MOST_NODES: Final = 50_000
"""What one report may ask of the audit, in cells and their wholes, all snapshots counted.

A cell of ten dimensions in a school is 2048 of them with its wholes, and 24 such cells keep a
processor busy for half a minute. 6000 cells by school, grade and group are within it.
"""


class TableName(NamedTuple):
    """What the numbers of one table have in common."""

    measure_id: UUID
    edition: int
    period: str


class Numbers(Protocol):
    """A row that has the numbers of a cell: an observation, or what is remembered of one."""

    school_id: Any
    breakdown: Any
    value: Any
    numerator: Any
    denominator: Any


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a measure that counts students, and every snapshot of it that was published."""

    figures: Mapping[Cell, Figure | None]
    before: Sequence[Snapshot]


Kept = Mapping[TableName, frozenset[Cell]]
"""The cells of each table that are withheld."""


def cell_of(row: Numbers) -> Cell:
    """Say which cell a row is about."""
    return Cell.of(row.school_id, row.breakdown)


def figure_of(row: Numbers, kind: MeasureKind) -> Figure | None:
    """Read the numbers of a row, or ``None`` where it has no value."""
    numerator: Decimal | None = row.numerator
    denominator: Decimal | None = row.denominator
    if kind.is_ratio:
        if numerator is None or denominator is None:
            return None
        make = share if kind is MeasureKind.RATE else mean
        return make(numerator, denominator)
    return None if row.value is None else count(row.value)


def entered(rows: Iterable[Any], kind: MeasureKind) -> dict[Cell, Figure | None]:
    """Make a table of observations: of those that have a value, and those the source withheld."""
    found = {cell_of(row): (row.status, figure_of(row, kind)) for row in rows}
    return {
        cell: figure
        for cell, (status, figure) in found.items()
        if figure is not None or status == ValueStatus.SUPPRESSED
    }


def remembered(rows: Iterable[Any], kind: MeasureKind) -> Snapshot:
    """Make a snapshot of what is remembered of one report."""
    return {cell_of(row): Told(figure_of(row, kind), row.shown) for row in rows}


def is_small(figure: Figure) -> bool:
    """Whether a figure tells of fewer students than may be shown."""
    return not tells_of_enough_students.holds(figure.people)


def require_bounded(tables: Mapping[TableName, Table]) -> None:
    """Refuse, before any work is done, a report that asks for more than ``MOST_NODES``."""
    asked = sum(
        nodes_of(cells) for table in tables.values() for cells in (table.figures, *table.before)
    )
    if asked > MOST_NODES:
        raise Conflict(
            "The tables of this report, with all that was published of them before, are too large"
            f" to check what they give away: {asked} cells and sums, where {MOST_NODES} are"
            " allowed. Break the measures down by fewer dimensions at once.",
            rule="TR-17",
        )


def choose(tables: Mapping[TableName, Table]) -> Kept:
    """Choose what each table withholds; raises the refusal of TR-17 where no choice is enough.

    That can be so only where a cell, which was shown, has left the table since.
    """
    chosen: dict[TableName, frozenset[Cell]] = {}
    for name, table in tables.items():
        chosen[name] = withheld(table.before, table.figures, is_small)
        left = given_away(table.before, table.figures, chosen[name], is_small)
        nothing_is_given_away.require(left)
    return chosen
