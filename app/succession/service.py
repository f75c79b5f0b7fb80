"""How a plan follows another: it takes over goals, indicators and what names their measures."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from app import lifecycles
from app.db import new_id
from app.goals.models import Goal
from app.indicators.models import Indicator, IndicatorMeasure
from app.plans.models import Plan
from app.plans.repository import PLAN, PlanRepository
from app.plans.schemas import PlanView, years_out_of_order
from app.policy import Grant
from app.problems import Conflict
from app.rendered import Rendered
from app.succession.repository import SuccessionRepository
from app.succession.schemas import FollowerDraft
from app.wire.faults import invalid

CREATED: Final = 201
ITS_OWN: Final = frozenset({"id", "version", "created_at", "updated_at"})
"""What a copy does not take over."""
Row = TypeVar("Row", Goal, Indicator, IndicatorMeasure)


class SuccessionService:
    """Begins the plan that follows another (TR-11)."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._plans = PlanRepository(grant)
        self._taken = SuccessionRepository(grant)

    async def follow(self, plan_id: UUID, draft: FollowerDraft) -> Rendered[PlanView]:
        """Begin the plan that follows an approved one, with what it takes over.

        Raises ``InvalidTransition`` (TR-11) where the plan was never approved or is superseded
        already, ``Conflict`` where a plan follows it, or has this code.
        """
        seen = await self._plans.get(plan_id)
        taken = await self._plans.to_begin(seen.district_id, draft.code)
        plan = await self._plans.to_move(plan_id)
        lifecycles.PLAN.step("supersede", plan.lifecycle)
        if faults := list(years_out_of_order(draft.first_year, draft.last_year)):
            raise invalid(faults)
        if await self._plans.follower(plan_id) is not None:
            raise Conflict("Another plan follows this one already.")
        if taken is not None:
            raise Conflict("The district has a plan of this code.")
        follower = Plan(
            id=new_id(),
            district_id=plan.district_id,
            school_id=plan.school_id,
            supersedes_id=plan.id,
            lifecycle=lifecycles.PLAN.first,
            mission=plan.mission,
            values=list(plan.values),
            **draft.model_dump(),
        )
        await self._take_over(plan.id, follower)
        self._grant.record(
            f"plan:{follower.id}",
            district=plan.district_id,
            rule=lifecycles.PLAN.rule,
            detail={"step": "follow"},
        )
        at = f"/v1/plans/{follower.id}"
        return await self._grant.shown(PLAN, status=CREATED, location=at, sought=follower.id)

    async def _take_over(self, plan_id: UUID, follower: Plan) -> None:
        """Copy what stands in a plan into the one that follows, but for its targets."""
        goals = copies(await self._taken.goals(plan_id), "plan_id", {plan_id: follower.id})
        indicators = copies(await self._taken.indicators(plan_id), "goal_id", ids(goals))
        named = copies(await self._taken.named(plan_id), "indicator_id", ids(indicators))
        await self._taken.add([follower], goals.values(), indicators.values(), named.values())


def copies(rows: Iterable[Row], of: str, renamed: Mapping[UUID, UUID]) -> dict[UUID, Row]:
    """Copy rows by their ids; what each is ``of`` is the copy of what the row was of."""
    made = {}
    for row in rows:
        names = row.__table__.columns.keys()
        said: dict[str, Any] = {n: getattr(row, n) for n in names if n not in ITS_OWN}
        said[of] = renamed[said[of]]
        made[row.id] = type(row)(id=new_id(), **said)
    return made


def ids(made: Mapping[UUID, Goal] | Mapping[UUID, Indicator]) -> dict[UUID, UUID]:
    """Give the id of each copy by the id of what it was made of."""
    return {old: copy.id for old, copy in made.items()}
