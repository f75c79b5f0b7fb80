"""Rules about plans, measures and status."""

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from app.policy.rules import rule, state
from app.vocabulary import PlanLifecycle

TAKES_EDITS: Final = frozenset({PlanLifecycle.DRAFTING, PlanLifecycle.REFINING})
AMENDED: Final = frozenset({PlanLifecycle.APPROVED, PlanLifecycle.ACTIVE, PlanLifecycle.IN_REVIEW})

state(
    "TR-03",
    "A district's rows belong to the district; others see what it publishes or shares.",
    "app.db.DistrictOwned",
)
state("TR-11", "An approved plan is superseded, not edited.", "app.lifecycles.PLAN")
state(
    "TR-15",
    "No definition is changed: another edition follows it, and its era says what is compared.",
    "app.measuring.status.kept_apart",
)


class InPlan(Protocol):
    """A plan, or a row that knows where its plan stands."""

    @property
    def lifecycle(self) -> PlanLifecycle:
        """Return where the plan stands."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote of the board on a recommended plan: who recorded it, and who recommended the plan."""

    votes_for: int
    votes_against: int
    recorded_by: UUID
    recommended_by: UUID | None


@rule("TR-11", "A plan takes edits while it is drafted or refined.")
def plan_takes_edits(row: InPlan) -> bool:
    """Hold while the plan is drafted or refined."""
    return row.lifecycle in TAKES_EDITS


@rule("TR-11", "A plan is deleted while it is drafted, before anybody was shown it.")
def plan_can_be_deleted(row: InPlan) -> bool:
    """Hold until the plan is sent out for the first time."""
    return row.lifecycle is PlanLifecycle.DRAFTING


@rule("TR-11", "A plan that the board approved takes minor amendments, by a decision of the board.")
def plan_takes_amendments(row: InPlan) -> bool:
    """Hold from the approval of a plan until another supersedes it."""
    return row.lifecycle in AMENDED


@rule("TR-13", "A decision of the board is carried by more votes for it than against.")
def vote_is_carried(vote: Vote) -> bool:
    """Hold when more voted for it than against."""
    return vote.votes_for > vote.votes_against


@rule("TR-13", "Who recommends a plan does not record the vote on it too.")
def two_people_decide(vote: Vote) -> bool:
    """Hold when somebody recommended the plan, and another records the vote."""
    return vote.recommended_by is not None and vote.recommended_by != vote.recorded_by


@rule("TR-16", "A computed status is overridden only with a reason and a name.")
def override_has_reason_and_name(told: tuple[str, str]) -> bool:
    """Hold when neither the reason nor the name is blank."""
    return all(each.strip() for each in told)
