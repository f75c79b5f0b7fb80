"""What an attacker knows, what is kept from it, and what an interval audit says of that (DR-08)."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from app.disclosure.dominance import Exact, exact
from app.disclosure.figures import NOBODY, Column, Figure, Name, Tie

NO_INSIDER: Final[frozenset[Name]] = frozenset()


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure and what it was published as: its sum lies within ``give`` of ``value``."""

    figure: Figure
    value: Exact
    give: Exact = 0


@dataclass(frozen=True, slots=True)
class Attacker:
    """Who may draw conclusions, and how near they may not come.

    ``nearness`` is p and ``coalition`` c of the charter: any c administrations know their own
    values. ``known`` is what everybody knows. No value lies outside ``lowest`` and ``highest``,
    which are public; without an upper bound ``highest`` is None. ``ties`` are what publicly adds
    up, of the values: a tie that they do not keep would be another attacker's.
    """

    nearness: int
    coalition: int = 1
    administrations: Mapping[Name, Name] = field(default_factory=dict)
    known: AbstractSet[Column] = NOBODY
    lowest: Exact = 0
    highest: Exact | None = None
    ties: Sequence[Tie] = ()

    def office(self, column: Column) -> Name:
        """Say who knows a value since it is its own."""
        return self.administrations.get(column.district, column.district)


class Finding(NamedTuple):
    """Whether a sensitive sum is safe; else by whose knowledge not, and what they draw it from.

    ``held`` are the keys of the published sums that bind the attacker's estimate, in their public
    order; none where the public bounds or the solver's failure do.
    """

    key: Name
    safe: bool
    insiders: frozenset[Name] = NO_INSIDER
    held: tuple[Name, ...] = ()


def published_mean(figure: Figure, mean: Decimal) -> Sum:
    """Say what a mean tells of its sum: published to so many digits, it is within half of the last.

    The mean is over the figure's weights. Raises ValueError for a mean that is no number.
    """
    digits = mean.as_tuple().exponent
    if not isinstance(digits, int):
        raise ValueError("a mean is a number")  # noqa: TRY004 -- a Decimal can be none
    count = sum(figure.weights.values())
    return Sum(figure, exact(mean) * count, Fraction(10) ** digits / 2 * count)


def range_of(each: Sum, values: Mapping[Column, Exact]) -> tuple[Fraction, Fraction]:
    """Say how far the true sum may sink and rise within what is published.

    By nothing where a value is unknown here, which others may know: the rest is then as good as
    published exactly. Raises ValueError where the values do not come to the sum.
    """
    if not each.figure.weights.keys() <= values.keys():
        return Fraction(0), Fraction(0)
    truth = sum(weight * exact(values[column]) for column, weight in each.figure.weights.items())
    low, high = (exact(each.value) + sign * exact(each.give) for sign in (-1, 1))
    if not low <= truth <= high:
        raise ValueError("a published sum is not what its values come to")
    return truth - low, high - truth
