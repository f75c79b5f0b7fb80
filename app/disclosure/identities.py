"""Totals that are publicly the sum of their categories, written as that sum."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from math import gcd
from typing import NamedTuple

from app.disclosure.figures import NOBODY, Column, Figure, Name, Setting, Tie

Sum = Mapping[Column, int]


class Identity(NamedTuple):
    """A public law: what a district answers as the total is the sum of what it answers in parts.

    One total may be the sum of its parts in several ways, by race and by grade.
    """

    total: Name
    parts: tuple[Name, ...]

    def tie(self, district: Name, version: Name) -> dict[Column, int]:
        """Write it for one answer of a district, whose parts all have the version of the total.

        Raise ``ValueError`` where it contradicts the shape of sums, as a total of itself does.
        """
        if self.total in self.parts:
            raise ValueError(f"{self.total!r} cannot be the sum of {self.parts!r} as well.")
        tie = {Column(district, self.total, version): -1}
        for part in self.parts:
            column = Column(district, part, version)
            tie[column] = tie.get(column, 0) + 1
        return tie


def written_out(
    figures: Sequence[Figure],
    identities: Iterable[Identity],
    known: AbstractSet[Column] = NOBODY,
) -> list[Figure]:
    """Write figures in unknowns that no identity ties, so that an audit sees what they share.

    Raise ``ValueError`` where an identity contradicts the shape of sums.
    """
    laws = tuple(identities)
    answers = {(each.district, each.version) for figure in figures for each in figure.weights}
    return tied(figures, [law.tie(*answer) for answer in answers for law in laws], known)


def tied(
    figures: Sequence[Figure], ties: Sequence[Tie], known: AbstractSet[Column] = NOBODY
) -> list[Figure]:
    """Write figures in unknowns that are not tied: each tie takes one out, mostly the total."""
    if not ties:
        return list(figures)
    instead = solved(ties, known)
    return [Figure(each.key, rewritten(each.weights, instead)) for each in figures]


def with_known(setting: Setting, more: AbstractSet[Column] = NOBODY) -> Setting:
    """Count as known, besides more answers, whatever follows from what is known by the ties."""
    known = setting.known | more
    if setting.ties:
        follows = {column for column, own in solved(setting.ties, known).items() if not own}
        known |= follows
    return replace(setting, known=known)


def solved(ties: Iterable[Tie], known: AbstractSet[Column]) -> dict[Column, Sum]:
    """Solve ties for one unknown of each, written in unknowns that stay; a tie is of one district.

    What comes to nothing is known by what is.
    """
    of_district: defaultdict[Name, list[Tie]] = defaultdict(list)
    for tie in ties:
        of_district[next(iter(tie)).district].append(tie)
    instead: dict[Column, Sum] = {}
    for own in of_district.values():
        instead |= substitutes(own, known)
    return instead


def substitutes(ties: Sequence[Tie], known: AbstractSet[Column]) -> dict[Column, Sum]:
    """Solve the ties of one district."""
    instead: dict[Column, Sum] = {}
    for tie in ties:
        told = rewritten(tie, instead)
        open_ = {column: weight for column, weight in told.items() if column not in known}
        if not open_:
            continue
        whole = gcd(*open_.values())
        chosen = next((each for each in open_ if abs(open_[each]) == whole), None)
        # What has no whole multiple of the others counts as known: that only refuses more.
        new: dict[Column, Sum] = {each: {} for each in open_}
        if chosen is not None:
            unit = -open_.pop(chosen)
            new = {chosen: {column: weight // unit for column, weight in open_.items()}}
        instead = {column: rewritten(weights, new) for column, weights in instead.items()} | new
    return instead


def rewritten(weights: Sum, instead: Mapping[Column, Sum]) -> dict[Column, int]:
    """Put sums in the place of columns."""
    told: dict[Column, int] = {}
    for column, weight in weights.items():
        for part, share in instead.get(column, {column: 1}).items():
            told[part] = told.get(part, 0) + weight * share
    return {column: weight for column, weight in told.items() if weight}
