"""The statements about plans."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.paging import Page, Wanted
from app.plans.models import Plan
from app.plans.schemas import PlanSort, PlanView
from app.policy import Grant, Listing, Reading
from app.policy.rules.plans import plan_takes_edits
from app.problems import NotFound
from app.rendered import Rendered
from app.schools.models import School

EVERY_PLAN = select(*(getattr(Plan, name) for name in PlanView.model_fields))
PLAN = Reading(EVERY_PLAN.where(Plan.id == bindparam("sought")), PlanView, version="version")
PLANS = Listing(
    EVERY_PLAN,
    PlanView,
    by=[Plan.title, Plan.id],
    filters={
        "district_id": Plan.district_id,
        "lifecycle": Plan.lifecycle,
        "school_id": Plan.school_id,
    },
    since={"updated_at_gte": Plan.updated_at},
    sorts={
        "first_year": Plan.first_year,
        "title": Plan.title,
        "updated_at": Plan.updated_at,
    },
)


class PlanReadings:
    """Plans as their district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, plan_id: UUID, fields: str | None) -> Rendered[PlanView]:
        """Find one plan, or raise ``NotFound``."""
        plan = await self._reader.one(PLAN, fields, sought=plan_id)
        if plan is None:
            raise NotFound
        return plan

    async def page(
        self, wanted: Wanted, sort: PlanSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[PlanView]]:
        """List the plans, by title where no other order is asked for."""
        return await self._reader.page(PLANS, wanted, sort=sort, only=only)


class PlanRepository:
    """Plans as they are changed, by those that change what is in them too.

    Whoever moves a plan holds it alone, whoever relies on where it stands shares it, so that no
    edit slips past a step. Who begins a plan besides holds the district's codes first, and who
    moves two plans holds the later one first: so nobody waits in a circle.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._session = grant.session

    async def get(self, plan_id: UUID) -> Plan:
        """Find one plan as it is now, or raise ``NotFound``."""
        plan = await self._session.scalar(
            select(Plan).where(Plan.id == plan_id),
            execution_options={"populate_existing": True},
        )
        if plan is None:
            raise NotFound
        return plan

    async def to_edit(self, plan_id: UUID) -> Plan:
        """Find a plan that takes edits, and keep it so until the transaction ends.

        Raises ``NotFound`` where there is no such plan, ``Conflict`` (TR-11) where it takes none.
        """
        await self._grant.hold(f"plan:{plan_id}", shared=True)
        plan = await self.get(plan_id)
        plan_takes_edits.require(plan)
        return plan

    async def to_move(self, plan_id: UUID) -> Plan:
        """Find a plan while nobody else edits or moves it, or raise ``NotFound``."""
        await self._grant.hold(f"plan:{plan_id}")
        return await self.get(plan_id)

    async def to_begin(self, district_id: UUID, code: str) -> Plan | None:
        """Find the plan of a code while nobody else in the district begins one."""
        await self._grant.hold(f"plans:{district_id}")
        found: Plan | None = await self._session.scalar(
            select(Plan).where(Plan.district_id == district_id, Plan.code == code)
        )
        return found

    async def follower(self, plan_id: UUID) -> UUID | None:
        """Name the plan that follows a plan, if any."""
        found: UUID | None = await self._session.scalar(
            select(Plan.id).where(Plan.supersedes_id == plan_id)
        )
        return found

    async def has_school(self, district_id: UUID, school_id: UUID) -> bool:
        """Say whether a school is one of the district's."""
        found = await self._session.scalar(
            select(School.id).where(School.district_id == district_id, School.id == school_id)
        )
        return found is not None

    def add(self, plan: Plan) -> None:
        """Keep a new plan."""
        self._session.add(plan)
