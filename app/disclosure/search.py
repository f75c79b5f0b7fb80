"""The search for combinations of figures that touch too few: complete, or it says that it is not.

Give each administration one of T colours. A combination that touches fewer than T misses a colour;
so all there are lie in the T spaces of those that miss one. In a good colouring these spaces are
nothing, which is proof; else they are small, and are searched in the same way. Where there are too
few administrations for as many colours and figures, they are swept instead.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse

from app.disclosure import modular
from app.disclosure.atoms import merged, touched, touching
from app.disclosure.colouring import coloured
from app.disclosure.modular import Sparse, Vector
from app.disclosure.sweep import sweepable, swept

STEPS: Final = 3_000.0
"""How much is searched at most: null spaces of up to 50 dimensions count one, larger ones more."""
UNIT: Final = 50
SWEPT: Final = 80
"""Points whose sweep counts one step; the cube of their number counts."""
FURTHER: Final = 100.0
"""How much is searched at most once there is a finding."""
TURNS: Final = 3
"""Bases of a whole system that are looked at before it is split."""
TRIES: Final = 20
"""How often a sketch may have lost rank by bad luck."""


class Space(NamedTuple):
    """Independent combinations of figures modulo a prime, and what each comes to."""

    combinations: Sparse
    """A row for each; a column for each row of the system."""
    results: Sparse
    """A row for each; a column for each atom."""
    holders: Sparse

    @property
    def dimension(self) -> int:
        """How many there are."""
        return int(self.results.shape[0])


class ExhaustedError(Exception):
    """The search has taken as many steps as it may."""


@dataclass(slots=True)
class Search:
    """One search, for what touches fewer than ``fewest``."""

    fewest: int
    prime: int
    rng: np.random.Generator
    steps: float = STEPS
    found: list[Sparse] = field(default_factory=list)
    """Combinations that touch too few, modulo the prime."""
    open: list[Sparse] = field(default_factory=list)
    """Spaces that were not searched to their end."""

    def into(self, space: Space) -> None:
        """Search a space to its end, or as far as there are steps left."""
        try:
            for _ in range(self.turns(space)):
                self.hit(self.turned(space))
            if not self.found:
                self.split(space)
        except ExhaustedError:
            self.open.append(space.combinations)

    def turns(self, space: Space) -> int:
        """Look at bases first where a colour has fewer atoms than there are figures."""
        return TURNS if space.results.shape[1] < self.fewest * space.dimension else 0

    def split(self, space: Space) -> None:
        """Search the combinations that miss a colour, for each colour; or sweep them all."""
        if sweepable(space.results, space.holders, self.fewest):
            self.sweep(space)
            return
        colours = coloured(touching(space.results, space.holders), self.fewest, self.rng)
        held = np.diff(space.holders.indptr)
        for colour in range(self.fewest):
            has = (space.holders @ (colours == colour).astype(np.int64)) > 0
            missing = self.vanishing(space, np.flatnonzero(has | (held >= self.fewest)))
            if missing.dimension:
                self.descend(missing)

    def descend(self, space: Space) -> None:
        """Look at the combinations of a basis, then of another; then search what they span."""
        small = self.alike(space)
        if self.hit(small) or small.dimension == 1:
            return
        small = self.turned(small)
        if not self.hit(small):
            self.split(small)

    def sweep(self, space: Space) -> None:
        """Find which atoms are touched alone, and then by what."""
        sizes = np.diff(space.holders.indptr)
        self.step((len(sizes) / SWEPT) ** 3)
        sets = swept(space.results, sizes, self.fewest, self.prime, self.rng)
        if not sets:
            return
        every = np.arange(len(sizes))
        narrow = self.vanishing(space, np.setdiff1d(every, np.concatenate(sets)))
        hits = [self.hit(self.vanishing(narrow, np.setdiff1d(every, each))) for each in sets]
        if not any(hits):
            self.open.append(space.combinations)

    def step(self, steps: float) -> None:
        """Take so many steps, if there are any left."""
        self.steps -= steps
        if self.steps < 0:
            raise ExhaustedError

    def hit(self, space: Space) -> bool:
        """Keep the combinations of the basis that touch too few."""
        few = touched(space.results, space.holders) < self.fewest
        if few.any():
            self.found.append(space.combinations[np.flatnonzero(few)])
            self.steps = min(self.steps, FURTHER)
        return bool(few.any())

    def vanishing(self, space: Space, atoms: Vector) -> Space:
        """Return the combinations that clear these atoms."""
        self.step(1 + (space.dimension / UNIT) ** 2)
        combinations = null(space.results, atoms, self.prime, self.rng)
        return Space(
            modular.product(combinations, space.combinations, self.prime),
            modular.product(combinations, space.results, self.prime),
            space.holders,
        )

    def alike(self, space: Space) -> Space:
        """Merge what the combinations of a space treat alike: its atoms are fewer."""
        columns = space.results.tocsc()
        there = np.flatnonzero(np.diff(columns.indptr))
        columns = columns[:, there]
        first = columns.data[columns.indptr[:-1]]
        scale = np.repeat(modular.inverse(first, self.prime), np.diff(columns.indptr))
        columns.data = columns.data * scale % self.prime
        atoms = merged(columns.tocsr(), space.holders[there])
        return Space(space.combinations, modular.of_prime(atoms.figures, self.prime), atoms.holders)

    def turned(self, space: Space) -> Space:
        """Take another basis: each but one of its combinations clears each of the widest atoms."""
        self.step((space.dimension / UNIT) ** 2)
        held = np.diff(space.holders.indptr) + self.rng.random(space.holders.shape[0])
        wide = np.argsort(-held)[: 4 * space.dimension + modular.SPARE]
        own = np.identity(space.dimension, dtype=np.int64)
        columns = space.results.tocsc()[:, wide].toarray()
        form = modular.reduced(np.hstack([columns, own]), self.prime)[:, len(wide) :]
        turn = modular.of_prime(sparse.csr_matrix(form), self.prime)
        return Space(
            modular.product(turn, space.combinations, self.prime),
            modular.product(turn, space.results, self.prime),
            space.holders,
        )


def null(matrix: Sparse, columns: Vector, prime: int, rng: np.random.Generator) -> Sparse:
    """Return a basis of the combinations of rows that clear the columns, modulo the prime.

    A sketch may let combinations through that do not: they are sketched again until none are left.
    """
    chosen = np.zeros(matrix.shape[1], dtype=np.bool_)
    chosen[columns] = True
    told = modular.left_null(modular.sketch(matrix, columns, prime, rng), prime)
    for _ in range(TRIES):
        if not told.shape[0]:
            return told
        rest = modular.product(told, matrix, prime)
        rest.data[~chosen[rest.indices]] = 0
        rest.eliminate_zeros()
        if not rest.nnz:
            return told
        left = np.unique(rest.indices)
        again = modular.left_null(modular.sketch(rest, left, prime, rng), prime)
        told = modular.product(again, told, prime)
    raise ExhaustedError
