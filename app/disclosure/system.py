"""Figures as a matrix, prepared once and audited over any of its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from itertools import chain
from typing import Final, NamedTuple, Self

import numpy as np
from scipy import sparse

from app.disclosure.atoms import Atoms, merged
from app.disclosure.figures import Column, Figure, Name, Setting, Tie
from app.disclosure.identities import tied
from app.disclosure.joint import Joint
from app.disclosure.modular import WITHIN, Sparse
from app.disclosure.recipes import Recipe
from app.disclosure.verdict import Audit, Breach

MOST: Final = 200
"""Breaches that an audit tells at most, the shortest recipes first."""


class System(NamedTuple):
    """Figures in the order they were given, in one reading or several.

    Where a district answered in several versions, each is an unknown of its own in one reading,
    and all are one in another, since a small correction is nearly none. Where it is in doubt
    whether answers add up, they do in two more.
    """

    keys: tuple[Name, ...]
    fewest: int
    readings: tuple[Atoms, ...]

    @classmethod
    def of(cls, figures: Sequence[Figure], setting: Setting) -> Self:
        """Prepare figures; what is known already is left out, and hides nobody."""
        readings = [*read(figures, setting, setting.ties)]
        if setting.doubted:
            readings += read(figures, setting, [*setting.ties, *setting.doubted])
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


def read(figures: Sequence[Figure], setting: Setting, ties: Sequence[Tie]) -> Iterator[Atoms]:
    """Read figures under ties: each version of an answer as an unknown, and then all as one."""
    known, run_by = setting.known, setting.administrations
    matrix, columns = entries(tied(figures, ties, known))
    yield reading(matrix, columns, known, run_by)
    there = {*columns}
    if ties:
        told = chain((figure.weights for figure in figures), ties)
        there = {column for weights in told for column in weights}
    if not versioned(there | known):
        return
    answers = {bare(each) for each in known}
    if ties:
        as_one = [Figure(each.key, joined(each.weights)) for each in figures]
        matrix, columns = entries(tied(as_one, [joined(each) for each in ties], answers))
    yield reading(matrix, [bare(each) for each in columns], answers, run_by)


def joined(weights: Mapping[Column, int]) -> dict[Column, int]:
    """Add up what stands at the versions of an answer."""
    told: dict[Column, int] = {}
    for column, weight in weights.items():
        told[bare(column)] = told.get(bare(column), 0) + weight
    return told


def bare(column: Column) -> Column:
    """Leave the version of an answer aside: of one that is nearly another, knowing one is both."""
    return Column(column.district, column.category)


def versioned(columns: AbstractSet[Column]) -> bool:
    """Tell whether there are several versions of an answer."""
    if len({each.version for each in columns}) < 2:  # noqa: PLR2004 - several
        return False
    return len({bare(each) for each in columns}) < len(columns)


def entries(figures: Sequence[Figure]) -> tuple[Sparse, list[Column]]:
    """Write the weights as a matrix, and which unknown each column is.

    Columns are told apart by identity first, and only one object of each by its value: to hash
    each of a million is what would take most of the time.
    """
    counts = [len(figure.weights) for figure in figures]
    places = list(chain.from_iterable(figure.weights for figure in figures))
    weights = chain.from_iterable(figure.weights.values() for figure in figures)
    try:
        data = np.fromiter(weights, np.int64, len(places))
    except OverflowError as error:
        raise ValueError("A weight has to stay below 2**62.") from error
    if len(data) and max(abs(int(data.min())), abs(int(data.max()))) >= WITHIN:
        raise ValueError("A weight has to stay below 2**62.")
    _, first, object_ = np.unique(
        np.fromiter(map(id, places), np.int64, len(places)), return_index=True, return_inverse=True
    )
    names: dict[Column, int] = {}
    codes = np.zeros(len(first), dtype=np.int64)
    for each in np.argsort(first).tolist():
        codes[each] = names.setdefault(places[first[each]], len(names))
    indices = codes[object_]
    pointers = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    return sparse.csr_matrix((data, indices, pointers), (len(figures), len(names))), list(names)


def reading(
    matrix: Sparse,
    columns: Sequence[Column],
    known: AbstractSet[Column],
    administrations: Mapping[Name, Name],
) -> Atoms:
    """Read each column of the matrix as the unknown given for it; some are one, some are known."""
    names: dict[Column, int] = {}
    owners: dict[Name, int] = {}
    into: list[int] = []
    source: list[int] = []
    held: list[int] = []
    for place, column in enumerate(columns):
        if column in known:
            continue
        into.append(names.setdefault(column, len(names)))
        source.append(place)
        if len(names) > len(held):
            owner = administrations.get(column.district, column.district)
            held.append(owners.setdefault(owner, len(owners)))
    read = indicator(source, into, (len(columns), len(names)))
    return merged(matrix @ read, indicator(range(len(held)), held, (len(held), len(owners))))


def indicator(rows: Sequence[int], columns: Sequence[int], shape: tuple[int, int]) -> Sparse:
    """Return a matrix of ones at these places."""
    places = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
    return sparse.csr_matrix((np.ones(len(rows), dtype=np.int64), places), shape)


def distinct(breaches: Iterable[Breach]) -> list[Breach]:
    """Tell each recipe once, the shortest first."""
    once = {tuple(sorted(each.places.items())): each for each in breaches}
    return [once[each] for each in sorted(once, key=lambda each: (len(each), each))]
