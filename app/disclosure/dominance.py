"""Whether one contributor stands out of a figure: share cap, p %, (n, k), and too few students.

Pure and exact: Decimal, Fraction and int go in, a float is refused. Each rule looks at one figure
alone; what several figures tell together is the matter of the joint audit and of the intervals.
Rules and symbols: Handbook on Statistical Disclosure Control (Hundepool et al.), section 4.2.1.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from app.disclosure.figures import Name

Exact = Decimal | Fraction | int
"""A number that is what it says; there is none for a float, whose last digits are chance."""
EACH_ITSELF: Final[Mapping[Name, Name]] = MappingProxyType({})
PERCENT: Final = 100


class OutOfBoundsError(ValueError):
    """A value lies beyond what is publicly known to be possible: no rule here applies to it.

    Its text names nobody and no value.
    """


class Students(NamedTuple):
    """What a district counted: so many students of so many. Not a rate of anything but students."""

    numerator: int
    denominator: int


def exact(number: Exact) -> Fraction:
    """Take a number as it is, and no float; raise TypeError for one."""
    if isinstance(number, float):
        raise TypeError("a float is not exact")
    return Fraction(number)


def contributions(
    values: Mapping[Name, Exact],
    administrations: Mapping[Name, Name] = EACH_ITSELF,
    lowest: Exact = 0,
) -> dict[Name, Fraction]:
    """Add up by administration how far each value lies above ``lowest``; the largest comes first.

    Districts under one administration are one contributor, since one office knows all their values.
    Raises OutOfBoundsError where a value lies below ``lowest``.
    """
    least = exact(lowest)
    total: defaultdict[Name, Fraction] = defaultdict(Fraction)
    for district, value in values.items():
        above = exact(value) - least
        if above < 0:
            raise OutOfBoundsError("a value lies beyond the bounds that are publicly known")
        total[administrations.get(district, district)] += above
    return dict(sorted(total.items(), key=lambda each: each[1], reverse=True))


def exceeds_share(
    weights: Mapping[Name, Exact],
    cap: int,
    administrations: Mapping[Name, Name] = EACH_ITSELF,
) -> bool:
    """Say whether somebody's weight is more than ``cap`` percent of all (DR-02), or all is nothing.

    The weights are the denominators of a pooled ratio. A share of exactly the cap is within it.
    """
    parts = list(contributions(weights, administrations).values())
    return sum(parts) == 0 or parts[0] * PERCENT > cap * sum(parts)


def is_sensitive(
    values: Mapping[Name, Exact],
    nearness: int,
    coalition: int = 1,
    administrations: Mapping[Name, Name] = EACH_ITSELF,
    lowest: Exact | None = 0,
) -> bool:
    """Say whether the sum brings a coalition within ``nearness`` percent of the largest (DR-03).

    Of contributions x1 ≥ x2 ≥ … with the sum X, counted from ``lowest``, it does where
    X - (x1 + … + x(c+1)) < p/100 · x1 for a coalition of c; and where X is 0, since a sum of 0 says
    of each that it is 0. ``lowest`` is what everybody knows no value falls short of. Where nothing
    is known (None) a sum is no upper bound of anybody, the rule does not apply and the answer is
    False: DR-01 and DR-05 then stand alone. That is for the item to say and never for its values:
    a value below ``lowest`` raises OutOfBoundsError and is not skipped.
    """
    if lowest is None:
        return False
    parts = list(contributions(values, administrations, lowest).values())
    if sum(parts) == 0:
        return True
    return sum(parts[coalition + 1 :]) * PERCENT < nearness * parts[0]


def is_dominated(
    values: Mapping[Name, Exact],
    n: int,
    k: int,
    administrations: Mapping[Name, Name] = EACH_ITSELF,
) -> bool:
    """Say whether the n largest make k percent of the sum or more: the classical (n, k) rule.

    No rule of the charter; it is what published examples are compared by. Values are not negative.
    """
    parts = list(contributions(values, administrations).values())
    return sum(parts[:n]) * PERCENT >= k * sum(parts)


def too_few_students(
    counted: Mapping[Name, Students],
    fewest: int,
    districts: int,
    administrations: Mapping[Name, Name] = EACH_ITSELF,
) -> bool:
    """Say whether a cell tells of too few students, or of students of too few districts (DR-04).

    Those who are counted and those who are left over must be ``fewest`` or more each, and have
    students in ``districts`` administrations or more. Where a district counts more than it has,
    nobody is left over.
    """
    offices = {administrations.get(name, name) for name, each in counted.items() if each[1] > 0}
    those = sum(each.numerator for each in counted.values())
    left = sum(max(each.denominator - each.numerator, 0) for each in counted.values())
    return len(offices) < districts or min(those, left) < fewest


def with_rates(counted: Mapping[Name, Students], fewest: int) -> frozenset[Name]:
    """Name the districts whose own rate may enter a mean or a quantile: of enough students (DR-04).

    A rate of fewer than ``fewest`` students is out, whatever it is.
    """
    return frozenset(name for name, each in counted.items() if each.denominator >= fewest)
