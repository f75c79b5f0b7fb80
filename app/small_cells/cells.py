"""Cells of one table, and the numbers in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from fractions import Fraction
from typing import Final, Self
from uuid import UUID

Exact = Decimal | Fraction | int
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the table: the whole district or a school, and a category of some dimensions."""

    school: UUID | None
    breakdown: Pairs

    @classmethod
    def of(cls, school: UUID | None, breakdown: Mapping[str, str]) -> Self:
        """Name a cell by a breakdown in any order."""
        return cls(school, tuple(sorted(breakdown.items())))

    @property
    def order(self) -> tuple[int, str, Pairs]:
        """Where it stands among cells to withhold: the finest first, then by name.

        No number is looked at, so that the choice itself says nothing of the numbers.
        """
        fineness = len(self.breakdown) + (self.school is not None)
        return -fineness, str(self.school or ""), self.breakdown


class Counting(Enum):
    """What the numbers of a table are, by what they say of people."""

    COUNT = auto()
    """One number of people."""
    SHARE = auto()
    """So many of so many people."""
    MEAN = auto()
    """A sum of something, and the number of people it is of."""


NUMERATOR: Final = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """The numbers in a cell, which add up over the parts of a whole; a quotient is not among them.

    ``parts`` are a count, or a numerator and a denominator.
    """

    counting: Counting
    parts: tuple[Fraction, ...]

    @property
    def people(self) -> tuple[Fraction, ...]:
        """The numbers of people that the figure tells, those that are left over among them.

        25 of 30 tell of 5 as well. Where a share is more than the whole, nobody is left over.
        """
        if self.counting is Counting.SHARE:
            numerator, denominator = self.parts
            left_over = (denominator - numerator,) if numerator <= denominator else ()
            return (numerator, denominator, *left_over)
        return self.parts[-1:]

    def people_of(self, part: int) -> "Figure | None":
        """Return one part alone as a number of people, or ``None`` where it is none."""
        if self.counting is Counting.MEAN and part == NUMERATOR:
            return None
        return Figure(Counting.COUNT, (self.parts[part],))

    @property
    def possible(self) -> bool:
        """Whether people can be counted so: what double counting leaves over may be below 0."""
        return all(number >= 0 for number in self.people)

    def __add__(self, other: "Figure") -> "Figure":
        together = zip(self.parts, other.parts, strict=True)
        return Figure(self.counting, tuple(one + two for one, two in together))

    def __sub__(self, other: "Figure") -> "Figure":
        together = zip(self.parts, other.parts, strict=True)
        return Figure(self.counting, tuple(one - two for one, two in together))


def count(value: Exact) -> Figure:
    """Return so many people."""
    return Figure(Counting.COUNT, (Fraction(value),))


def share(numerator: Exact, denominator: Exact) -> Figure:
    """Return so many people of so many."""
    return Figure(Counting.SHARE, (Fraction(numerator), Fraction(denominator)))


def mean(total: Exact, denominator: Exact) -> Figure:
    """Return a sum over so many people."""
    return Figure(Counting.MEAN, (Fraction(total), Fraction(denominator)))


@dataclass(frozen=True, slots=True)
class Told:
    """What a snapshot says of a cell: its figure, or nothing where it is not ``shown``.

    ``figure`` is ``None`` where the source itself withheld it: nobody here knows it.
    """

    figure: Figure | None
    shown: bool


Snapshot = Mapping[Cell, Told]
"""One table as it was shown once: every cell that has numbers, also the withheld ones."""
