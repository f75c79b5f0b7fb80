"""Where there are many figures to few administrations, what touches up to four of them is swept."""

import numpy as np
import pytest
from scipy import sparse

from app.disclosure import sweep
from app.disclosure.modular import PRIMES

PRIME = PRIMES[0]
WIDTH = 40
ALONE = np.ones(WIDTH, dtype=np.int64)


def planted(members: tuple[int, ...], rows: int = 24) -> np.ndarray:
    """Random rows, of which a combination touches the members alone."""
    rng = np.random.default_rng(len(members))
    told = rng.integers(0, 2, (rows, WIDTH))
    only = np.zeros(WIDTH, dtype=np.int64)
    only[list(members)] = 1 + np.arange(len(members))
    told[0] = told[1:4].sum(axis=0) - 2 * told[5] + only
    return told


def swept(rows: np.ndarray, sizes: np.ndarray, fewest: int) -> list[list[int]]:
    rng = np.random.default_rng(34)
    found = sweep.swept(sparse.csr_matrix(rows), sizes, fewest, PRIME, rng)
    return [sorted(each.tolist()) for each in found]


@pytest.mark.parametrize("members", [(3,), (3, 30), (3, 17, 30), (3, 9, 17, 30)])
def test_what_is_touched_alone_is_found_and_nothing_else(members: tuple[int, ...]):
    assert swept(planted(members), ALONE, 5) == [list(members)]
    assert swept(planted(members), ALONE, len(members)) == []


def test_atoms_of_several_administrations_count_for_all_of_them():
    sizes = ALONE.copy()
    sizes[3] = 2
    assert swept(planted((3, 17, 30)), sizes, 5) == [[3, 17, 30]]
    sizes[17] = 2
    assert swept(planted((3, 17, 30)), sizes, 5) == []


def test_rows_that_leave_nothing_open_touch_each_alone():
    assert swept(np.identity(6, dtype=np.int64), ALONE[:6], 5) == [[each] for each in range(6)]


def test_inverses_of_many_are_those_of_each_and_of_nothing_nothing():
    residues = np.random.default_rng(1).integers(1, PRIME, 1001)
    residues[[0, 500, 1000]] = 0
    products = sweep.inverses(residues, PRIME) * residues % PRIME
    assert np.flatnonzero(products != 1).tolist() == [0, 500, 1000]
    assert products[[0, 500, 1000]].tolist() == [0, 0, 0]
