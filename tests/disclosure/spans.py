"""An oracle for small systems: the fewest places that a combination of rows touches.

A combination that touches the fewest places is zero at as many columns as it can be, and those
span one dimension less than all of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations

Pattern = tuple[int, ...]
"""The weights of a place in each row."""


def fewest_touched(rows: Sequence[Mapping[int, int]]) -> int:
    """Count the places that any non-zero combination of rows touches at least."""
    places = sorted({place for row in rows for place in row})
    atoms = Counter(tuple(row.get(place, 0) for row in rows) for place in places)
    return min(sum(atoms[each] for each in seen) for seen in leftovers(frozenset(atoms)))


@cache
def leftovers(patterns: frozenset[Pattern]) -> list[tuple[Pattern, ...]]:
    """List the patterns outside each hyperplane that patterns span."""
    every = sorted(patterns)
    whole = rank(every)
    return [
        tuple(each for each in every if rank((*chosen, each)) == whole)
        for chosen in combinations(every, whole - 1)
        if rank(chosen) == whole - 1
    ]


def rank(rows: Sequence[Pattern]) -> int:
    """Count the independent rows, over whole numbers and without rounding."""
    left, found = [list(row) for row in rows if any(row)], 0
    while left:
        pivot = left.pop()
        at = next(place for place, weight in enumerate(pivot) if weight)
        left = [
            [pivot[at] * one - row[at] * other for one, other in zip(row, pivot, strict=True)]
            for row in left
        ]
        left = [row for row in left if any(row)]
        found += 1
    return found
