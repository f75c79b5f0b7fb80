"""Rules about leaving, and about what is sealed wherever it is kept."""

from dataclasses import dataclass
from datetime import datetime

from app.policy.rules import rule, state

state(
    "TR-28",
    "The data keys of a shredded district open nothing, in a restored database either.",
    "app.sealing.master_keys.MasterKeys.unwrap",
)
state(
    "TR-28",
    "Data keys are deleted by one function, and by it only when a hold is over.",
    "app.policy.key_functions.SHRED_KEYS",
)
state(
    "TR-29",
    "What a job asks for and what came of it are sealed.",
    "app.policy.outbox.Outbox",
)


@dataclass(frozen=True, slots=True)
class Exported:
    """How many versions of answers a district says it exported, and how many there are."""

    said: int
    stored: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Until when answers are held, null before the departure is confirmed, and what time it is."""

    until: datetime | None
    now: datetime


@rule("TR-28", "Leaving is confirmed by telling how many versions of answers were exported: all.")
def export_is_whole(exported: Exported) -> bool:
    """Hold when the district has a copy of everything that will be shredded."""
    return exported.said == exported.stored


@rule("TR-28", "A departure is cancelled before its hold is over.")
def hold_lasts(hold: Hold) -> bool:
    """Hold until the last moment at which nothing can have been shredded yet."""
    return hold.until is None or hold.now < hold.until


@rule("TR-28", "Answers are shredded when the hold is over, and not before.")
def hold_is_over(hold: Hold) -> bool:
    """Hold when a confirmed departure has waited for as long as the charter says."""
    return hold.until is not None and hold.now >= hold.until


@rule(
    "TR-28",
    "A district that has confirmed that it leaves enters, corrects and attests nothing more.",
)
def district_stays(held_until: datetime | None) -> bool:
    """Hold while no departure is confirmed: what came later would be in no export."""
    return held_until is None
