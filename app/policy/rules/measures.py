"""Rules about the definitions of measures, and what is compared by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.policy.rules import rule


@dataclass(frozen=True, slots=True)
class Redefined:
    """What the newest edition of a measure says, what is sent, and whether it is to be a break."""

    says: Mapping[str, Any]
    sent: Mapping[str, Any]
    era_break: bool = False


@rule("TR-15", "A definition is not edited: post another edition of the measure.")
def definition_stays(told: Redefined) -> bool:
    """Hold when the definition that is sent is the one that stands."""
    return told.sent == told.says


@rule("TR-15", "An edition of another kind, unit or factor breaks with those before it: say so.")
def era_breaks_where_it_must(told: Redefined) -> bool:
    """Hold when the edition is a break, or its values are of the sort of those before it."""
    same = all(told.sent[name] == told.says[name] for name in ("kind", "unit", "factor"))
    return told.era_break or same


@rule("TR-15", "A target's baseline and aim are of one era of the measure.")
def target_is_of_one_era(eras: tuple[int, int]) -> bool:
    """Hold when no era break lies between the two."""
    return eras[0] == eras[1]
