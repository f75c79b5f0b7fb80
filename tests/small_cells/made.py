"""Tables for tests, written short: ``{"": 100, "race=a": 5}``, schools as ``1/race=a``."""

from collections.abc import Mapping
from uuid import UUID

from app.policy.rules.small_cells import tells_of_enough_students
from app.small_cells.cells import Cell, Figure, Snapshot, count, share
from app.small_cells.suppression import told, withheld

Table = Mapping[str, Figure | None]


def small(figure: Figure) -> bool:
    return not tells_of_enough_students.holds(figure.people)


def cell(name: str) -> Cell:
    school, slash, breakdown = name.rpartition("/")
    pairs = dict(pair.split("=") for pair in breakdown.split(";") if pair)
    return Cell.of(UUID(int=int(school)) if slash else None, pairs)


def name(cell: Cell) -> str:
    place = "" if cell.school is None else f"{cell.school.int}/"
    return place + ";".join("=".join(pair) for pair in cell.breakdown)


def cells(table: Table) -> dict[Cell, Figure | None]:
    return {cell(name): figure for name, figure in table.items()}


def counts(**numbers: int) -> dict[str, Figure | None]:
    """Count people by one dimension; ``total`` is the total."""
    return {
        "" if name == "total" else f"of={name}": count(number) for name, number in numbers.items()
    }


def shares(**numbers: tuple[int, int]) -> dict[str, Figure | None]:
    """Write shares by one dimension; ``total`` is the total."""
    return {
        "" if name == "total" else f"of={name}": share(*parts) for name, parts in numbers.items()
    }


def at(school: int, table: Table) -> dict[str, Figure | None]:
    """Put a table into a school."""
    return {f"{school}/{name}": figure for name, figure in table.items()}


def kept(table: Table, *before: Snapshot) -> list[str]:
    """Name the cells that the next snapshot withholds."""
    return sorted(name(each) for each in withheld(before, cells(table), small))


def shown(table: Table, *before: Snapshot) -> Snapshot:
    """Show a table as it is shown after these."""
    figures = cells(table)
    return told(figures, withheld(before, figures, small))
