"""The statements about decisions of boards."""

from uuid import UUID

from sqlalchemy import bindparam, select

from app.decisions.models import BoardDecision
from app.decisions.schemas import DecisionView
from app.paging import Page, Wanted
from app.plans.models import Plan
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.scalars import View

OF_PLAN = select(*(getattr(BoardDecision, name) for name in DecisionView.model_fields)).where(
    BoardDecision.plan_id == bindparam("of_plan")
)
DECISION = Reading(
    OF_PLAN.where(BoardDecision.id == bindparam("sought")), DecisionView, version="version"
)
DECISIONS = Listing(OF_PLAN, DecisionView, by=[BoardDecision.recorded_at, BoardDecision.id])


class PlanId(View):
    """That there is a plan."""

    id: UUID


THE_PLAN = Reading(select(Plan.id).where(Plan.id == bindparam("sought")), PlanId)


class DecisionReadings:
    """Decisions as the district of their plan sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(
        self, plan_id: UUID, decision_id: UUID, fields: str | None
    ) -> Rendered[DecisionView]:
        """Find one decision on a plan, or raise ``NotFound``."""
        found = await self._reader.one(DECISION, fields, of_plan=plan_id, sought=decision_id)
        if found is None:
            raise NotFound
        return found

    async def page(self, plan_id: UUID, wanted: Wanted) -> Rendered[Page[DecisionView]]:
        """List the decisions on a plan as they were recorded, or raise ``NotFound``."""
        if await self._reader.row(THE_PLAN, sought=plan_id) is None:
            raise NotFound
        return await self._reader.page(DECISIONS, wanted, of_plan=plan_id)


class DecisionRepository:
    """Decisions as they are recorded."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    def add(self, decision: BoardDecision) -> None:
        """Keep a decision."""
        self._session.add(decision)
