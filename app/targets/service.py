"""What happens to targets and the flags beside their status."""

from typing import Any, Final
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.goals.repository import GoalRepository
from app.indicators.repository import IndicatorRepository
from app.measures.repository import MeasureRepository
from app.measures.scalars import fit
from app.measuring.events import Rebaselining as Event
from app.plans.repository import PlanRepository
from app.policy import Grant
from app.policy.rules.measures import target_is_of_one_era
from app.policy.rules.plans import override_has_reason_and_name
from app.problems import Conflict, Fault, NotFound
from app.rendered import Rendered
from app.targets.aims import POINTERS, aim_of, columns_of, document_of, row_of, stored
from app.targets.models import Rebaselining, StatusOverride, Target
from app.targets.readings import OVERRIDE, REBASELINING, TARGET
from app.targets.repository import TargetRepository
from app.targets.schemas import (
    Aims,
    OverrideDraft,
    OverrideView,
    RebaseliningDraft,
    RebaseliningView,
    TargetDraft,
    TargetRevision,
    TargetView,
)
from app.targets.standing import target_of
from app.wire.faults import invalid

CREATED: Final = 201


class TargetService:
    """Sets targets in plans that take edits (TR-11), and gives them new baselines at any time."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._plans = PlanRepository(grant)
        self._goals = GoalRepository(grant)
        self._indicators = IndicatorRepository(grant)
        self._measures = MeasureRepository(grant)
        self._targets = TargetRepository(grant)

    async def set(self, draft: TargetDraft) -> Rendered[TargetView]:
        """Set a target; raises ``Conflict`` where the indicator has one for the measure."""
        try:
            await self._take_edits(draft.indicator_id)
        except NotFound:
            fault = Fault("/indicator_id", "unknown_reference", "There is no such indicator.")
            raise invalid([fault]) from None
        await self._grant.hold(f"indicator:{draft.indicator_id}")
        named = await self._indicators.named(draft.indicator_id)
        if draft.measure_id not in named:
            detail = "The indicator names no such measure."
            raise invalid([Fault("/measure_id", "unknown_reference", detail)])
        if await self._targets.is_set(draft.indicator_id, draft.measure_id):
            raise Conflict("The indicator has a target for this measure.")
        columns, _ = await self._aimed(draft, draft.measure_id)
        target = Target(
            id=new_id(),
            district_id=named[draft.measure_id].district_id,
            indicator_id=draft.indicator_id,
            measure_id=draft.measure_id,
            **columns,
        )
        self._targets.add(target)
        at = f"/v1/targets/{target.id}"
        return await self._grant.shown(TARGET, status=CREATED, location=at, sought=target.id)

    async def revise(self, target_id: UUID, revision: TargetRevision) -> Rendered[TargetView]:
        """Change the milestones or the tolerance of a target, for a caller who has seen it."""
        target = await self._to_edit(target_id)
        self._grant.unchanged(TARGET, target.version)
        changes = revision.changes()
        if "milestones" in changes:
            changes["milestones"] = stored(revision.milestones, target.direction)
        eras = await self._targets.eras(target.measure_id)
        aim_of(row_of(target)._asdict() | changes, eras)
        self._grant.revise(TARGET, target, changes)
        return await self._grant.shown(TARGET, sought=target_id)

    async def remove(self, target_id: UUID) -> None:
        """Delete a target with its history, for a caller who has seen it."""
        target = await self._to_edit(target_id)
        self._grant.unchanged(TARGET, target.version)
        await self._grant.remove(target)

    async def rebaseline(
        self, target_id: UUID, draft: RebaseliningDraft
    ) -> Rendered[RebaseliningView]:
        """Let another target take the place of one, wherever its plan stands, and keep both."""
        await self._grant.hold(f"target:{target_id}")
        target = await self._targets.get(target_id)
        columns, eras = await self._aimed(draft, target.measure_id)
        old, by = row_of(target), self._grant.principal.account
        with fit(POINTERS):
            Event(target_of(old, eras), aim_of(columns, eras), draft.reason, by, now())
        for name, value in columns.items():
            setattr(target, name, value)
        event = Rebaselining(
            id=new_id(),
            district_id=target.district_id,
            target_id=target_id,
            reason=draft.reason,
            decided_by=draft.decided_by,
            recorded_by=by,
            old=document_of(old),
            new=document_of(row_of(target)),
        )
        self._targets.add(event)
        told = {"step": "rebaseline"}
        self._grant.record(f"target:{target_id}", district=target.district_id, detail=told)
        at = f"/v1/targets/{target_id}/rebaselinings"
        return await self._grant.shown(REBASELINING, status=CREATED, location=at, sought=event.id)

    async def _aimed(self, aims: Aims, measure_id: UUID) -> tuple[dict[str, Any], list[int]]:
        """Turn what was sent into columns that make sense, of one era of the measure (TR-15)."""
        _, newest = await self._measures.get(measure_id)
        eras = await self._targets.eras(measure_id)
        columns = columns_of(aims, newest.direction, newest.edition)
        began = columns["baseline_edition"]
        if began is not None:
            if began > newest.edition:
                detail = "The measure has no such edition."
                raise invalid([Fault("/baseline_edition", "unknown_reference", detail)])
            target_is_of_one_era.require((eras[began - 1], newest.era))
        aim_of(columns, eras)
        return columns, eras

    async def _to_edit(self, target_id: UUID) -> Target:
        """Find a target whose plan takes edits, while nobody else changes it."""
        await self._take_edits(await self._targets.indicator_of(target_id))
        await self._grant.hold(f"target:{target_id}")
        return await self._targets.get(target_id)

    async def _take_edits(self, indicator_id: UUID) -> None:
        """Raise ``Conflict`` unless the plan of an indicator takes edits (TR-11)."""
        goal_id = await self._indicators.goal_of(indicator_id)
        await self._plans.to_edit(await self._goals.plan_of(goal_id))


class OverrideService:
    """Flags a computed status, and lifts the flag (TR-16)."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._targets = TargetRepository(grant)

    async def override(self, target_id: UUID, draft: OverrideDraft) -> Rendered[OverrideView]:
        """Set a flag; raises ``Conflict`` while another one is in force."""
        await self._grant.hold(f"override:{target_id}")
        target = await self._targets.get(target_id)
        if await self._targets.is_overridden(target_id):
            raise Conflict("An override is in force: lift it first.")
        by = self._grant.principal.account
        name = await self._targets.name_of(by)
        override_has_reason_and_name.require((draft.reason, name))
        override = StatusOverride(
            id=new_id(),
            district_id=target.district_id,
            target_id=target_id,
            says=draft.says,
            reason=draft.reason,
            by=by,
            by_name=name,
        )
        self._targets.add(override)
        self._record(target_id, target.district_id, "override")
        at = f"/v1/targets/{target_id}/overrides"
        return await self._grant.shown(OVERRIDE, status=CREATED, location=at, sought=override.id)

    async def lift(self, target_id: UUID, override_id: UUID) -> Rendered[OverrideView]:
        """Lift a flag; it stays in the history of the target."""
        await self._grant.hold(f"override:{target_id}")
        override = await self._targets.override(target_id, override_id)
        if override.lifted_at is not None:
            raise Conflict("The override was lifted already.")
        override.lifted_at = now()
        override.lifted_by = self._grant.principal.account
        self._record(target_id, override.district_id, "lift")
        return await self._grant.shown(OVERRIDE, sought=override_id)

    def _record(self, target_id: UUID, district_id: UUID, step: str) -> None:
        """Write down that a status was overridden, or no longer is."""
        self._grant.record(
            f"target:{target_id}", district=district_id, rule="TR-16", detail={"step": step}
        )
