"""State machines as data: what each state leads to, by which verb. ``docs/lifecycles.md`` shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from app.problems import InvalidTransition
from app.vocabulary import (
    DistrictState,
    MotionState,
    PlanState,
    RoundStage,
    SubmissionState,
    TopicState,
)

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[State]):
    """The steps between the states of one thing; ``rule`` is the trust rule they follow."""

    of: str
    first: State
    steps: Mapping[str, tuple[frozenset[State], State]]
    rule: str | None = None

    def step(self, verb: str, at: State) -> State:
        """Return the state a verb leads to, or raise ``InvalidTransition`` (409)."""
        sources, target = self.steps[verb]
        if at not in sources:
            raise InvalidTransition(
                f"A {self.of} that is {at.value} does not take the step {verb}.", rule=self.rule
            )
        return target


def steps(
    *told: tuple[str, State | tuple[State, ...], State],
) -> dict[str, tuple[frozenset[State], State]]:
    """Write steps as (verb, from, to)."""
    return {
        verb: (frozenset(sources if isinstance(sources, tuple) else (sources,)), target)
        for verb, sources, target in told
    }


DISTRICT: Final = Lifecycle(
    of="district",
    first=DistrictState.INVITED,
    steps=steps(
        ("activate", (DistrictState.INVITED, DistrictState.PAUSED), DistrictState.ACTIVE),
        ("pause", DistrictState.ACTIVE, DistrictState.PAUSED),
    ),
)
MOTION: Final = Lifecycle(
    of="motion",
    first=MotionState.PROPOSED,
    steps=steps(
        ("adopt", MotionState.PROPOSED, MotionState.ADOPTED),
        ("reject", MotionState.PROPOSED, MotionState.REJECTED),
    ),
)
TOPIC: Final = Lifecycle(
    of="topic",
    first=TopicState.PROPOSED,
    rule="TR-20",
    steps=steps(
        ("adopt", TopicState.PROPOSED, TopicState.ADOPTED),
        ("retire", (TopicState.PROPOSED, TopicState.ADOPTED), TopicState.RETIRED),
    ),
)
ROUND: Final = Lifecycle(
    of="round",
    first=RoundStage.SCHEDULED,
    rule="TR-21",
    steps=steps(
        ("open", RoundStage.SCHEDULED, RoundStage.OPEN),
        ("close", RoundStage.OPEN, RoundStage.CLOSED),
        ("review", RoundStage.CLOSED, RoundStage.IN_REVIEW),
        ("lock", RoundStage.IN_REVIEW, RoundStage.LOCKED),
        ("publish", RoundStage.LOCKED, RoundStage.PUBLISHED),
    ),
)
SUBMISSION: Final = Lifecycle(
    of="submission",
    first=SubmissionState.DRAFT,
    rule="TR-21",
    steps=steps(
        (
            "enter",
            (SubmissionState.DRAFT, SubmissionState.ATTESTED, SubmissionState.WITHDRAWN),
            SubmissionState.DRAFT,
        ),
        ("attest", SubmissionState.DRAFT, SubmissionState.ATTESTED),
        (
            "withdraw",
            (SubmissionState.DRAFT, SubmissionState.ATTESTED),
            SubmissionState.WITHDRAWN,
        ),
        ("lock", SubmissionState.ATTESTED, SubmissionState.LOCKED),
    ),
)
RELEASE_PLAN: Final = Lifecycle(
    of="release plan",
    first=PlanState.DRAFTED,
    steps=steps(("publish", PlanState.DRAFTED, PlanState.PUBLISHED)),
)
LIFECYCLES: Final = (DISTRICT, TOPIC, MOTION, ROUND, SUBMISSION, RELEASE_PLAN)


def drawn() -> str:
    """Draw every lifecycle as a state diagram of Mermaid, for the documentation."""
    parts = []
    for each in LIFECYCLES:
        rule = f" ({each.rule})" if each.rule else ""
        lines = [f"## {each.of.capitalize()}{rule}", "", "```mermaid", "stateDiagram-v2"]
        lines.append(f"    [*] --> {each.first.value}")
        for verb, (sources, target) in each.steps.items():
            lines += [f"    {at} --> {target.value}: {verb}" for at in sorted(sources)]
        parts.append("\n".join([*lines, "```", ""]))
    return "\n".join(parts)
