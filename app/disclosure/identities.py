"""Totals that are publicly the sum of their categories, written as that sum."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from app.disclosure.figures import Column, Figure, Name

Sum = Mapping[Column, int]


class Identity(NamedTuple):
    """A public law: what a district answers as the total is the sum of what it answers in parts.

    One total may be the sum of its parts in several ways, by race and by grade.
    """

    total: Name
    parts: tuple[Name, ...]


def written_out(
    figures: Sequence[Figure],
    identities: Iterable[Identity],
    known: AbstractSet[Column] = frozenset(),
) -> list[Figure]:
    """Write figures in unknowns that no identity ties, so that an audit sees what they share.

    Each identity takes one unknown of each answer out: its total, or where that is known, a part.
    Raise ``ValueError`` where identities contradict the shape of sums, as a total of itself does.
    """
    laws = tuple(identities)
    answers = {(each.district, each.version) for figure in figures for each in figure.weights}
    instead: dict[Column, Sum] = {}
    for district, version in answers:
        instead |= substitutes(district, version, laws, known)
    return [Figure(each.key, rewritten(each.weights, instead)) for each in figures]


def substitutes(
    district: Name, version: Name, laws: Sequence[Identity], known: AbstractSet[Column]
) -> dict[Column, Sum]:
    """Solve the identities of one answer: an unknown of each, by unknowns that stay."""
    instead: dict[Column, Sum] = {}
    for law in laws:
        nothing = {Column(district, law.total, version): -1}
        for part in law.parts:
            column = Column(district, part, version)
            nothing[column] = nothing.get(column, 0) + 1
        open_ = {
            column: weight
            for column, weight in rewritten(nothing, instead).items()
            if column not in known
        }
        if not open_:
            continue
        solved = next((each for each in open_ if abs(open_[each]) == 1), None)
        if solved is None:
            raise ValueError(f"{law.total!r} cannot be the sum of {law.parts!r} as well.")
        sign = -open_.pop(solved)
        own = {column: sign * weight for column, weight in open_.items()}
        instead = {column: rewritten(weights, {solved: own}) for column, weights in instead.items()}
        instead[solved] = own
    return instead


def rewritten(weights: Sum, instead: Mapping[Column, Sum]) -> dict[Column, int]:
    """Put sums in the place of columns."""
    told: dict[Column, int] = {}
    for column, weight in weights.items():
        for part, share in instead.get(column, {column: 1}).items():
            told[part] = told.get(part, 0) + weight * share
    return {column: weight for column, weight in told.items() if weight}
