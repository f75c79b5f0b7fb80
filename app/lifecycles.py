"""State machines as data: what each state leads to, by which verb (``docs/lifecycles.md``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from app.problems import InvalidTransition
from app.vocabulary import (
    DepartureState,
    DistrictState,
    MotionState,
    PlanLifecycle,
    PlanState,
    RoundStage,
    SubmissionState,
    TopicState,
)

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[State]):
    """The steps between the states of one thing; ``rule`` is the trust rule they follow.

    ``says`` is what a reader of the documentation has to know beside the diagram.
    """

    of: str
    says: str
    first: State
    steps: Mapping[str, tuple[frozenset[State], State]]
    rule: str | None = None

    def step(self, verb: str, at: State) -> State:
        """Return the state a verb leads to, or raise ``InvalidTransition`` (409)."""
        sources, target = self.steps[verb]
        if at not in sources:
            takes = " or ".join(self.taken_at(at)) or "none any more"
            raise InvalidTransition(
                f"A {self.of} that is {at.value} does not take the step {verb}; it takes {takes}.",
                rule=self.rule,
            )
        return target

    def taken_at(self, at: State) -> list[str]:
        """List the verbs that lead on from a state."""
        return [verb for verb, (sources, _) in self.steps.items() if at in sources]


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
    says=(
        "Only an active district enters, corrects and attests answers (TR-21); the members of a "
        "paused one keep what they may read, and may withdraw. A departure takes the step leave "
        "when its answers are shredded (TR-28)."
    ),
    first=DistrictState.INVITED,
    rule="TR-21",
    steps=steps(
        ("activate", (DistrictState.INVITED, DistrictState.PAUSED), DistrictState.ACTIVE),
        ("pause", DistrictState.ACTIVE, DistrictState.PAUSED),
        (
            "leave",
            (DistrictState.INVITED, DistrictState.ACTIVE, DistrictState.PAUSED),
            DistrictState.LEFT,
        ),
    ),
)
DEPARTURE: Final = Lifecycle(
    of="departure",
    says=(
        "The superintendent announces it, exports the answers, and confirms; then they are held "
        "for the days of the charter. The service itself takes the step shred when the hold is "
        "over: there is no endpoint for it."
    ),
    first=DepartureState.ANNOUNCED,
    rule="TR-28",
    steps=steps(
        ("confirm", DepartureState.ANNOUNCED, DepartureState.HELD),
        (
            "cancel",
            (DepartureState.ANNOUNCED, DepartureState.HELD),
            DepartureState.CANCELLED,
        ),
        ("shred", DepartureState.HELD, DepartureState.SHREDDED),
    ),
)
MOTION: Final = Lifecycle(
    of="motion",
    says="A meeting decides once; adopting a motion does what it says in the same transaction.",
    first=MotionState.PROPOSED,
    rule="TR-20",
    steps=steps(
        ("adopt", MotionState.PROPOSED, MotionState.ADOPTED),
        ("reject", MotionState.PROPOSED, MotionState.REJECTED),
    ),
)
TOPIC: Final = Lifecycle(
    of="topic",
    says="An adopted motion takes the step adopt: it has no endpoint of its own.",
    first=TopicState.PROPOSED,
    rule="TR-20",
    steps=steps(
        ("adopt", TopicState.PROPOSED, TopicState.ADOPTED),
        ("retire", (TopicState.PROPOSED, TopicState.ADOPTED), TopicState.RETIRED),
    ),
)
ROUND: Final = Lifecycle(
    of="round",
    says=(
        "The step lock waits for the end of the review, and a release takes the step publish. A "
        "published round is put in review again for corrections, which go out in a release of "
        "their own (DR-09). Where they are too few for one, the locked round is put in review "
        "again, so that more come together."
    ),
    first=RoundStage.SCHEDULED,
    rule="TR-21",
    steps=steps(
        ("open", RoundStage.SCHEDULED, RoundStage.OPEN),
        ("close", RoundStage.OPEN, RoundStage.CLOSED),
        ("review", RoundStage.CLOSED, RoundStage.IN_REVIEW),
        ("lock", RoundStage.IN_REVIEW, RoundStage.LOCKED),
        ("publish", RoundStage.LOCKED, RoundStage.PUBLISHED),
        ("reopen", (RoundStage.PUBLISHED, RoundStage.LOCKED), RoundStage.IN_REVIEW),
    ),
)
SUBMISSION: Final = Lifecycle(
    of="submission",
    says=(
        "A district enters and attests while the round is open or in review; "
        "the lock of the round takes the step lock, where something was attested: a later draft is"
        " left out. Where the round is put in review again it takes the step reopen."
    ),
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
        ("lock", (SubmissionState.DRAFT, SubmissionState.ATTESTED), SubmissionState.LOCKED),
        ("reopen", SubmissionState.LOCKED, SubmissionState.ATTESTED),
    ),
)
RELEASE_PLAN: Final = Lifecycle(
    of="release plan",
    says="A plan is published once; for what changed since there is another plan.",
    first=PlanState.DRAFTED,
    rule="DR-09",
    steps=steps(("publish", PlanState.DRAFTED, PlanState.PUBLISHED)),
)
PLAN: Final = Lifecycle(
    of="plan",
    says=(
        "A plan, its goals and what they are measured by are edited while it is drafted or "
        "refined. The superintendent recommends, the board approves (TR-13). The plan that follows "
        "supersedes it when it becomes active; observations, rebaselining and overrides go on all "
        "the while."
    ),
    first=PlanLifecycle.DRAFTING,
    rule="TR-11",
    steps=steps(
        (
            "send_out",
            (PlanLifecycle.DRAFTING, PlanLifecycle.REFINING),
            PlanLifecycle.OUT_FOR_FEEDBACK,
        ),
        (
            "refine",
            (PlanLifecycle.OUT_FOR_FEEDBACK, PlanLifecycle.RECOMMENDED),
            PlanLifecycle.REFINING,
        ),
        ("recommend", PlanLifecycle.REFINING, PlanLifecycle.RECOMMENDED),
        ("approve", PlanLifecycle.RECOMMENDED, PlanLifecycle.APPROVED),
        ("activate", (PlanLifecycle.APPROVED, PlanLifecycle.IN_REVIEW), PlanLifecycle.ACTIVE),
        ("review", PlanLifecycle.ACTIVE, PlanLifecycle.IN_REVIEW),
        (
            "supersede",
            (PlanLifecycle.APPROVED, PlanLifecycle.ACTIVE, PlanLifecycle.IN_REVIEW),
            PlanLifecycle.SUPERSEDED,
        ),
    ),
)
LIFECYCLES: Final = (DISTRICT, DEPARTURE, TOPIC, MOTION, ROUND, SUBMISSION, RELEASE_PLAN, PLAN)


def drawn() -> str:
    """Draw every lifecycle as a state diagram of Mermaid, for the documentation."""
    parts = []
    for each in LIFECYCLES:
        rule = f" ({each.rule})" if each.rule else ""
        lines = [f"## {each.of.capitalize()}{rule}", "", each.says, "", "```mermaid"]
        lines.append("stateDiagram-v2")
        lines.append(f"    [*] --> {each.first.value}")
        for verb, (sources, target) in each.steps.items():
            lines += [f"    {at} --> {target.value}: {verb}" for at in sorted(sources)]
        parts.append("\n".join([*lines, "```", ""]))
    return "\n".join(parts)
