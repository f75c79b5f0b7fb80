"""The audit of a matrix of figures: in parts that share nothing, with one prime or the second."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Self

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from app.disclosure import modular
from app.disclosure.atoms import Atoms, merged, touched
from app.disclosure.modular import PRIMES, Sparse, Vector
from app.disclosure.recipes import Recipe, lifted
from app.disclosure.search import ExhaustedError, Search, Space, null

TOGETHER: Final = 64
"""Figures up to which parts that share nothing are audited in one go."""
MOST: Final = 200
"""Combinations of one part that are taken to whole numbers."""
LARGEST: Final = 6_000
"""Figures that hang together, beyond which an audit does not begin."""

Proven = tuple[Recipe, int]
"""A recipe and how many it touches."""


@dataclass(slots=True)
class Joint:
    """One reading of some figures."""

    atoms: Atoms
    rows: Vector
    """The places of the figures, of whom the atoms have a row each."""
    fewest: int
    seed: int
    unsure: Vector = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, atoms: Atoms, rows: Vector, fewest: int, seed: int) -> Self:
        """Take some of the figures; what these treat alike is merged once more."""
        return cls(some(atoms, rows), rows, fewest, seed)

    def breaches(self) -> Iterator[Proven]:
        """Find what touches too few; note what could not be cleared."""
        counts = touched(self.atoms.figures, self.atoms.holders)
        for row in np.flatnonzero((counts > 0) & (counts < self.fewest)):
            left = self.atoms.figures[row].indices
            yield Recipe(self.rows[[row]], (1,), left), int(counts[row])
        if self.fewest > 1:
            for part in parts(self.atoms.figures, np.flatnonzero(counts >= self.fewest)):
                yield from self.part(part)

    def part(self, rows: Vector) -> Iterator[Proven]:
        """Audit rows that hang together, with the second prime where the first was bad luck."""
        own = some(self.atoms, rows)
        if len(rows) <= LARGEST:
            for prime in PRIMES:
                rng = np.random.default_rng([self.seed, prime])
                proven, clear = examined(own, self.fewest, prime, rng)
                for recipe, count in proven:
                    places = self.rows[rows[recipe.rows]]
                    yield recipe._replace(rows=places), count
                if proven or clear:
                    return
        self.unsure = np.union1d(self.unsure, self.rows[rows])


def some(atoms: Atoms, rows: Vector) -> Atoms:
    """Take some of the rows, and merge the atoms that these treat alike."""
    if len(rows) == atoms.figures.shape[0]:
        return atoms
    return merged(atoms.figures[rows], atoms.holders)


def parts(figures: Sparse, rows: Vector) -> Iterator[Vector]:
    """Divide rows into parts that share no atom; a row by itself is no part.

    A combination over several parts touches whom its share in each of them touches, so that the
    parts may be audited apart.
    """
    own = figures[rows]
    count, width = own.shape
    graph = sparse.csr_matrix(
        (own.data, own.indices + count, np.concatenate([own.indptr, np.full(width, own.nnz)])),
        shape=(count + width, count + width),
    )
    _, labels = connected_components(graph, directed=False)
    _, part, sizes = np.unique(labels[:count], return_inverse=True, return_counts=True)
    batch: list[Vector] = []
    for each in np.flatnonzero(sizes > 1):
        batch.append(rows[part == each])
        if sum(map(len, batch)) >= TOGETHER:
            yield np.sort(np.concatenate(batch))
            batch = []
    if batch:
        yield np.sort(np.concatenate(batch))


def examined(
    atoms: Atoms, fewest: int, prime: int, rng: np.random.Generator
) -> tuple[list[Proven], bool]:
    """Search with one prime: what is proven to touch too few, and whether nothing is left open.

    Rows that others make up are taken out first: each relation has a row of its own, its last,
    that no other takes, and is proven over the whole numbers. The rest is independent modulo the
    prime, and hence independent: a combination of them in whole numbers without common factor is
    something modulo the prime as well, and touches no more there. So what the search does not
    find modulo the prime does not exist.
    """
    figures = modular.of_prime(atoms.figures, prime)
    try:
        relations = null(figures, np.arange(figures.shape[1]), prime, rng)
    except ExhaustedError:
        return [], False
    nothing = np.zeros(0, dtype=np.int64)
    for relation in relations:
        if not lifted(atoms.figures, relation, nothing, prime):
            return [], False
    made_up = np.zeros(0, dtype=np.int64)
    if relations.shape[0]:
        made_up = np.maximum.reduceat(relations.indices, relations.indptr[:-1])
    kept = np.setdiff1d(np.arange(figures.shape[0]), made_up)
    own = sparse.identity(figures.shape[0], np.int64, "csr")[kept]
    search = Search(fewest, prime, rng)
    search.into(Space(own, figures[kept], atoms.holders))
    return verified(atoms, search)


def verified(atoms: Atoms, search: Search) -> tuple[list[Proven], bool]:
    """Take what was found to whole numbers; what does not hold there leaves the search open."""
    proven: list[Proven] = []
    clear = not search.open
    figures = modular.of_prime(atoms.figures, search.prime)
    for combination in islice(one_by_one(search.found), MOST):
        results = modular.product(combination, figures, search.prime)
        recipes = lifted(atoms.figures, combination, results.indices, search.prime)
        told = [(each, holding(atoms, each.left)) for each in recipes if len(each.left)]
        proven += [each for each in told if each[1] < search.fewest]
        clear &= bool(told)
    return proven, clear


def one_by_one(found: list[Sparse]) -> Iterator[Sparse]:
    """Go through the rows of several matrices."""
    for each in found:
        for row in range(each.shape[0]):
            yield each[row]


def holding(atoms: Atoms, left: Vector) -> int:
    """Count who holds one of these atoms."""
    return len(np.unique(atoms.holders[left].indices))
