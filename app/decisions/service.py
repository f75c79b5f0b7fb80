"""What boards decide on plans: their approval, and minor amendments of them (TR-11, TR-13)."""

from typing import Any, Final
from uuid import UUID

from app import lifecycles
from app.clock import now
from app.db import new_id
from app.decisions.models import BoardDecision
from app.decisions.repository import DECISION, DecisionRepository
from app.decisions.schemas import AmendmentDraft, DecisionDraft, DecisionView
from app.plans.models import Plan
from app.plans.repository import PlanRepository
from app.policy import Grant
from app.policy.rules.plans import (
    Vote,
    plan_takes_amendments,
    two_people_decide,
    vote_is_carried,
)
from app.policy.rules.rounds import AHEAD_OF_UTC
from app.problems import Fault
from app.rendered import Rendered
from app.wire.faults import invalid

CREATED: Final = 201


class DecisionService:
    """Records how a board voted, and does what it carried in the same transaction."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._plans = PlanRepository(grant)
        self._decisions = DecisionRepository(grant)

    async def decide(self, plan_id: UUID, draft: DecisionDraft) -> Rendered[DecisionView]:
        """Record the vote on a recommended plan, and approve the plan where it is carried.

        Raises ``InvalidTransition`` (TR-11) where the plan is not recommended, ``Conflict`` (TR-13)
        where the same person recommended it.
        """
        plan = await self._plans.to_move(plan_id)
        approved = lifecycles.PLAN.step("approve", plan.lifecycle)
        require_held(draft)
        vote = self._vote(draft, plan.recommended_by)
        two_people_decide.require(vote)
        if vote_is_carried.holds(vote):
            plan.lifecycle = approved
        return await self._recorded(plan, vote, draft.model_dump(), "decide")

    async def amend(self, plan_id: UUID, draft: AmendmentDraft) -> Rendered[DecisionView]:
        """Record the vote on an amendment of an approved plan, and make it where it is carried.

        Raises ``Conflict`` (TR-11) where the plan was not approved, or was superseded since.
        """
        plan = await self._plans.to_move(plan_id)
        plan_takes_amendments.require(plan)
        require_held(draft)
        changes = draft.changes.changes()
        if not changes:
            raise invalid([Fault("/changes", "too_few", "At least 1.")])
        vote = self._vote(draft, plan.recommended_by)
        if vote_is_carried.holds(vote):
            for name, value in changes.items():
                setattr(plan, name, value)
        content = draft.model_dump(exclude={"changes"})
        return await self._recorded(plan, vote, content | {"changes": changes}, "amend")

    def _vote(self, draft: DecisionDraft, recommended_by: UUID | None) -> Vote:
        """Say how the board voted, and who was in it."""
        return Vote(
            votes_for=draft.votes_for,
            votes_against=draft.votes_against,
            recorded_by=self._grant.principal.account,
            recommended_by=recommended_by,
        )

    async def _recorded(
        self, plan: Plan, vote: Vote, content: dict[str, Any], step: str
    ) -> Rendered[DecisionView]:
        """Keep a decision, in the ledger too, and show it."""
        carried = vote_is_carried.holds(vote)
        decision = BoardDecision(
            id=new_id(),
            district_id=plan.district_id,
            plan_id=plan.id,
            carried=carried,
            recorded_by=vote.recorded_by,
            **content,
        )
        self._decisions.add(decision)
        told = {"step": step, "carried": carried}
        self._grant.record(
            f"plan:{plan.id}", district=plan.district_id, rule=vote_is_carried.id, detail=told
        )
        at = f"/v1/plans/{plan.id}/decisions/{decision.id}"
        asked = {"of_plan": plan.id, "sought": decision.id}
        return await self._grant.shown(DECISION, status=CREATED, location=at, **asked)


def require_held(draft: DecisionDraft) -> None:
    """Raise ``Invalid`` for a vote on a day that has begun in no time zone."""
    if draft.decided_on > (now() + AHEAD_OF_UTC).date():
        raise invalid([Fault("/decided_on", "in_the_future", "A day that is still to come.")])
