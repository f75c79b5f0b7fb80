"""What a plan keeps back since it would give somebody away, in the words of the districts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from app.disclosure.figures import Name
from app.disclosure.verdict import spelled

EVERYONE: Final = "everyone"
PLACES: Final = frozenset({"mean_of_districts", "prevalence"})
"""Statistics that a place needs no other name for."""
Planned = Mapping[str, Any]
"""A cell of a plan, as the API tells it."""


@dataclass(frozen=True, slots=True)
class KeptBack:
    """The cells of a plan, and what is said of those that a difference keeps back."""

    cells: Sequence[Planned]

    @property
    def of_difference(self) -> Sequence[Planned]:
        """List the cells that are kept back since other figures less them would tell too much."""
        return [cell for cell in self.cells if cell["recipe"] is not None]

    @property
    def going_out(self) -> int:
        """Count the cells that would go out."""
        return sum(cell["verdict"] == "published" for cell in self.cells)

    @property
    def longest(self) -> Planned | None:
        """Find the first of those that take most figures, if there is any."""
        return max(self.of_difference, key=lambda cell: len(cell["recipe"]), default=None)


def recipe(cell: Planned) -> str:
    """Say which figures would have told too much, added up and taken from each other."""
    again = any(term["release_id"] is not None for term in cell["recipe"])
    times: dict[Name, Fraction] = {}
    names: dict[Name, str] = {}
    for place, term in enumerate(cell["recipe"]):
        times[place] = Fraction(term["times"])
        names[place] = name(term, again=again)
    return spelled(times, names)


def name(term: Planned, *, again: bool) -> str:
    """Name a figure by its place; where others are released, say which of them this is."""
    place = term["group"] or EVERYONE
    if term["statistic"] not in PLACES:
        place = f"{term['statistic'].replace('_', ' ')} of {place}"
    if not again:
        return str(place)
    return f"{place} ({'asked again' if term['release_id'] is None else 'as released'})"
