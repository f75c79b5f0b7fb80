"""The statements about goals."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSessionTransaction

from app.goals.models import Goal
from app.goals.schemas import GoalSort, GoalView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered

EVERY_GOAL = select(*(getattr(Goal, name) for name in GoalView.model_fields))
GOAL = Reading(EVERY_GOAL.where(Goal.id == bindparam("sought")), GoalView, version="version")
GOALS = Listing(
    EVERY_GOAL,
    GoalView,
    by=[Goal.plan_id, Goal.position, Goal.id],
    filters={
        "district_id": Goal.district_id,
        "plan_id": Goal.plan_id,
        "focus_area": Goal.focus_area,
    },
    since={"updated_at_gte": Goal.updated_at},
    sorts={"position": Goal.position, "title": Goal.title, "updated_at": Goal.updated_at},
)


class GoalReadings:
    """Goals as their district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, goal_id: UUID, fields: str | None) -> Rendered[GoalView]:
        """Find one goal, or raise ``NotFound``."""
        goal = await self._reader.one(GOAL, fields, sought=goal_id)
        if goal is None:
            raise NotFound
        return goal

    async def page(
        self, wanted: Wanted, sort: GoalSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[GoalView]]:
        """List the goals, plan by plan in their positions where no other order is asked for."""
        return await self._reader.page(GOALS, wanted, sort=sort, only=only)


class GoalRepository:
    """Goals as they are changed, by those that change what is below them too."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def plan_of(self, goal_id: UUID) -> UUID:
        """Name the plan of a goal, which never changes, or raise ``NotFound``."""
        found: UUID | None = await self._session.scalar(
            select(Goal.plan_id).where(Goal.id == goal_id)
        )
        if found is None:
            raise NotFound
        return found

    async def get(self, goal_id: UUID) -> Goal:
        """Find one goal, or raise ``NotFound``."""
        goal = await self._session.scalar(select(Goal).where(Goal.id == goal_id))
        if goal is None:
            raise NotFound
        return goal

    async def within(self, plan_id: UUID) -> dict[str, Goal]:
        """Find every goal of a plan, by its code."""
        found = await self._session.scalars(select(Goal).where(Goal.plan_id == plan_id))
        return {goal.code: goal for goal in found}

    async def coded(self, plan_id: UUID, code: str) -> Goal | None:
        """Find the goal that a plan calls so."""
        found: Goal | None = await self._session.scalar(
            select(Goal).where(Goal.plan_id == plan_id, Goal.code == code)
        )
        return found

    async def last_position(self, plan_id: UUID) -> int:
        """Return the last position of a goal in a plan, 0 where there is none."""
        found: int | None = await self._session.scalar(
            select(func.max(Goal.position)).where(Goal.plan_id == plan_id)
        )
        return found or 0

    def add(self, goal: Goal) -> None:
        """Keep a new goal."""
        self._session.add(goal)

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
