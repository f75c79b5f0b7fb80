"""The audit: whether what was ever shown gives away what was withheld."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.small_cells.cells import Cell, Figure, Snapshot
from app.small_cells.elimination import Row, reduced
from app.small_cells.sums import Node, Sums, added

Small = Callable[[Figure], bool]


class Named(NamedTuple):
    """A number that is the same one as long as nobody changes it: of what, which, after how often.

    What returns to an earlier value is another number: nobody was told that it did.
    """

    node: Node
    part: int
    times: int


@dataclass(frozen=True, slots=True)
class Breach:
    """What can be worked out and should not, and the cells that would keep it if withheld too."""

    of: frozenset[Node]
    keepers: frozenset[Cell]


class Audit:
    """A table that is about to be shown, and every snapshot of it before.

    Breaches are of two kinds: a withheld number that follows from the rest, and a small number of
    people that several withheld cells come to together. They are those that somebody finds who kept
    all the snapshots.
    """

    def __init__(
        self, before: Sequence[Snapshot], figures: Mapping[Cell, Figure | None], small: Small
    ) -> None:
        self._small = small
        self._figures: dict[Named, Figure | None] = {}
        self._shown: set[Named] = set()
        self._withheld: set[Named] = set()
        self._rows: dict[tuple[tuple[Named, int], ...], None] = {}
        self._times: dict[tuple[Node, int], tuple[int, object]] = {}
        for snapshot in before:
            for name, cell in self._read({cell: told.figure for cell, told in snapshot.items()}):
                (self._shown if snapshot[cell].shown else self._withheld).add(name)
        self._newest = self._read(figures)

    def _read(self, figures: Mapping[Cell, Figure | None]) -> list[tuple[Named, Cell]]:
        """Take in one table, name the numbers of its cells, and write down its sums.

        Those who are left over, or in a cell that nobody entered, are withheld where they are few.
        """
        sums = Sums(figures)
        size = max((len(f.parts) for f in sums.figures.values() if f is not None), default=0)
        told: list[tuple[Named, Cell]] = []
        for part in range(size):
            names = {node: self._name(node, part, f) for node, f in sums.figures.items()}
            told += [(names[cell], cell) for cell in figures]
            for node in names.keys() - figures.keys():
                if self._is_small_group(sums.figures[node]):
                    self._withheld.add(names[node])
            for each in sums.all:
                parts: tuple[Node, ...] = (*each.parts, *([each.rest] if each.rest else []))
                self._rows[(names[each.whole], 1), *((names[of], -1) for of in parts)] = None
        return told

    def _name(self, node: Node, part: int, figure: Figure | None) -> Named:
        """Name a number: anew where it differs from what it was in the snapshot before."""
        value = None if figure is None else figure.parts[part]
        times, before = self._times.get((node, part), (0, value))
        if before != value:
            times += 1
        self._times[node, part] = (times, value)
        name = Named(node, part, times)
        self._figures[name] = figure
        return name

    def _is_small_group(self, figure: Figure | None) -> bool:
        """Whether those whom nobody entered by themselves are people, and few."""
        if figure is None or not figure.possible or figure.parts[-1] <= 0:
            return False
        return self._small(figure)

    def breaches(self, kept: Collection[Cell]) -> Iterator[Breach]:
        """Find what is given away if these cells are withheld and all others are shown."""
        shown = self._shown | {name for name, cell in self._newest if cell not in kept}
        offered = {n: cell for n, cell in self._newest if n in shown and n not in self._shown}
        secret = (self._withheld | {name for name, _ in self._newest}) - shown
        together: dict[frozenset[Node], list[Row[Named]]] = {}
        for row in self._conclusions(shown):
            told = secret & row.unknown.keys()
            if told and len(row.unknown) == 1:
                yield breach([row], offered)
            elif told and one_sign(row):
                together.setdefault(nodes_of(row), []).append(row)
        yield from (breach(rows, offered) for rows in together.values() if self._tell(rows))

    def _conclusions(self, shown: Collection[Named]) -> Iterator[Row[Named]]:
        """Write down the sums, and what follows from them, over what is not shown."""
        rows = []
        for terms in self._rows:
            row: Row[Named] = Row()
            for name, coefficient in terms:
                (row.known if name in shown else row.unknown)[name] = coefficient
            rows.append(row)
        yield from rows
        yield from reduced(rows)

    def _tell(self, rows: Sequence[Row[Named]]) -> bool:
        """Whether cells, which the rows let be added up, are few people together."""
        figures = [self._figures[name] for name in rows[0].unknown]
        total = added(figures)
        if total is None or not all(figure is not None and figure.possible for figure in figures):
            return False
        parts = {name.part for row in rows for name in row.unknown}
        if len(parts) == len(total.parts):
            return self._small(total)
        people = [total.people_of(part) for part in parts]
        return any(figure is not None and self._small(figure) for figure in people)


def breach(rows: Sequence[Row[Named]], offered: Mapping[Named, Cell]) -> Breach:
    """Write down what the rows tell; without one of the cells shown in them nothing follows."""
    known = {name for row in rows for name in row.known}
    return Breach(nodes_of(rows[0]), frozenset(offered[name] for name in known & offered.keys()))


def nodes_of(row: Row[Named]) -> frozenset[Node]:
    """Say what the unknown numbers of a row are of."""
    return frozenset(name.node for name in row.unknown)


def one_sign(row: Row[Named]) -> bool:
    """Whether all that is unknown in a row is added up, and nothing taken away."""
    signs = {coefficient > 0 for coefficient in row.unknown.values()}
    return len(signs) == 1
