"""What happens to indicators, in a plan that takes edits (TR-11)."""

from typing import Any, Final
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.goals.models import Goal
from app.goals.repository import GoalRepository
from app.indicators.models import Indicator, IndicatorMeasure
from app.indicators.repository import INDICATOR, IndicatorRepository
from app.indicators.schemas import (
    IndicatorContent,
    IndicatorDraft,
    IndicatorEntry,
    IndicatorRevision,
    IndicatorView,
)
from app.plans.repository import PlanRepository
from app.policy import Grant
from app.problems import Conflict, Fault, NotFound
from app.rendered import Rendered
from app.wire.batch import Batch, BatchMode, BatchResult, Stored, carry_out
from app.wire.faults import invalid

CREATED: Final = 201


class IndicatorService:
    """Writes and edits indicators; a plan that takes no edits is a ``Conflict`` (TR-11)."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._plans = PlanRepository(grant)
        self._goals = GoalRepository(grant)
        self._indicators = IndicatorRepository(grant)

    async def write(self, draft: IndicatorDraft) -> Rendered[IndicatorView]:
        """Write a new indicator; raises ``Conflict`` where the goal has one of this code."""
        try:
            goal = await self._to_write(draft.goal_id)
        except NotFound:
            fault = Fault("/goal_id", "unknown_reference", "There is no such goal.")
            raise invalid([fault]) from None
        if await self._indicators.coded(goal.id, draft.code) is not None:
            raise Conflict("The goal has an indicator of this code.")
        return await self._written(goal, draft.code, draft)

    async def revise(
        self, indicator_id: UUID, revision: IndicatorRevision
    ) -> Rendered[IndicatorView]:
        """Edit an indicator, for a caller who has seen it."""
        indicator = await self._to_edit(indicator_id)
        self._grant.revise(INDICATOR, indicator, revision.changes())
        return await self._grant.shown(INDICATOR, sought=indicator_id)

    async def remove(self, indicator_id: UUID) -> None:
        """Delete an indicator, unless a target is set for it."""
        indicator = await self._to_edit(indicator_id)
        self._grant.unchanged(INDICATOR, indicator.version)
        await self._grant.remove(indicator)

    async def put(
        self, goal_id: UUID, code: str, content: IndicatorContent
    ) -> Rendered[IndicatorView]:
        """Write the indicator of a code, or replace what it says."""
        goal = await self._to_write(goal_id)
        indicator = await self._indicators.coded(goal_id, code)
        if indicator is None:
            self._grant.absent()
            return await self._written(goal, code, content)
        self._grant.replace(INDICATOR, indicator, said(content))
        return await self._grant.shown(INDICATOR, sought=indicator.id)

    async def put_all(self, goal_id: UUID, batch: Batch[IndicatorEntry]) -> BatchResult:
        """Write or edit many indicators of a goal; each is found by its code, or is new."""
        goal = await self._to_write(goal_id)
        known = await self._indicators.within(goal_id)
        last = await self._indicators.last_position(goal_id)
        written: set[str] = set()

        async def store(entry: IndicatorEntry) -> Stored:
            nonlocal last
            if entry.code in written:
                raise invalid([Fault("/code", "repeated", "The indicator is in another row.")])
            indicator = known.get(entry.code)
            new = indicator is None
            if indicator is None:
                indicator = self._made(goal, entry.code, last + 1)
            for name, value in said(entry).items():
                setattr(indicator, name, value)
            if batch.mode is BatchMode.BEST_EFFORT:
                await self._indicators.save()
            written.add(entry.code)
            last = max(last, indicator.position)
            return Stored(indicator.id, new)

        done = await carry_out(batch, store, self._indicators.savepoint)
        await self._indicators.save()
        return done

    async def name(self, indicator_id: UUID, measure_id: UUID) -> Rendered[IndicatorView]:
        """Name a measure that tells of an indicator, after those that are named already."""
        indicator = await self._to_edit(indicator_id)
        if not await self._indicators.has_measure(indicator.district_id, measure_id):
            raise NotFound
        named = await self._indicators.named(indicator_id)
        if measure_id in named:
            return await self._grant.shown(INDICATOR, sought=indicator_id)
        link = IndicatorMeasure(
            id=new_id(),
            district_id=indicator.district_id,
            indicator_id=indicator_id,
            measure_id=measure_id,
            position=max((each.position for each in named.values()), default=0) + 1,
        )
        self._indicators.add(link)
        indicator.updated_at = now()
        return await self._grant.shown(INDICATOR, status=CREATED, sought=indicator_id)

    async def unname(self, indicator_id: UUID, measure_id: UUID) -> None:
        """Name a measure no more, unless a target is set for it here."""
        indicator = await self._to_edit(indicator_id)
        named = await self._indicators.named(indicator_id)
        if measure_id not in named:
            raise NotFound
        self._grant.unchanged(INDICATOR, indicator.version)
        indicator.updated_at = now()
        await self._grant.remove(named[measure_id])

    async def _to_write(self, goal_id: UUID) -> Goal:
        """Find a goal whose plan takes edits while nobody else writes indicators of it."""
        await self._plans.to_edit(await self._goals.plan_of(goal_id))
        await self._grant.hold(f"indicators:{goal_id}")
        return await self._goals.get(goal_id)

    async def _to_edit(self, indicator_id: UUID) -> Indicator:
        """Find an indicator whose plan takes edits, while nobody else names measures of it."""
        goal_id = await self._indicators.goal_of(indicator_id)
        await self._plans.to_edit(await self._goals.plan_of(goal_id))
        await self._grant.hold(f"indicator:{indicator_id}")
        return await self._indicators.get(indicator_id)

    async def _written(
        self, goal: Goal, code: str, content: IndicatorContent
    ) -> Rendered[IndicatorView]:
        """Keep a new indicator and show it."""
        indicator = self._made(goal, code, await self._indicators.last_position(goal.id) + 1)
        for name, value in said(content).items():
            setattr(indicator, name, value)
        at = f"/v1/indicators/{indicator.id}"
        return await self._grant.shown(INDICATOR, status=CREATED, location=at, sought=indicator.id)

    def _made(self, goal: Goal, code: str, position: int) -> Indicator:
        """Begin an indicator of a goal."""
        indicator = Indicator(
            id=new_id(),
            district_id=goal.district_id,
            goal_id=goal.id,
            code=code,
            position=position,
        )
        self._indicators.add(indicator)
        return indicator


def said(content: IndicatorContent) -> dict[str, Any]:
    """Give what an indicator says; one that is not told where it stands keeps its place."""
    told = content.model_dump(include=set(IndicatorContent.model_fields))
    return {name: value for name, value in told.items() if name != "position" or value is not None}
