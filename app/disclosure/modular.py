"""Linear algebra modulo a prime of 31 bits, on sparse matrices of whole numbers.

Residues are kept between minus and plus half the prime, so that small weights stay small and a
product of sparse matrices stays within 63 bits; where it would not, it is taken in two halves.
"""

from typing import Any, Final

import flint
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vector = NDArray[np.int64]
Matrix = NDArray[np.int64]
Sparse = Any
"""A ``scipy.sparse.csr_matrix`` of int64; SciPy tells no types."""

PRIMES: Final = (2_147_483_647, 2_147_483_629)
"""The two largest primes below 2**31; the second is asked where the first was bad luck."""
WITHIN: Final = 2**62
SPARE: Final = 16
"""Columns of a sketch beyond the rows it is taken of."""
PLACES: Final = 3
"""How many columns of a sketch each column goes into."""
HALF: Final = 16


def balanced(residues: Vector, prime: int) -> Vector:
    """Bring whole numbers between minus and plus half the prime."""
    told: Vector = residues % prime
    told[told > prime // 2] -= prime
    return told


def of_prime(matrix: Sparse, prime: int) -> Sparse:
    """Take a sparse matrix modulo the prime."""
    told = sparse.csr_matrix(
        (balanced(matrix.data, prime), matrix.indices, matrix.indptr), matrix.shape
    )
    told.eliminate_zeros()
    return told


def inverse(residues: Vector, prime: int) -> Vector:
    """Return the residues that make these one when multiplied (Fermat)."""
    told, power, exponent = np.ones_like(residues), residues % prime, prime - 2
    while exponent:
        if exponent & 1:
            told = told * power % prime
        power = power * power % prime
        exponent >>= 1
    return told


def largest(matrix: Sparse) -> int:
    """Return the largest absolute value of a sparse matrix."""
    return int(np.abs(matrix.data).max()) if matrix.nnz else 0


def fits(left: Sparse, right: Sparse) -> bool:
    """Tell whether no sum of the product can leave 63 bits."""
    terms = int(np.diff(left.indptr).max()) if left.shape[0] else 0
    return largest(left) * largest(right) * terms < WITHIN


def product(left: Sparse, right: Sparse, prime: int) -> Sparse:
    """Multiply two sparse matrices of residues.

    A left factor of 2**30 leaves room for 2**16 and 2**16 terms; hence the right one is halved.
    """
    if fits(left, right):
        return of_prime(left @ right, prime)
    low, high = right.copy(), right.copy()
    low.data = right.data & (2**HALF - 1)
    high.data = right.data >> HALF
    if not fits(left, low):
        raise OverflowError(f"A row of {left.shape[1]} terms is too long for one product.")
    upper = of_prime(left @ high, prime)
    upper.data *= 2**HALF
    return of_prime(upper + left @ low, prime)


def field(matrix: Matrix, prime: int) -> Any:
    """Hand a dense matrix over to FLINT."""
    rows, columns = matrix.shape
    return flint.nmod_mat(rows, columns, (matrix % prime).ravel().tolist(), prime)


def left_null(matrix: Matrix, prime: int) -> Sparse:
    """Return a basis of the combinations of rows that come to nothing, a row for each.

    Each has a row of its own, its last, that no other takes: the rows before it make up that row.
    """
    rows = matrix.shape[0]
    if not matrix.size:
        return sparse.identity(rows, np.int64, "csr")
    basis, nullity = field(np.ascontiguousarray(matrix.T), prime).nullspace()
    told = [[int(basis[row, each]) for row in range(rows)] for each in range(nullity)]
    return of_prime(sparse.csr_matrix(np.array(told, dtype=np.int64).reshape(nullity, rows)), prime)


def reduced(matrix: Matrix, prime: int) -> Matrix:
    """Return the reduced echelon form, rows of zeros included."""
    form, _ = field(matrix, prime).rref()
    return np.array([int(each) for each in form.entries()], dtype=np.int64).reshape(matrix.shape)


def sketch(matrix: Sparse, columns: Vector, prime: int, rng: np.random.Generator) -> Matrix:
    """Fold the columns named into few more than there are rows.

    The folded matrix is the named columns times another matrix, so what comes to nothing there
    still does here: the rank can only fall. A sketch of full rank is proof of full rank; one
    that has lost rank by bad luck makes combinations look as if they vanished, and those are
    looked at again. Never the other way round.
    """
    rows, width = matrix.shape
    kept = rows + SPARE
    count = len(columns)
    if count <= 2 * kept:
        into, factors, kept = np.arange(count), np.ones(count, dtype=np.int64), count
        source = columns
    else:
        into = rng.integers(0, kept, count * PLACES)
        factors = rng.integers(1, 2**20, count * PLACES)
        source = np.repeat(columns, PLACES)
    fold = sparse.csr_matrix((factors, (source, into)), shape=(width, kept))
    return np.asarray(product(matrix, fold, prime).toarray())
