"""Figures taken one after another, and what light combination the next one would complete.

Whatever clears all figures taken, clears what is derived from them. So keep a stock of random
weighings of the columns under which every figure taken comes to nothing: it shrinks by one for each
figure that says something new. A figure not yet taken completes a combination on a few columns
exactly when its weighings depend on theirs. One or two columns are looked up for each figure, three
and four with multiples of one now and then for all figures taken. What this search overlooks, the
joint audit finds; it only has to be quick.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.disclosure import modular
from app.disclosure.atoms import Atoms, pattern
from app.disclosure.modular import PRIMES, Matrix, Sparse, Vector
from app.disclosure.recipes import Recipe

PRIME: Final = PRIMES[0]
FRONT: Final = 5
"""Weighings that are looked at: columns that do not depend on each other seem to in 1 of 2**62."""
SPARE: Final = 3
WIDEST: Final = 1_000
"""Light atoms that are looked at, those of the smallest figures first."""
BITS: Final = 31


class Light(NamedTuple):
    """A combination of figures that touches too few, modulo the prime."""

    columns: Vector
    residues: Vector
    atoms: Vector
    """What it may touch."""


class Growth:
    """The figures taken so far of one reading, each for an owner.

    Nothing is changed in place: a shallow copy keeps what was taken, and shares what was learned.
    """

    def __init__(self, reading: Atoms, fewest: int, rng: np.random.Generator) -> None:
        self.fewest, self.rng = fewest, rng
        held = np.diff(reading.holders.indptr)
        light = np.flatnonzero(held < fewest)
        light = light[np.argsort(smallest(reading.figures)[light], kind="stable")[:WIDEST]]
        self.light = light[np.argsort(held[light], kind="stable")]
        self.figures = self.folded(reading.figures)
        self.held = reading.holders[self.light]
        self.points, self.holders = self.sets(self.held)
        self.members, self.whose = listed(self.points), listed(self.held)
        self.weight = np.diff(self.holders.indptr)
        rows, columns = self.figures.shape
        stock = (min(rows, columns) + FRONT + SPARE, columns)
        self.stock: Matrix = rng.integers(0, PRIME, stock)
        self.used: Matrix = np.zeros((0, columns), dtype=np.int64)
        """Of each figure taken, a weighing that is one for it and nothing for the others."""
        self.rows: list[int] = []
        self.owners: list[int] = []
        self.implied: list[tuple[int, int]] = []
        """Owners and figures taken that the others make up: they have no weighing."""
        self.pool: list[Light] = []

    def folded(self, figures: Sparse) -> Sparse:
        """Keep the columns that are looked at, and fold the others into few."""
        rest = np.setdiff1d(np.arange(figures.shape[1]), self.light)
        own = modular.of_prime(figures[:, self.light], PRIME)
        if not len(rest):
            return own
        others = modular.sketch(modular.of_prime(figures, PRIME), rest, PRIME, self.rng)
        return sparse.hstack([own, sparse.csr_matrix(others)], format="csr")

    def sets(self, holders: Sparse) -> tuple[Sparse, Sparse]:
        """Look at each column, and at all columns of an administration as one."""
        several = np.flatnonzero(np.bincount(holders.indices, minlength=holders.shape[1]) > 1)
        points = sparse.vstack(
            [sparse.identity(holders.shape[0], np.int64), holders.T.tocsr()[several]], format="csr"
        )
        told = pattern(points @ holders)
        order = np.argsort(np.diff(told.indptr), kind="stable")
        order = order[np.diff(told.indptr)[order] < self.fewest]
        return points[order], told[order]

    def weighed(self, row: int) -> Vector:
        """Weigh a figure with the whole stock."""
        columns, weights = self.entries(row)
        if (weights == 1).all():
            return np.asarray(self.stock[:, columns].sum(axis=1) % PRIME)
        return self.weigh(self.stock, columns, weights)

    def front(self) -> Matrix:
        """Weigh the points with the first of the stock."""
        known = self.stock[:FRONT, : self.points.shape[1]]
        return np.asarray((self.points @ known.T).T % PRIME)

    def completes(self, weighed: Vector) -> Light | None:
        """Find what a figure would complete; the light combination has the figure's weighings."""
        own = weighed[:FRONT]
        if not own.any():
            return None
        points = self.front()
        apart = (points * own[0] - own[:, None] * points[0] % PRIME) % PRIME
        alone = np.flatnonzero(~apart.any(axis=0))
        if len(alone):
            return self.scaled(own, points, alone[:1])
        return self.known(own) or self.pair(own, points, apart[1:])

    def known(self, own: Vector) -> Light | None:
        """Look among the combinations that were found before."""
        if not self.pool:
            return None
        columns = np.concatenate([each.columns for each in self.pool])
        residues = np.concatenate([each.residues for each in self.pool])
        starts = np.cumsum([0, *(len(each.columns) for each in self.pool[:-1])])
        parts = self.stock[:FRONT, columns] * residues % PRIME
        theirs = np.add.reduceat(parts, starts, axis=1) % PRIME
        apart = (theirs * own[0] - own[:, None] * theirs[0] % PRIME) % PRIME
        for at in np.flatnonzero(theirs.any(axis=0) & ~apart.any(axis=0)):
            scale = int(own[0]) * pow(int(theirs[0, at]), -1, PRIME) % PRIME
            found = self.pool[at]
            return found._replace(residues=found.residues * scale % PRIME)
        return None

    def pair(self, own: Vector, points: Matrix, apart: Matrix) -> Light | None:
        """Find two points that are one, but for a multiple and for the figure."""
        seen = apart[1:3] * modular.inverse(apart[0], PRIME) % PRIME
        keys = seen[0] << BITS | seen[1]
        order = np.argsort(keys, kind="stable")
        for each in np.flatnonzero(keys[order[1:]] == keys[order[:-1]]):
            two = order[each : each + 2]
            if self.count(two) < self.fewest:
                return self.scaled(own, points, two)
        return None

    def scaled(self, own: Vector, points: Matrix, chosen: Vector) -> Light | None:
        """Take such multiples of one or two points as weigh what the figure does (Cramer)."""
        if len(chosen) == 1:
            factors = [int(own[0]) * pow(int(points[0, chosen[0]]), -1, PRIME)]
        else:
            (a, b), (c, d) = points[:2, chosen].tolist()
            first, second = own[:2].tolist()
            if not (a * d - b * c) % PRIME:
                return None
            unit = pow(a * d - b * c, -1, PRIME)
            factors = [(first * d - b * second) * unit, (a * second - first * c) * unit]
        return self.told(zip(chosen.tolist(), factors, strict=True))

    def told(self, multiples: Iterable[tuple[int, int]]) -> Light | None:
        """Add multiples of points up; None where nothing is left."""
        sums: dict[int, int] = {}
        for point, factor in multiples:
            for column in self.members[point]:
                sums[column] = (sums.get(column, 0) + factor) % PRIME
        columns = np.array(sorted(each for each, value in sums.items() if value), dtype=np.int64)
        residues = np.array([sums[each] for each in columns.tolist()], dtype=np.int64)
        return Light(columns, residues, self.light[columns]) if len(columns) else None

    def count(self, points: Vector) -> int:
        """Count who holds one of these points."""
        return len(np.unique(self.holders[points].indices))

    def take(self, owner: int, row: int, weighed: Vector) -> None:
        """Take a figure: what does not come to nothing for it is made to, but for one weighing."""
        if not weighed.any():
            self.implied = [*self.implied, (owner, row)]
            return
        last = int(np.flatnonzero(weighed)[-1])
        unit = pow(int(weighed[last]), -1, PRIME)
        spent = self.stock[last] * unit % PRIME
        left, over = np.delete(self.stock, last, 0), np.delete(weighed, last)
        self.stock = (left + (PRIME - over)[:, None] * spent) % PRIME
        over = self.weigh(self.used, *self.entries(row))
        self.used = np.vstack([(self.used + (PRIME - over)[:, None] * spent) % PRIME, spent])
        self.rows, self.owners = [*self.rows, row], [*self.owners, owner]

    def back(self, owner: int) -> None:
        """Give back what was taken for this owner and those after it; owners came in order."""
        self.implied = [each for each in self.implied if each[0] < owner]
        self.free(np.array(self.owners, dtype=np.int64) >= owner)

    def without(self, owner: int) -> None:
        """Give back what was taken for one owner; what others made up with it is taken anew."""
        implied = [each for each in self.implied if each[0] != owner]
        self.free(np.array(self.owners, dtype=np.int64) == owner)
        self.implied = []
        for each, row in implied:
            self.take(each, row, self.weighed(row))

    def free(self, gone: NDArray[np.bool_]) -> None:
        """Take weighings back into the stock.

        They are mixed into the first, which would else be still those of the figures given back.
        """
        if not gone.any():
            return
        freed, left = self.used[gone], np.flatnonzero(~gone)
        self.stock = np.vstack([self.stock, freed])
        for weighing in self.stock[:FRONT]:
            parts = self.rng.integers(1, PRIME, (len(freed), 1)) * freed % PRIME
            weighing[:] = (weighing + parts.sum(axis=0)) % PRIME
        self.used = self.used[left]
        self.rows = [self.rows[each] for each in left]
        self.owners = [self.owners[each] for each in left]

    def near(self) -> Iterator[Light]:
        """Go through combinations of up to four points that the figures taken come to.

        Two sums or differences that weigh the same are such a combination.
        """
        few = np.flatnonzero(self.weight <= self.fewest - 2)
        if self.fewest <= 3 or not len(few) or not self.rows:  # noqa: PLR2004 - two are looked up
            return
        told = set[bytes]()
        for multiples in self.alike(few):
            each = self.told(multiples)
            if each is None or each.columns.tobytes() in told or self.span(each) >= self.fewest:
                continue
            told.add(each.columns.tobytes())
            if self.makers(each):
                yield each

    def alike(self, few: Vector) -> Iterator[list[tuple[int, int]]]:
        """Go through sums or differences of two points each that weigh the same, but for a sign."""
        nobody = len(few)
        points = np.hstack([self.front()[:2, few], np.zeros((2, 1), dtype=np.int64)])
        weight = np.append(self.weight[few], 0)
        one, other = np.triu_indices(nobody + 1, 1)
        light = weight[one] + weight[other] <= self.fewest - 2
        one, other = np.tile(one[light], 2), np.tile(other[light], 2)
        second = np.repeat([1, -1], len(one) // 2)
        sums = (points[:, one] + second * points[:, other]) % PRIME
        first = np.where(sums[0] > PRIME // 2, -1, 1)
        sums = sums * first % PRIME
        keys = sums[0] << BITS | sums[1]
        order = np.argsort(keys)
        for place in np.flatnonzero(keys[order[1:]] == keys[order[:-1]]):
            multiples: list[tuple[int, int]] = []
            for at, turn in ((order[place], 1), (order[place + 1], -1)):
                factor = turn * int(first[at])
                multiples.append((int(few[one[at]]), factor))
                if other[at] < nobody:
                    multiples.append((int(few[other[at]]), factor * int(second[at])))
            yield multiples

    def weigh(self, weighings: Matrix, columns: Vector, weights: Vector) -> Vector:
        """Weigh a combination."""
        told: Vector = (weighings[:, columns] * weights % PRIME).sum(axis=1) % PRIME
        return told

    def entries(self, row: int) -> tuple[Vector, Vector]:
        """Return the columns of a figure, and its weights."""
        own = slice(self.figures.indptr[row], self.figures.indptr[row + 1])
        return self.figures.indices[own], self.figures.data[own]

    def span(self, light: Light) -> int:
        """Count who holds what a combination of points touches."""
        return len({each for column in light.columns.tolist() for each in self.whose[column]})

    def makers(self, light: Light) -> set[int]:
        """Return whose figures come to a combination; nobody where they do not."""
        if self.weigh(self.stock[:FRONT], light.columns, light.residues).any():
            return set()
        made = self.weigh(self.used, light.columns, light.residues)
        return {self.owners[each] for each in np.flatnonzero(made)}

    def learn(self, recipe: Recipe) -> Light:
        """Remember a combination that was found elsewhere."""
        sums = np.zeros(self.figures.shape[1], dtype=np.int64)
        for row, multiple in zip(recipe.rows.tolist(), recipe.multiples, strict=True):
            sums = (sums + self.dense(row) * (multiple % PRIME)) % PRIME
        columns = np.flatnonzero(sums)
        light = Light(columns, sums[columns], recipe.left)
        self.pool.append(light)
        return light

    def made(self, row: int, light: Light) -> dict[int, int]:
        """Say how a figure and those taken make up a light combination that weighs the same."""
        left = self.dense(row)
        left[light.columns] = (left[light.columns] - light.residues) % PRIME
        columns = np.flatnonzero(left)
        factors = self.weigh(self.used, columns, left[columns])
        taken = {self.rows[each]: PRIME - int(factors[each]) for each in np.flatnonzero(factors)}
        return {row: 1} | taken

    def dense(self, row: int) -> Vector:
        """Write a figure out."""
        return np.asarray(self.figures[row].toarray()[0] % PRIME)


def listed(matrix: Sparse) -> list[list[int]]:
    """List the columns of each row."""
    return [each.tolist() for each in np.split(matrix.indices, matrix.indptr[1:-1])]


def smallest(figures: Sparse) -> Vector:
    """Return for each column the size of the smallest figure that has it."""
    sizes = np.diff(figures.indptr)
    columns = figures.tocsc()
    told = np.full(figures.shape[1], figures.shape[1], dtype=np.int64)
    there = np.flatnonzero(np.diff(columns.indptr))
    told[there] = np.minimum.reduceat(sizes[columns.indices], columns.indptr[:-1][there])
    return told
