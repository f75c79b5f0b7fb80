"""Combinations of figures in exact arithmetic: from residues back to fractions, and into words."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import Final, NamedTuple

import flint
import numpy as np
from scipy import sparse

from app.disclosure.modular import (
    PLACES,
    SPARE,
    WITHIN,
    Matrix,
    Sparse,
    Vector,
    largest,
)

LONGEST: Final = 128
"""Figures of a recipe that is solved for exactly where its residues tell no small fractions."""


class Recipe(NamedTuple):
    """Whole multiples of rows, without common factor, and the columns their sum does not clear."""

    rows: Vector
    multiples: tuple[int, ...]
    left: Vector


def fraction(residue: int, prime: int) -> Fraction | None:
    """Find the fraction of small parts that a residue stands for (Wang's reconstruction)."""
    bound = isqrt(prime // 2)
    above, below, left, right = prime, residue % prime, 0, 1
    while below > bound:
        step = above // below
        above, below, left, right = below, above - step * below, right, left - step * right
    return Fraction(below, right) if abs(right) <= bound else None


def wholes(residues: Sequence[int], prime: int) -> tuple[int, ...] | None:
    """Find the whole multiples that residues stand for, but for a factor common to all."""
    unit = pow(residues[0], -1, prime)
    parts = [fraction(each * unit, prime) for each in residues]
    known = [each for each in parts if each is not None]
    if len(known) < len(parts):
        return None
    common = lcm(*(each.denominator for each in known))
    return primitive([int(each * common) for each in known])


def primitive(multiples: Sequence[int]) -> tuple[int, ...]:
    """Divide by the common factor."""
    factor = gcd(*multiples)
    return tuple(each // factor for each in multiples)


def remaining(figures: Sparse, multiples: Sequence[int]) -> Vector:
    """Return the columns that a combination of the rows does not clear, exactly."""
    if sum(map(abs, multiples)) * int(np.abs(figures.data).max(initial=0)) < WITHIN:
        sums = figures.T @ np.array(multiples, dtype=np.int64)
        return np.flatnonzero(sums)
    exact: dict[int, int] = {}
    for row, multiple in enumerate(multiples):
        entries = slice(figures.indptr[row], figures.indptr[row + 1])
        for column, weight in zip(
            figures.indices[entries].tolist(), figures.data[entries].tolist(), strict=True
        ):
            exact[column] = exact.get(column, 0) + multiple * weight
    return np.array(sorted(each for each, value in exact.items() if value), dtype=np.int64)


def lifted(figures: Sparse, combination: Sparse, allowed: Vector, prime: int) -> list[Recipe]:
    """Find exact combinations, of the same rows, that clear all columns but those allowed.

    ``combination`` is one row of residues that does so modulo the prime. None come back where
    that was an accident of the prime, or where the numbers are too many to be solved for.
    """
    rows = combination.indices[np.argsort(combination.indices)].astype(np.int64)
    residues = combination.data[np.argsort(combination.indices)].tolist()
    own = figures[rows]
    multiples = wholes(residues, prime)
    if multiples is not None:
        left = remaining(own, multiples)
        if np.isin(left, allowed).all():
            return [Recipe(rows, multiples, left)]
    if len(rows) > LONGEST:
        return []
    return solved(own, rows, allowed)


def solved(own: Sparse, rows: Vector, allowed: Vector) -> list[Recipe]:
    """Solve for the combinations of a few rows exactly, and keep those that prove right."""
    columns = own.tocsc()
    needed = np.setdiff1d(np.flatnonzero(np.diff(columns.indptr)), allowed)
    tall = columns[:, needed].tocsr()
    if len(needed) > 2 * len(rows) + SPARE and largest(tall) * len(needed) < WITHIN:
        tall = tall @ signs(len(needed), len(rows) + SPARE)
    told: list[Recipe] = []
    for multiples in exact_null(tall.toarray()):
        left = remaining(own, multiples)
        if np.isin(left, allowed).all():
            used = np.flatnonzero(np.array([each != 0 for each in multiples]))
            told.append(Recipe(rows[used], tuple(multiples[each] for each in used), left))
    return told


def signs(columns: int, kept: int) -> Sparse:
    """Return a matrix that folds columns into fewer by adding and taking away."""
    rng = np.random.default_rng(0)
    into = rng.integers(0, kept, columns * PLACES)
    source = np.repeat(np.arange(columns), PLACES)
    return sparse.csr_matrix((rng.choice((-1, 1), len(into)), (source, into)), (columns, kept))


def exact_null(dense: Matrix) -> list[tuple[int, ...]]:
    """Return a basis of the combinations of rows that come to nothing, in whole numbers."""
    rows, columns = dense.shape
    entries = dense.T.ravel().tolist()
    if not entries:
        return [tuple(int(row == each) for row in range(rows)) for each in range(rows)]
    basis, nullity = flint.fmpz_mat(columns, rows, entries).nullspace()
    return [
        primitive([int(basis[row, each]) for row in range(rows)]) for each in range(int(nullity))
    ]
