"""What comes of an audit, and of what is planned by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple, Self

from app.disclosure.figures import Name

TRADES: Final = 100
"""How many trades a plan tries, unless it is told otherwise."""


class Outcome(StrEnum):
    """Whether figures may stand beside each other."""

    CERTIFIED = "certified"
    """Whatever can be derived from them stands for enough administrations: this is proven."""
    BREACHED = "breached"
    """A combination of them stands for too few: it is given."""
    UNDECIDED = "undecided"
    """Neither was found with the work that an audit may take."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A combination of figures that stands for too few, verified in exact arithmetic.

    ``recipe`` tells how often each figure is taken, by its key; under a key of several figures,
    how often the first of them that takes part. ``touched`` counts the administrations that are
    left, and is shown to nobody. ``places`` is the recipe by the places of the figures.
    """

    recipe: Mapping[Name, Fraction]
    touched: int
    places: Mapping[int, Fraction] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Audit:
    """The outcome, and what it stands on."""

    outcome: Outcome
    breaches: tuple[Breach, ...] = ()
    suspicious: tuple[Name, ...] = ()
    """Of an undecided audit: the keys of the figures that it could not clear."""

    @property
    def passed(self) -> bool:
        """Whether the figures may stand together: only if that is proven."""
        return self.outcome is Outcome.CERTIFIED

    @classmethod
    def of(cls, breaches: Sequence[Breach], suspicious: Sequence[Name]) -> Self:
        """Conclude."""
        if breaches:
            return cls(Outcome.BREACHED, tuple(breaches))
        if suspicious:
            return cls(Outcome.UNDECIDED, (), tuple(dict.fromkeys(suspicious)))
        return cls(Outcome.CERTIFIED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What may go out beside what is published.

    ``dropped`` tells, by key, how each candidate would give a group away together with published
    and kept ones. ``undecided`` are those of whom that could be neither shown nor excluded: they
    are withheld too. ``audit`` is of all published and kept figures, with a seed of its own. Where
    the published alone do not pass, nothing can be planned beside them: the audit is of these
    alone, has not passed, and all candidates are undecided.
    """

    kept: tuple[Name, ...]
    dropped: Mapping[Name, Breach]
    undecided: tuple[Name, ...]
    audit: Audit


class Protection(NamedTuple):
    """Which figures are withheld, in public order, and which sums nothing protects any more.

    The latter are given away by ``fixed`` sums or by public bounds: no figure of this release
    can help them, and those that were withheld for them stay so.
    """

    withheld: tuple[Name, ...]
    unprotected: tuple[Name, ...]


def spelled(recipe: Mapping[Name, Fraction], names: Mapping[Name, str]) -> str:
    """Write a recipe in words, what is added first: all less group A less twice group B."""
    ordered = sorted(recipe.items(), key=lambda each: each[1] < 0)
    words = [
        ("\N{MINUS SIGN} " if multiple < 0 else "+ ")
        + (f"{abs(multiple)} \N{MULTIPLICATION SIGN} " if abs(multiple) != 1 else "")
        + names[key]
        for key, multiple in ordered
    ]
    return " ".join(words).removeprefix("+ ")
