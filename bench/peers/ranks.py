"""The joint audit as a definition has it: for every few districts, a rank without the others.

Exact, plain, and hopeless beyond a few dozen districts: there are 2.5 billion fours of 500.
"""

from collections.abc import Sequence
from itertools import combinations

import flint

from app.disclosure.figures import Figure


def gives_away(figures: Sequence[Figure], fewest: int) -> bool:
    """Tell whether a combination touches fewer than that; each column is a district."""
    columns = list(dict.fromkeys(each for figure in figures for each in figure.weights))
    rows = [[figure.weights.get(each, 0) for each in columns] for figure in figures]
    whole = rank(rows)
    for few in combinations(range(len(columns)), min(fewest - 1, len(columns))):
        rest = [each for each in range(len(columns)) if each not in few]
        if rank([[row[each] for each in rest] for row in rows]) < whole:
            return True
    return False


def rank(rows: list[list[int]]) -> int:
    """Return a rank over the whole numbers."""
    return int(flint.fmpz_mat(rows).rank()) if rows and rows[0] else 0
