"""Values of measures: exact quotients, pooled by their sums, rounded only to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.measuring.eras import Definition
from app.measuring.periods import Period
from app.measuring.unfit import Unfit
from app.measuring.words import ValueStatus

Exact = Decimal | Fraction | int
"""A number that is what it says; never a float."""

EXACT: Final = (Decimal, Fraction, int)

FACTORS: Final = (1, 100, 1000)
"""What a quotient is multiplied by: a ratio, a percentage, per thousand."""


def exact(number: Exact) -> Fraction:
    """Return a number as a fraction, without loss; raise ``TypeError`` for a float or a bool."""
    return Fraction(*parts(number))


def parts(number: Exact) -> tuple[int, int]:
    """Return the numerator and denominator of an exact number."""
    if isinstance(number, bool) or not isinstance(number, EXACT):
        raise TypeError(f"{type(number).__name__} is not exact.")
    if isinstance(number, Decimal) and not number.is_finite():
        raise Unfit("value", "not_finite", "Not a finite number.")
    return number.as_integer_ratio()


def require_exact(*numbers: Fraction | None) -> None:
    """Raise ``TypeError`` unless each number is a fraction: a type is not checked at run time."""
    for number in numbers:
        if number is not None and not isinstance(number, Fraction):
            raise TypeError(f"{type(number).__name__} is not a fraction: take exact().")


def quotient(numerator: Exact | None, denominator: Exact | None, factor: int) -> Fraction | None:
    """Return numerator / denominator x factor, ``None`` where one is missing or the latter is 0."""
    if factor not in FACTORS:
        raise Unfit("factor", "no_such_factor", "A factor is 1, 100 or 1000.")
    if denominator is not None and denominator < 0:
        raise Unfit("denominator", "out_of_range", "A denominator is 0 or more.")
    if numerator is None or not denominator:
        return None
    over, under = parts(numerator)
    each, whole = parts(denominator)
    return Fraction(over * whole * factor, under * each)


@dataclass(frozen=True, slots=True)
class Pooled:
    """What several quotients come to when they are put together.

    ``left_out`` counts those without a value: they are no zeros, and a reader must be told.
    """

    numerator: Fraction
    denominator: Fraction
    value: Fraction | None
    counted: int
    left_out: int


def pooled(quotients: Iterable[tuple[Exact | None, Exact | None]], factor: int) -> Pooled:
    """Put (numerator, denominator) of schools or groups together: the quotient of their sums.

    It is never the mean of their rates. Whether a student is in two of them is not known here.
    """
    numerators = denominators = Fraction(0)
    counted = left_out = 0
    for numerator, denominator in quotients:
        value = quotient(numerator, denominator, factor)
        if numerator is None or denominator is None or value is None:
            left_out += 1
            continue
        numerators += exact(numerator)
        denominators += exact(denominator)
        counted += 1
    value = quotient(numerators, denominators, factor)
    return Pooled(numerators, denominators, value, counted, left_out)


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed of a measure in a period, under one definition.

    Only ``reported`` and ``estimated`` may have numbers. ``numerator`` and ``denominator`` are kept
    to check a quotient by hand; a count, an amount or a level of a rubric has neither.
    """

    period: Period
    definition: Definition
    status: ValueStatus
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None

    def __post_init__(self) -> None:
        numbers = (self.value, self.numerator, self.denominator)
        require_exact(*numbers)
        if not self.status.has_value and any(number is not None for number in numbers):
            detail = f"What is {self.status.value} has no value."
            raise Unfit("value", "unexpected", detail)


def plain(
    period: Period, definition: Definition, status: ValueStatus, value: Exact | None
) -> Observed:
    """Return the observation of a count, an amount or a level."""
    return Observed(period, definition, status, None if value is None else exact(value))


def ratio(
    period: Period,
    definition: Definition,
    status: ValueStatus,
    numerator: Exact | None,
    denominator: Exact | None,
    factor: int,
) -> Observed:
    """Return the observation of a rate or a mean, from its two parts."""
    return Observed(
        period,
        definition,
        status,
        quotient(numerator, denominator, factor),
        None if numerator is None else exact(numerator),
        None if denominator is None else exact(denominator),
    )


def shown(value: Exact, decimals: int) -> Decimal:
    """Round half to even, for display only: a status is computed from what was not rounded."""
    if decimals < 0:
        raise Unfit("decimals", "out_of_range", "At least 0 decimals.")
    return Decimal(f"{round(exact(value) * 10**decimals)}E-{decimals}")
