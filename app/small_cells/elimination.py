"""Exact elimination (Gauss and Jordan) on sparse rows: what follows from sums."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Number = int | Fraction


@dataclass(slots=True)
class Row(Generic[Name]):
    """A sum that comes to something known: coefficients of the unknown, and of what is known."""

    unknown: dict[Name, Number] = field(default_factory=dict)
    known: dict[Name, Number] = field(default_factory=dict)

    def add(self, other: "Row[Name]", times: Number) -> None:
        """Add a multiple of another row."""
        for mine, theirs in ((self.unknown, other.unknown), (self.known, other.known)):
            for name, coefficient in theirs.items():
                total = mine.get(name, 0) + times * coefficient
                if total:
                    mine[name] = total
                else:
                    mine.pop(name, None)

    def scaled(self, by: Number) -> "Row[Name]":
        """Return a multiple of the row."""
        return Row(
            {name: by * each for name, each in self.unknown.items()},
            {name: by * each for name, each in self.known.items()},
        )


def reduced(rows: Iterable[Row[Name]]) -> list[Row[Name]]:
    """Bring rows to the reduced echelon form, and leave out those without an unknown.

    An unknown number follows from the rows exactly where it stands alone in one of these.
    """
    done: dict[Name, Row[Name]] = {}
    holding: dict[Name, set[Name]] = {}  # by unknown, the pivots of the rows it stands in
    for given in rows:
        row = given.scaled(1)
        for name in [name for name in row.unknown if name in done]:
            row.add(done[name], -row.unknown[name])
        if not row.unknown:
            continue
        pivot = next(iter(row.unknown))
        row = row.scaled(inverse(row.unknown[pivot]))
        for above in holding.pop(pivot, set()):
            other = done[above]
            other.add(row, -other.unknown[pivot])
            for name in row.unknown:
                if name in other.unknown:
                    holding.setdefault(name, set()).add(above)
                elif name in holding:
                    holding[name].discard(above)
        done[pivot] = row
        for name in row.unknown:
            if name != pivot:
                holding.setdefault(name, set()).add(pivot)
    return list(done.values())


def inverse(number: Number) -> Number:
    """Return 1 / number, an integer where it is one."""
    return number if number in {1, -1} else 1 / Fraction(number)
