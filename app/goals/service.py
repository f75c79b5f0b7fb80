"""What happens to goals, in a plan that takes edits (TR-11)."""

from typing import Any, Final
from uuid import UUID

from app.db import new_id
from app.goals.models import Goal
from app.goals.repository import GOAL, GoalRepository
from app.goals.schemas import GoalContent, GoalDraft, GoalEntry, GoalRevision, GoalView
from app.plans.models import Plan
from app.plans.repository import PlanRepository
from app.policy import Grant
from app.problems import Conflict, Fault, NotFound
from app.rendered import Rendered
from app.wire.batch import Batch, BatchMode, BatchResult, Stored, carry_out
from app.wire.faults import invalid

CREATED: Final = 201


class GoalService:
    """Writes and edits goals; a plan that takes no edits is a ``Conflict`` (TR-11)."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._plans = PlanRepository(grant)
        self._goals = GoalRepository(grant)

    async def write(self, draft: GoalDraft) -> Rendered[GoalView]:
        """Write a new goal; raises ``Conflict`` where the plan has one of this code."""
        try:
            plan = await self._to_write(draft.plan_id)
        except NotFound:
            fault = Fault("/plan_id", "unknown_reference", "There is no such plan.")
            raise invalid([fault]) from None
        if await self._goals.coded(plan.id, draft.code) is not None:
            raise Conflict("The plan has a goal of this code.")
        return await self._written(plan, draft.code, draft)

    async def revise(self, goal_id: UUID, revision: GoalRevision) -> Rendered[GoalView]:
        """Edit a goal, for a caller who has seen it."""
        goal = await self._to_edit(goal_id)
        self._grant.revise(GOAL, goal, revision.changes())
        return await self._grant.shown(GOAL, sought=goal_id)

    async def remove(self, goal_id: UUID) -> None:
        """Delete a goal with its indicators, unless a target is set for one of them."""
        goal = await self._to_edit(goal_id)
        self._grant.unchanged(GOAL, goal.version)
        await self._grant.remove(goal)

    async def put(self, plan_id: UUID, code: str, content: GoalContent) -> Rendered[GoalView]:
        """Write the goal of a code, or replace what it says."""
        plan = await self._to_write(plan_id)
        goal = await self._goals.coded(plan_id, code)
        if goal is None:
            self._grant.absent()
            return await self._written(plan, code, content)
        self._grant.replace(GOAL, goal, said(content))
        return await self._grant.shown(GOAL, sought=goal.id)

    async def put_all(self, plan_id: UUID, batch: Batch[GoalEntry]) -> BatchResult:
        """Write or edit many goals of a plan; each is found by its code, or is new."""
        plan = await self._to_write(plan_id)
        known = await self._goals.within(plan_id)
        last = await self._goals.last_position(plan_id)
        written: set[str] = set()

        async def store(entry: GoalEntry) -> Stored:
            nonlocal last
            if entry.code in written:
                raise invalid([Fault("/code", "repeated", "The goal is in another row.")])
            goal = known.get(entry.code)
            new = goal is None
            if goal is None:
                goal = self._made(plan, entry.code, last + 1)
            for name, value in said(entry).items():
                setattr(goal, name, value)
            if batch.mode is BatchMode.BEST_EFFORT:
                await self._goals.save()
            written.add(entry.code)
            last = max(last, goal.position)
            return Stored(goal.id, new)

        done = await carry_out(batch, store, self._goals.savepoint)
        await self._goals.save()
        return done

    async def _to_write(self, plan_id: UUID) -> Plan:
        """Find a plan that takes edits while nobody else writes goals of it."""
        plan = await self._plans.to_edit(plan_id)
        await self._grant.hold(f"goals:{plan_id}")
        return plan

    async def _to_edit(self, goal_id: UUID) -> Goal:
        """Find a goal whose plan takes edits."""
        await self._plans.to_edit(await self._goals.plan_of(goal_id))
        return await self._goals.get(goal_id)

    async def _written(self, plan: Plan, code: str, content: GoalContent) -> Rendered[GoalView]:
        """Keep a new goal and show it."""
        goal = self._made(plan, code, await self._goals.last_position(plan.id) + 1)
        for name, value in said(content).items():
            setattr(goal, name, value)
        at = f"/v1/goals/{goal.id}"
        return await self._grant.shown(GOAL, status=CREATED, location=at, sought=goal.id)

    def _made(self, plan: Plan, code: str, position: int) -> Goal:
        """Begin a goal of a plan."""
        goal = Goal(
            id=new_id(),
            district_id=plan.district_id,
            plan_id=plan.id,
            code=code,
            position=position,
        )
        self._goals.add(goal)
        return goal


def said(content: GoalContent) -> dict[str, Any]:
    """Give what a goal says; one that is not told where it stands keeps its place."""
    told = content.model_dump(include=set(GoalContent.model_fields))
    return {name: value for name, value in told.items() if name != "position" or value is not None}
