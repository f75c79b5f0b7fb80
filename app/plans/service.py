"""What happens to plans, but for what the board decides and what follows them."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from uuid import UUID

from app import lifecycles
from app.db import new_id
from app.plans.models import Plan
from app.plans.repository import PLAN, PlanRepository
from app.plans.schemas import PlanContent, PlanDraft, PlanRevision, PlanView, years_out_of_order
from app.policy import Grant
from app.policy.rules.plans import plan_can_be_deleted
from app.problems import Conflict, Fault
from app.rendered import Rendered
from app.vocabulary import PlanLifecycle
from app.wire.faults import invalid

CREATED: Final = 201


class PlanService:
    """Begins plans, edits them, and moves them through their lifecycle."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._plans = PlanRepository(grant)

    async def begin(self, draft: PlanDraft) -> Rendered[PlanView]:
        """Begin a plan; raises ``Conflict`` where the district has one of this code."""
        if not self._grant.reach.covers(draft.district_id):
            raise invalid(
                [Fault("/district_id", "unknown_reference", "There is no such district.")]
            )
        content = draft.model_dump(exclude={"district_id", "code"})
        await self._require_sound(draft.district_id, content)
        if await self._plans.to_begin(draft.district_id, draft.code) is not None:
            raise Conflict("The district has a plan of this code.")
        return await self._begun(draft.district_id, draft.code, content)

    async def revise(self, plan_id: UUID, revision: PlanRevision) -> Rendered[PlanView]:
        """Edit a plan that takes edits (TR-11), for a caller who has seen it."""
        plan = await self._plans.to_edit(plan_id)
        changes = revision.changes()
        await self._require_sound(plan.district_id, changes, plan)
        self._grant.revise(PLAN, plan, changes)
        return await self._grant.shown(PLAN, sought=plan_id)

    async def put(self, district_id: UUID, code: str, content: PlanContent) -> Rendered[PlanView]:
        """Begin the plan of a code, or replace what it says where it takes edits (TR-11)."""
        self._grant.reach.require(district_id)
        said = content.model_dump()
        await self._require_sound(district_id, said)
        plan = await self._plans.to_begin(district_id, code)
        if plan is None:
            self._grant.absent()
            return await self._begun(district_id, code, said)
        await self._plans.to_edit(plan.id)
        self._grant.replace(PLAN, plan, said)
        return await self._grant.shown(PLAN, sought=plan.id)

    async def remove(self, plan_id: UUID) -> None:
        """Delete a plan that was never sent out (TR-11), with all that is in it."""
        plan = await self._plans.to_move(plan_id)
        plan_can_be_deleted.require(plan)
        self._grant.unchanged(PLAN, plan.version)
        await self._grant.remove(plan)
        self._record(plan, "delete")

    async def move(self, plan_id: UUID, verb: str) -> Rendered[PlanView]:
        """Take a step of the lifecycle; a plan that becomes active supersedes the one before it."""
        plan = await self._plans.to_move(plan_id)
        plan.lifecycle = lifecycles.PLAN.step(verb, plan.lifecycle)
        if plan.lifecycle is PlanLifecycle.RECOMMENDED:
            plan.recommended_by = self._grant.principal.account
        elif plan.lifecycle is PlanLifecycle.REFINING:
            plan.recommended_by = None
        elif plan.lifecycle is PlanLifecycle.ACTIVE:
            await self._supersede(plan.supersedes_id)
        self._record(plan, verb)
        return await self._grant.shown(PLAN, sought=plan_id)

    async def _supersede(self, plan_id: UUID | None) -> None:
        """Let a plan be superseded, unless it was already."""
        if plan_id is None:
            return
        plan = await self._plans.to_move(plan_id)
        if plan.lifecycle is not PlanLifecycle.SUPERSEDED:
            plan.lifecycle = lifecycles.PLAN.step("supersede", plan.lifecycle)
            self._record(plan, "supersede")

    async def _begun(
        self, district_id: UUID, code: str, content: Mapping[str, Any]
    ) -> Rendered[PlanView]:
        """Keep a new plan and show it."""
        first = lifecycles.PLAN.first
        plan = Plan(id=new_id(), district_id=district_id, code=code, lifecycle=first, **content)
        self._plans.add(plan)
        at = f"/v1/plans/{plan.id}"
        return await self._grant.shown(PLAN, status=CREATED, location=at, sought=plan.id)

    async def _require_sound(
        self, district_id: UUID, said: Mapping[str, Any], plan: Plan | None = None
    ) -> None:
        """Raise ``Invalid`` for what is said of a plan and cannot be, also beside what stays."""
        faults = [fault async for fault in self._faults(district_id, said, plan)]
        if faults:
            raise invalid(faults)

    async def _faults(
        self, district_id: UUID, said: Mapping[str, Any], plan: Plan | None
    ) -> AsyncIterator[Fault]:
        first, last = (
            said[name] if name in said else getattr(plan, name)
            for name in ("first_year", "last_year")
        )
        for fault in years_out_of_order(first, last):
            yield fault
        school = said.get("school_id")
        if school is not None and not await self._plans.has_school(district_id, school):
            yield Fault("/school_id", "unknown_reference", "There is no such school.")

    def _record(self, plan: Plan, step: str) -> None:
        """Write a step to the ledger."""
        rule = lifecycles.PLAN.rule
        self._grant.record(
            f"plan:{plan.id}", district=plan.district_id, rule=rule, detail={"step": step}
        )
