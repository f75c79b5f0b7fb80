"""Unknowns that every figure treats alike, taken together."""

from typing import Final, NamedTuple

import numpy as np
from scipy import sparse

from app.disclosure.modular import Sparse, Vector

SEED: Final = 2034


class Atoms(NamedTuple):
    """Figures over atoms, and which administrations hold an atom.

    Columns that are multiples of one another vanish together in every combination of figures.
    They are one atom, held by whoever holds one of them: what touches the atom touches them all.
    """

    figures: Sparse
    """A row for each figure, a column for each atom: its column without common factors."""
    holders: Sparse
    """A row for each atom, a column for each administration."""

    @property
    def incidence(self) -> Sparse:
        """Whom each figure touches: a row for each figure, a column for each administration."""
        return touching(self.figures, self.holders)


def pattern(matrix: Sparse) -> Sparse:
    """Keep where a matrix has something, and not what."""
    return sparse.csr_matrix(
        (np.ones(matrix.nnz, dtype=np.int64), matrix.indices, matrix.indptr), matrix.shape
    )


def touching(figures: Sparse, holders: Sparse) -> Sparse:
    """Return whom each row touches, as ones."""
    return pattern(pattern(figures) @ holders)


def touched(figures: Sparse, holders: Sparse) -> Vector:
    """Count whom each row touches."""
    counts: Vector = np.diff(touching(figures, holders).indptr)
    return counts


def merged(figures: Sparse, holders: Sparse) -> Atoms:
    """Take columns together that are multiples of one another; columns of zeros go.

    Columns are sorted by a hash and then compared entry by entry: two that share a hash by chance
    stay two, which is never wrong.
    """
    columns = figures.tocsc()
    columns.sort_indices()
    columns.eliminate_zeros()
    there = np.flatnonzero(np.diff(columns.indptr))
    columns, held = columns[:, there], holders[there]
    if not len(there):
        return Atoms(columns.tocsr(), held)
    primitive(columns)
    kinds = alike(columns)
    _, first, kind = np.unique(kinds, return_index=True, return_inverse=True)
    joined = sparse.csr_matrix(
        (np.ones(len(kind), dtype=np.int64), (kind, np.arange(len(kind)))),
        shape=(len(first), len(kind)),
    )
    return Atoms(columns[:, first].tocsr(), pattern(joined @ held))


def primitive(columns: Sparse) -> None:
    """Divide each column by its common factor, and let its first entry be positive."""
    start, lengths = columns.indptr[:-1], np.diff(columns.indptr)
    factors = np.gcd.reduceat(columns.data, start)
    factors = np.where(columns.data[start] < 0, -factors, factors)
    columns.data //= np.repeat(factors, lengths)


def alike(columns: Sparse) -> Vector:
    """Return for each column the first one that is equal to it."""
    start, lengths = columns.indptr[:-1].astype(np.int64), np.diff(columns.indptr)
    keys = np.random.default_rng(SEED).integers(1, 2**63, columns.shape[0], dtype=np.uint64)
    weighed = (keys[columns.indices] | np.uint64(1)) * columns.data.astype(np.uint64)
    _, first, kind = np.unique(
        np.add.reduceat(weighed, start), return_index=True, return_inverse=True
    )
    model = first[kind].astype(np.int64)
    same = lengths == lengths[model]
    offset = np.arange(columns.nnz) - np.repeat(start, lengths)
    there = np.repeat(np.where(same, start[model], start), lengths) + offset
    equal = (columns.indices == columns.indices[there]) & (columns.data == columns.data[there])
    same &= np.logical_and.reduceat(equal, start)
    return np.where(same, model, np.arange(len(model)))
