"""Rules about named sharing, introductions and the directory of practices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from app.policy.rules import rule, state
from app.problems import Refused
from app.vocabulary import ItemKind, RoundStage, TopicKind

MOST_OPEN: Final = 5
"""Introductions of a district in one round that wait at the same time."""

MOST_TOLD: Final = 10
"""Refusals by DR-11 that a district may hear of all its attempts together."""
DAYS_TOLD: Final = 30
"""For how long each of them counts."""

state(
    "TR-26",
    "An answer is shown to who its district names, while the consent holds, and to nobody else.",
    "app.consents.vault.Opened",
)
state(
    "TR-27",
    "Who asked is told the same while others decline, stay silent or were never asked.",
    "app.introductions.models.Introduction",
)


class Asked(Protocol):
    """An item with its topic, or a row that knows what it asks for and where its round stands."""

    @property
    def kind(self) -> ItemKind:
        """Return what an answer to it looks like."""

    @property
    def topic_kind(self) -> TopicKind:
        """Return what its topic looks at."""

    @property
    def stage(self) -> RoundStage:
        """Return where its round stands."""

    @property
    def released(self) -> bool:
        """Return whether its round has released figures."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inquiry at an instant: until when it waits, and what was said."""

    closes_at: datetime
    at: datetime
    meets: bool | None
    says: bool


@rule("TR-26", "An outcome is shared by name when its round has released its figures.")
def may_be_shared_now(asked: Asked) -> bool:
    """Hold for what is done in schools at any time, for what came of it after the release."""
    return asked.released or asked.topic_kind is not TopicKind.OUTCOME


@rule(
    "DR-11",
    "Who becomes known leaves at least T others unknown behind each figure that was released.",
    Refused,
)
def others_stay_unknown(stays: bool) -> bool:
    """Hold when the audit of everything released passes without those who are known."""
    return stays


@rule(
    "DR-14",
    f"A district is told at most {MOST_TOLD} times in {DAYS_TOLD} days that others would be"
    " exposed: what its refusals tell of others is counted.",
)
def refusals_are_few(heard: int) -> bool:
    """Hold while it was told so less often; after that nothing is judged for it any more."""
    return heard < MOST_TOLD


@rule("TR-27", "Members are introduced by what they do, not by what came of it.")
def is_about_a_practice(asked: Asked) -> bool:
    """Hold for a level, a choice or a yes on anything but outcomes, in a round that is locked."""
    named = asked.kind in {ItemKind.RUBRIC, ItemKind.CHOICE, ItemKind.YES_NO}
    settled = asked.stage in {RoundStage.LOCKED, RoundStage.PUBLISHED}
    return named and settled and asked.topic_kind is not TopicKind.OUTCOME


@rule("TR-27", "A district asks for an introduction when it has attested its own answers.", Refused)
def has_answered_itself(attested: bool) -> bool:
    """Hold when the district shares what it asks of others."""
    return attested


@rule("TR-27", f"A district waits for at most {MOST_OPEN} introductions in a round at a time.")
def asks_for_few(waiting: int) -> bool:
    """Hold while fewer wait."""
    return waiting < MOST_OPEN


@rule("TR-27", "An inquiry is answered once, and before it closes.")
def inquiry_waits(waiting: Waiting) -> bool:
    """Hold until it closes, for a first answer or the same one again."""
    return waiting.at < waiting.closes_at and waiting.meets in {None, waiting.says}
