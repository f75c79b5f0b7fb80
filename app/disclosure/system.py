"""Figures as a matrix, prepared once and audited over any of its rows."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import Final, NamedTuple, Self

import numpy as np
from scipy import sparse

from app.disclosure.atoms import Atoms, merged, pattern
from app.disclosure.figures import Column, Figure, Name, Setting
from app.disclosure.joint import Joint
from app.disclosure.modular import WITHIN, Sparse, Vector
from app.disclosure.recipes import Recipe
from app.disclosure.verdict import Audit, Breach

MOST: Final = 200
"""Breaches that an audit tells at most, the shortest recipes first."""


class Known(NamedTuple):
    """The unknowns of a system: where each has its column, and who holds it."""

    columns: dict[Column, int]
    holders: Sparse


class System(NamedTuple):
    """Figures in the order they were given, in one reading or two.

    Where a district answered in several versions, each is an unknown of its own in the first
    reading, and all are one in the second, since a small correction is nearly none.
    """

    keys: tuple[Name, ...]
    fewest: int
    readings: tuple[Atoms, ...]

    @classmethod
    def of(cls, figures: Sequence[Figure], setting: Setting) -> Self:
        """Prepare figures; what is known already is left out, and hides nobody."""
        names = {column: place for place, column in enumerate(unknowns(figures))}
        counts = np.array([len(figure.weights) for figure in figures], dtype=np.int64)
        matrix = entries(figures, names, counts)
        places = tuple(names)
        readings = [reading(matrix, places, list(places), setting)]
        unversioned = [Column(each.district, each.category) for each in places]
        if len(set(unversioned)) < len(places):
            readings.append(reading(matrix, places, unversioned, setting))
        return cls(tuple(figure.key for figure in figures), setting.fewest, tuple(readings))

    def audit(self, rows: Iterable[int] | None = None, *, seed: int = 0) -> Audit:
        """Audit the figures at these places, or all of them."""
        chosen = np.array(
            range(len(self.keys)) if rows is None else sorted(set(rows)), dtype=np.int64
        )
        found: list[Breach] = []
        unsure: set[int] = set()
        for atoms in self.readings:
            joint = Joint.of(atoms, chosen, self.fewest, seed)
            found += [self.breach(each) for each in joint.breaches()]
            unsure |= {int(each) for each in joint.unsure}
        return Audit.of(distinct(found)[:MOST], tuple(self.keys[each] for each in sorted(unsure)))

    def breach(self, proven: tuple[Recipe, int]) -> Breach:
        """Name the figures of a recipe."""
        recipe, count = proven
        places = {
            int(row): Fraction(multiple)
            for row, multiple in zip(recipe.rows, recipe.multiples, strict=True)
        }
        named: dict[Name, Fraction] = {}
        for row, multiple in places.items():
            named.setdefault(self.keys[row], multiple)
        return Breach(named, count, places)


def unknowns(figures: Sequence[Figure]) -> Iterable[Column]:
    """Go through the columns, each once, in the order they first appear."""
    return dict.fromkeys(chain.from_iterable(figure.weights for figure in figures))


def entries(figures: Sequence[Figure], names: dict[Column, int], counts: Vector) -> Sparse:
    """Write the weights as a matrix."""
    total = int(counts.sum())
    places = chain.from_iterable(figure.weights for figure in figures)
    weights = chain.from_iterable(figure.weights.values() for figure in figures)
    try:
        data = np.fromiter(weights, np.int64, total)
    except OverflowError as error:
        raise ValueError("A weight has to stay below 2**62.") from error
    if total and max(abs(int(data.min())), abs(int(data.max()))) >= WITHIN:
        raise ValueError("A weight has to stay below 2**62.")
    indices = np.fromiter(map(names.__getitem__, places), np.int64, total)
    pointers = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix((data, indices, pointers), shape=(len(figures), len(names)))


def reading(
    matrix: Sparse, places: Sequence[Column], read: Sequence[Column], setting: Setting
) -> Atoms:
    """Read each column as the unknown given for it; one that is known in part is known.

    Of a correction that is nearly none, who knows one version knows the other.
    """
    known = {as_ for place, as_ in zip(places, read, strict=True) if place in setting.known}
    unknown = {each: at for at, each in enumerate(dict.fromkeys(read)) if each not in known}
    order = {each: at for at, each in enumerate(unknown)}
    run = setting.administrations
    owners = {run.get(each.district, each.district): None for each in order}
    owner = {name: at for at, name in enumerate(owners)}
    pairs = [(at, order[each]) for at, each in enumerate(read) if each in order]
    source, into = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    ones = np.ones(len(source), dtype=np.int64)
    merge = sparse.csr_matrix((ones, (source, into)), shape=(len(read), len(order)))
    held = np.array([owner[run.get(each.district, each.district)] for each in order], np.int64)
    holders = sparse.csr_matrix(
        (np.ones(len(held), np.int64), (np.arange(len(held)), held)), (len(held), len(owners))
    )
    return merged(matrix @ merge, pattern(holders))


def distinct(breaches: Iterable[Breach]) -> list[Breach]:
    """Tell each recipe once, the shortest first."""
    once = {tuple(sorted(each.places.items())): each for each in breaches}
    return [once[each] for each in sorted(once, key=lambda each: (len(each), each))]
