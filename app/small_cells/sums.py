"""The sums of a table: a whole and its parts, by each dimension and by school."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from app.small_cells.cells import Cell, Figure

SCHOOLS: Final = ""
"""The axis of schools; a dimension has a name."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a sum leaves over: those in no category that was entered, or in no school."""

    whole: Cell
    axis: str


Node = Cell | Rest
"""What a number is of."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole is the sum of its parts and, where it is there, of the rest."""

    whole: Cell
    parts: tuple[Cell, ...]
    rest: Rest | None


class Sums:
    """Every sum of a table, and what each of its cells comes to.

    A cell that nobody entered, between a whole and parts that were, is one of the table: it comes
    to the sum of its parts.
    """

    def __init__(self, entered: Mapping[Cell, Figure | None]) -> None:
        self._parts = parts_of(entered)
        self.figures: dict[Node, Figure | None] = {}
        for cell, figure in entered.items():
            self.figures[cell] = figure
        self.all: list[Sum] = []
        for whole in sorted(self._parts, key=lambda cell: cell.order):  # parts before their whole
            for axis, parts in sorted(self._parts[whole].items()):
                self._add(whole, axis, tuple(sorted(parts, key=lambda cell: cell.order)))

    def _add(self, whole: Cell, axis: str, parts: tuple[Cell, ...]) -> None:
        """Add a sum, with what it leaves over; a whole that nobody entered leaves nothing over."""
        together = added([self.figures[part] for part in parts])
        figure = self.figures.setdefault(whole, together)
        left = None if figure is None or together is None else figure - together
        rest = None
        if left is not None and any(left.parts):
            rest = Rest(whole, axis)
            self.figures[rest] = left
        self.all.append(Sum(whole, parts, rest))


def added(figures: list[Figure | None]) -> Figure | None:
    """Add figures up, or return ``None`` where one is not known."""
    total: Figure | None = None
    for figure in figures:
        if figure is None:
            return None
        total = figure if total is None else total + figure
    return total


def nodes_of(cells: Iterable[Cell]) -> int:
    """Count what the sums of a table are made of, at most: each cell with every whole of it."""
    return sum(2 ** (len(cell.breakdown) + (cell.school is not None)) for cell in cells)


def parts_of(entered: Mapping[Cell, Figure | None]) -> dict[Cell, dict[str, set[Cell]]]:
    """Find the parts of every whole by axis, and of every whole between them and the top."""
    found: dict[Cell, dict[str, set[Cell]]] = {}
    for cell in entered:
        for place in {cell.school, None}:
            for size in range(len(cell.breakdown), -1, -1):
                for pairs in combinations(cell.breakdown, size):
                    name_as_part(Cell(place, pairs), found)
    return found


def name_as_part(part: Cell, found: dict[Cell, dict[str, set[Cell]]]) -> None:
    """Write a cell down as a part of each whole that has one category, or its school, less."""
    if part.school is not None:
        whole = Cell(None, part.breakdown)
        found.setdefault(whole, {}).setdefault(SCHOOLS, set()).add(part)
    for pair in part.breakdown:
        fewer = tuple(each for each in part.breakdown if each != pair)
        whole = Cell(part.school, fewer)
        found.setdefault(whole, {}).setdefault(pair[0], set()).add(part)
