"""The search for the lightest combinations where there are many figures to few administrations.

Whatever clears all figures, clears what is derived from them. So take a handful of random weighings
of the administrations under which every figure comes to nothing: each administration is a point,
and a combination of figures that touches only some of them says that their points depend on each
other, whatever the weighings. One is nothing, two are one, three lie on a line, four in a plane:
for up to four administrations that is looked up among all of them, in the cube of their number.
"""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

import numpy as np

from app.disclosure import modular
from app.disclosure.modular import Matrix, Sparse, Vector

MOST: Final = 5
"""The T up to which points can be swept: four of them lie in a plane."""
WIDEST: Final = 1_000
"""Points beyond which the cube of their number is too much."""
WEIGHINGS: Final = 5
"""One more than points: those that do not depend on each other seem to in one of 2**62 cases."""
ENOUGH: Final = 24
"""Sets that are told at most."""
BITS: Final = 31


class UnluckyError(Exception):
    """A random weighing of some administrations came to nothing by chance."""


def sweepable(results: Sparse, holders: Sparse, fewest: int) -> bool:
    """Tell whether a sweep decides, and colours cannot: too few of each, for so many figures."""
    if not 1 < fewest <= MOST or not holders.shape[0]:
        return False
    alone = np.bincount(holders.indices).max(initial=0) == 1
    single = int((np.diff(holders.indptr) == 1).sum())
    crowded = results.shape[0] * fewest >= holders.shape[1]
    return bool(alone and crowded and single <= WIDEST)


def swept(
    results: Sparse, sizes: Vector, fewest: int, prime: int, rng: np.random.Generator
) -> list[Vector]:
    """Find sets of atoms that a combination of the rows touches alone, of fewer than ``fewest``.

    The rows are independent modulo the prime. Sets of the fewest atoms are told, at most ENOUGH of
    them; none is proof that there are none.
    """
    form = modular.reduced(results.toarray(), prime)
    while True:
        try:
            return levels(weighings(form, prime, rng), sizes, fewest, prime)
        except UnluckyError:
            continue


def weighings(form: Matrix, prime: int, rng: np.random.Generator) -> Matrix:
    """Draw weighings of the columns under which each row of an echelon form comes to nothing."""
    count, width = form.shape
    pivots = (form != 0).argmax(axis=1)
    told = rng.integers(0, prime, (WEIGHINGS, width))
    told[:, pivots] = 0
    for weighing in told:
        weighing[pivots] = -(form * weighing % prime).sum(axis=1) % prime
    return told if count else rng.integers(0, prime, (WEIGHINGS, width))


def levels(points: Matrix, sizes: Vector, fewest: int, prime: int) -> list[Vector]:
    """Look at single points, then at pairs, threes and fours, until some depend on each other."""
    small = np.flatnonzero(sizes < fewest)
    nothing = small[~points[:, small].any(axis=0)]
    if len(nothing):
        return [nothing[[each]] for each in range(min(ENOUGH, len(nothing)))]
    small = small[np.argsort(sizes[small], kind="stable")]
    for level in range(2, fewest):
        light = small[sizes[small] <= fewest - level]
        found = dependent(affine(points[:, light], prime), sizes[light], level, fewest, prime)
        told = list(islice(found, ENOUGH))
        if told:
            return [light[each] for each in told]
    return []


def dependent(
    points: Matrix, sizes: Vector, level: int, fewest: int, prime: int
) -> Iterator[Vector]:
    """Go through the sets of so many points that depend on each other and weigh too little."""
    if level == 2:  # noqa: PLR2004 - pairs
        yield from same(points, sizes, fewest)
        return
    for first in range(points.shape[1] - level + 1):
        after = slice(first + 1, None)
        seen = affine((points[:, after] - points[:, [first]]) % prime, prime)
        if level == 4:  # noqa: PLR2004 - fours
            found = lines(seen, prime)
        else:
            found = same(seen, sizes[after], fewest - int(sizes[first]))
        for rest in found:
            yield np.concatenate([[first], rest + first + 1])


def affine(points: Matrix, prime: int) -> Matrix:
    """Scale points so that their first weighing is one, and leave it out."""
    if not points[0].all():
        raise UnluckyError
    return points[1:] * modular.inverse(points[0], prime) % prime


def same(points: Matrix, sizes: Vector, fewest: int) -> Iterator[Vector]:
    """Go through pairs that are one point; of points in order of their size, the smallest two."""
    keys = points[0] << BITS | points[1]
    order = np.argsort(keys, kind="stable")
    equal = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    for each in equal:
        pair = np.sort(order[each : each + 2])
        if sizes[pair].sum() < fewest:
            yield pair


def lines(points: Matrix, prime: int) -> Iterator[Vector]:
    """Go through threes of points that lie on a line: seen from one, the others are in line."""
    first, second = np.triu_indices(points.shape[1], 1)
    apart = points[:2, second] - points[:2, first]
    slopes = apart[1] % prime * inverses(apart[0] % prime, prime) % prime
    keys = first << BITS | slopes
    ordered = np.sort(keys)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    for key in twice:
        at = np.flatnonzero(keys == key)
        for one, other in pairwise(at):
            three = np.array([first[one], second[one], second[other]])
            if flat(points[:, three], prime):
                yield three


def flat(three: Matrix, prime: int) -> bool:
    """Tell whether three points lie on a line, by all of their weighings."""
    one, other = (three[:, 1:] - three[:, [0]]).T % prime
    return not bool(((one * other[0] - other * one[0] % prime) % prime).any())


def inverses(residues: Vector, prime: int) -> Vector:
    """Return the inverses of many residues for three products each; of nothing, nothing."""
    count = len(residues)
    if count <= 1 << 6:
        return modular.inverse(residues, prime)
    zero = residues == 0
    whole = np.where(zero, 1, residues)
    half = (count + 1) // 2
    left, right = whole[:half], np.ones(half, dtype=np.int64)
    right[: count - half] = whole[half:]
    both = inverses(left * right % prime, prime)
    told = np.concatenate([both * right % prime, (both * left % prime)[: count - half]])
    told[zero] = 0
    return told
