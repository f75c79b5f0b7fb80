"""Colours for administrations, so that every figure has as many of each as it can."""

import numpy as np

from app.disclosure.modular import Sparse, Vector


def coloured(incidence: Sparse, colours: int, rng: np.random.Generator) -> Vector:
    """Colour the columns so that each row has its colours in equal numbers, the smallest first.

    A row of at least as many columns as there are colours has all of them, if it is the first;
    hence every colour is there as soon as one row is as long.
    """
    sizes = np.diff(incidence.indptr)
    told: Vector = np.full(incidence.shape[1], -1, dtype=np.int64)
    for row in np.argsort(sizes, kind="stable"):
        members = incidence.indices[incidence.indptr[row] : incidence.indptr[row + 1]]
        had = told[members]
        open_ = members[had < 0]
        if len(open_):
            counts = np.bincount(had[had >= 0], minlength=colours)
            told[rng.permutation(open_)] = levelled(counts, len(open_), rng)
    left = told < 0
    told[left] = rng.integers(0, colours, int(left.sum()))
    return told


def levelled(counts: Vector, more: int, rng: np.random.Generator) -> Vector:
    """Hand out so many more of the colours that the counts become as equal as they can."""
    chance = rng.random(len(counts)) / 2
    heights = (counts + chance)[:, None] + np.arange(more)
    return np.argsort(heights, axis=None)[:more] // more
