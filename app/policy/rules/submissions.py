"""Rules about what a district does with its submission."""

from collections.abc import Collection
from typing import Protocol

from app.policy.rules import rule
from app.vocabulary import DistrictState, RoundStage

BEFORE_LOCK = frozenset({RoundStage.OPEN, RoundStage.CLOSED, RoundStage.IN_REVIEW})


class InRound(Protocol):
    """A round, or a row that knows its stage."""

    @property
    def stage(self) -> RoundStage:
        """Return the stage of the round."""


@rule("TR-21", "Only an active district enters, corrects and attests answers.")
def district_is_active(standing: DistrictState) -> bool:
    """Hold for an active member; what its people may ask is another matter (TR-02)."""
    return standing is DistrictState.ACTIVE


@rule("TR-21", "A submission is attested while its round is open, or in review.")
def round_takes_attestations(row: InRound) -> bool:
    """Hold while answers can be entered or corrected."""
    return row.stage in {RoundStage.OPEN, RoundStage.IN_REVIEW}


@rule("TR-21", "A submission is withdrawn before its round is locked.")
def round_lets_go(row: InRound) -> bool:
    """Hold from the opening of the round to its lock."""
    return row.stage in BEFORE_LOCK


@rule("TR-24", "What is attested answers every item, or says why there is no answer.")
def every_item_is_answered(missing: Collection[str]) -> bool:
    """Hold when no item is without an answer."""
    return not missing


@rule("TR-21", "What is attested adds up: a total is the sum of its parts where all are answered.")
def parts_add_up(apart: Collection[str]) -> bool:
    """Hold when no total is other than its parts come to."""
    return not apart
