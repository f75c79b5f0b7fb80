"""The arithmetic of released figures: decimal, and rounded once."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

DIGITS: Final = 80
FINEST: Final = 6
"""Decimals of a figure whose item does not say how finely it is released."""
GUARD: Final = 30
"""Decimals to which a mean is computed before it is rounded.

Three thirds are then 1 again, and half a unit is a tie.
"""


def mean_of_districts(figures: Sequence[Decimal], decimals: int) -> Decimal:
    """Return the unweighted mean of the districts' own figures, half to even."""
    with localcontext(prec=DIGITS, rounding=ROUND_HALF_EVEN):
        mean = (sum(figures, Decimal(0)) / len(figures)).quantize(Decimal(1).scaleb(-GUARD))
        return rounded(mean, decimals)


def rounded(figure: Decimal, decimals: int) -> Decimal:
    """Round a figure to the decimals it is released with, half to even."""
    with localcontext(prec=DIGITS):
        return figure.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def ratio_of_sums(above: Decimal, below: Decimal, factor: int | None, decimals: int) -> Decimal:
    """Return the sum above the line over the sum below it, times the factor, half to even."""
    with localcontext(prec=DIGITS, rounding=ROUND_HALF_EVEN):
        ratio = (above * (factor or 1) / below).quantize(Decimal(1).scaleb(-GUARD))
        return rounded(ratio, decimals)
