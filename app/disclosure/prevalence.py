"""How common the answers to an item are, no more finely than DR-12 lets it be told.

For items that are answered with yes or no, one of several options, or the level of a rubric.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final

from app.disclosure.figures import Column, Figure, Name, Setting

FEW: Final = Fraction(1, 4)
MOST: Final = Fraction(3, 4)
LOWEST, HIGHEST = 10, 90
"""Percentages that stand for those beyond them, where neither 0 nor 100 may be told."""


class Band(StrEnum):
    """How common an answer is: under a quarter, up to three quarters, over them.

    From five contributors, ``none_few`` may be one of them and ``most_all`` all but one.
    """

    NONE_FEW = "none_few"
    SOME = "some"
    MOST_ALL = "most_all"


class Reading(StrEnum):
    """How a percentage is to be read."""

    NEAREST = "nearest"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Share:
    """A share in whole tens of percent.

    ``at_most`` and ``at_least`` speak of the share as rounded: 12 % is ``at_most`` 10, too.
    """

    percent: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the options of an item a district gave, and in which version of its answer."""

    district: Name
    option: Name = field(repr=False)
    version: Name = 0

    def columns(self, options: Sequence[Name]) -> list[Column]:
        """Name its unknowns: for each option, whether it was the one."""
        return [Column(self.district, option, self.version) for option in options]


@dataclass(frozen=True, slots=True)
class Fineness:
    """From how many contributors there are bands, and from how many tenths."""

    bands: int
    tenths: int


def prevalence(
    choices: Sequence[Chosen],
    options: Sequence[Name],
    setting: Setting,
    fineness: Fineness,
    *,
    outcome: bool,
) -> dict[Name, Band | Share] | None:
    """Say how common each option is, or ``None`` where there are too few for it.

    Contributors count as for any figure: one for each administration, and none whose answer is
    known anyway. How finely the shares are told depends on that number alone, never on a share.
    Raises ``ValueError`` for a district with two answers, and for an answer that is no option.
    """
    require_answers(choices, options)
    hidden = setting.hidden(each for choice in choices for each in choice.columns(options))
    counts = Counter(choice.option for choice in choices)
    shares = {option: Fraction(counts[option], len(choices) or 1) for option in options}
    if len(hidden) < setting.fewest:
        return None
    if len(hidden) >= fineness.tenths:
        tell = clipped if outcome else tenth
        return {option: tell(share) for option, share in shares.items()}
    if outcome or len(hidden) < fineness.bands:
        return None
    return {option: band(share) for option, share in shares.items()}


def prevalence_figures(
    key: Name, choices: Sequence[Chosen], options: Sequence[Name]
) -> list[Figure]:
    """Say what becomes known when the shares of one place are published under a key.

    As if every count were told exactly, since rounding is no protection. Each share is a figure
    over all who answered: that a district did not give an option is as confidential as that it
    did. All have the same key and go out together or not at all: the shares of an item add up to
    one, so that the share withheld in one place would stand in for that published in another.
    """
    require_answers(choices, options)
    return [
        Figure(key, {Column(each.district, option, each.version): 1 for each in choices})
        for option in options
    ]


def require_answers(choices: Sequence[Chosen], options: Sequence[Name]) -> None:
    """Raise ``ValueError`` unless each district gave one of the options once."""
    if len({choice.district for choice in choices}) != len(choices):
        raise ValueError("A district gives one answer to an item.")
    if not {choice.option for choice in choices} <= set(options):
        raise ValueError("An answer is one of the options of its item.")


def band(share: Fraction) -> Band:
    """Tell a share as one of three bands; a quarter and three quarters are ``some``."""
    if share < FEW:
        return Band.NONE_FEW
    return Band.MOST_ALL if share > MOST else Band.SOME


def tenth(share: Fraction) -> Share:
    """Round a share to the nearest tenth, half to even: a share and the rest add up to 100 %."""
    return Share(10 * round(10 * share), Reading.NEAREST)


def clipped(share: Fraction) -> Share:
    """Round a share, and tell neither 0 nor 100 %, nor 10 or 90 % apart from them.

    With ten contributors or more ``at_most`` 10 may be one of them, and ``at_least`` 90 all but
    one. Told apart, a share under 10 % would be 0 with certainty in a group of eleven.
    """
    rounded = tenth(share)
    if rounded.percent <= LOWEST:
        return Share(LOWEST, Reading.AT_MOST)
    if rounded.percent >= HIGHEST:
        return Share(HIGHEST, Reading.AT_LEAST)
    return rounded
