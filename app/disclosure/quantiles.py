"""Quantiles that are the mean of neighbouring answers (DR-07).

The ordinary quartiles of five districts are three districts' exact values. Here a quantile is the
mean of at least ``neighbours`` answers that are next to each other in order, and it is audited as
that sum: who is in it is never told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.disclosure.figures import Column, Figure, Name, Setting


class Place(StrEnum):
    """Where in the order of the answers a quantile lies."""

    LOWER_HALF = "lower_half"
    MIDDLE_HALF = "middle_half"
    UPPER_HALF = "upper_half"
    LOWER_QUARTILE = "lower_quartile"
    MEDIAN = "median"
    UPPER_QUARTILE = "upper_quartile"


class Window(NamedTuple):
    """Neighbours in the order of the answers: from the place ``start``, up to before ``stop``."""

    place: Place
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the unknown that it is, and its value."""

    column: Column
    value: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quantile:
    """A place, and the answers whose mean it is; only the mean leaves the vault."""

    place: Place
    answers: tuple[Answer, ...] = field(repr=False)

    def figure(self, key: Name) -> Figure:
        """Say what becomes known when it is published under a key."""
        return Figure(key, {answer.column: 1 for answer in self.answers})


def quantiles(answers: Sequence[Answer], setting: Setting, neighbours: int) -> list[Quantile]:
    """Give the quantiles that stand for enough administrations each.

    Equal values keep the order in which they are given. That order must be public, such as by
    district number, and the same in every release: the mean is the same whichever of two equal
    answers is in it, but the audits of two releases must speak of the same one. A quantile that is
    missing here although its window exists tells of the order of the answers, so it is withheld
    without a reason of its own.
    """
    ordered = sorted(answers, key=lambda answer: answer.value)
    found = []
    for place, start, stop in windows(len(ordered), neighbours, setting.fewest):
        within = tuple(ordered[start:stop])
        if len(setting.hidden(each.column for each in within)) >= setting.fewest:
            found.append(Quantile(place, within))
    return found


def windows(n: int, neighbours: int, fewest: int) -> tuple[Window, ...]:
    """List the windows that ``n`` answers have; it looks at no answer, so it can be public.

    With the numbers of the charter (5, 5) there is a middle window from 11, quartiles from 17, and
    between, for even numbers, a lower and an upper half: for odd ones the two halves and the mean
    of all would give away the one answer in the middle. No combination of the windows and the mean
    of all stands for fewer answers than a window.
    """
    width = max(neighbours, fewest)
    if n >= 3 * width + 2:
        return tuple(quarters(n, width))
    if n >= 2 * width + 1:
        return tuple(halves(n, width))
    return ()


def quarters(n: int, width: int) -> Iterator[Window]:
    """Give the windows around the quartiles, of which neither reaches the first or last answer."""
    lower = (n - 2 * width + 3) // 4
    middle = width + (n - width) % 2
    yield Window(Place.LOWER_QUARTILE, lower, lower + width)
    yield Window(Place.MEDIAN, (n - middle) // 2, (n + middle) // 2)
    yield Window(Place.UPPER_QUARTILE, n - lower - width, n - lower)


def halves(n: int, width: int) -> Iterator[Window]:
    """Give the lower, middle and upper half, or the middle alone of an odd number.

    The lowest answer is one of those in the lower half, and not told apart from them.
    """
    half = n // 2
    middle = half - (n - half) % 2 if half > width else width + (n - width) % 2
    window = Window(Place.MIDDLE_HALF, (n - middle) // 2, (n + middle) // 2)
    if n % 2:
        yield window
        return
    yield Window(Place.LOWER_HALF, 0, half)
    yield window
    yield Window(Place.UPPER_HALF, half, n)
