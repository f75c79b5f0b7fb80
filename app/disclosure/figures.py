"""What is known when a figure is published: a sum over answers, each with a whole weight."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, NamedTuple

Name = Hashable
"""Whatever the caller calls a district, a category, a figure or an administration by."""
NOBODY: Final[frozenset["Column"]] = frozenset()


class Column(NamedTuple):
    """One unknown: what a district answered in a category, in one version of its answer.

    A correction is another version, and hence another unknown; an answer given again unchanged
    keeps the version it had.
    """

    district: Name
    category: Name = None
    version: Name = 0


Tie = Mapping[Column, int]
"""A weighted sum of answers of one district that comes to nothing: its parts less their total."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A published or planned figure: once it is known, so is the weighted sum of its answers.

    A mean with its count is the sum of its contributors; a quantile is the sum of the neighbouring
    answers it is the mean of; a pooled ratio is taken for the sums above and below the line, each
    a figure of its own under the same ``key``.
    """

    key: Name
    weights: Mapping[Column, int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an audit is held against.

    ``fewest`` is T: whatever can be derived stands for at least so many administrations.
    ``administrations`` names who runs a district, where that is not the district itself; districts
    under one count once. ``known`` are the unknowns that are none to a recipient, since their
    district consented or they are published elsewhere: they hide nobody. ``ties`` are what is
    publicly known to add up. Of those in ``doubted`` that is not certain: the audit is held
    against all of them, and once more against none, since a wrong one would hide what it ties.
    """

    fewest: int
    administrations: Mapping[Name, Name] = field(default_factory=dict)
    known: AbstractSet[Column] = NOBODY
    ties: Sequence[Tie] = ()
    doubted: Sequence[Tie] = ()

    def run_by(self, district: Name) -> Name:
        """Name the administration of a district."""
        return self.administrations.get(district, district)

    def hidden(self, columns: Iterable[Column]) -> frozenset[Name]:
        """Name the administrations among whose unknowns these are: whom a figure of them hides."""
        return frozenset(self.run_by(each.district) for each in columns if each not in self.known)
