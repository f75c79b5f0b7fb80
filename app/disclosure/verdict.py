"""What comes of an audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Self

from app.disclosure.figures import Name


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
