"""Versions of a measure's definition, and the breaks across which no number is compared (TR-15)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a measure's definition, and the era it belongs to.

    It does not name the measure: whoever compares two has them from the same one.
    """

    version: int
    era: int

    def comparable_with(self, other: "Definition") -> bool:
        """Tell whether no era break lies between the two."""
        return self.era == other.era


def eras(breaks: Iterable[bool]) -> list[Definition]:
    """Return the definitions of versions 1, 2, … given the ``era_break`` of each.

    The flag says that a version breaks with all before it; on the first version it says nothing.
    """
    definitions: list[Definition] = []
    era = 1
    for version, breaks_off in enumerate(breaks, start=1):
        era += breaks_off and version > 1
        definitions.append(Definition(version, era))
    return definitions
