"""The statements about what a plan takes over."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.db import Base
from app.goals.models import Goal
from app.indicators.models import Indicator, IndicatorMeasure
from app.policy import Grant


class SuccessionRepository:
    """What stands in a plan, to be taken over."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def goals(self, plan_id: UUID) -> list[Goal]:
        """Find the goals of a plan."""
        found = await self._session.scalars(select(Goal).where(Goal.plan_id == plan_id))
        return list(found)

    async def indicators(self, plan_id: UUID) -> list[Indicator]:
        """Find the indicators of a plan's goals."""
        of_plan = select(Goal.id).where(Goal.plan_id == plan_id)
        found = await self._session.scalars(select(Indicator).where(Indicator.goal_id.in_(of_plan)))
        return list(found)

    async def named(self, plan_id: UUID) -> list[IndicatorMeasure]:
        """Find what names the measures of a plan's indicators."""
        of_plan = (
            select(Indicator.id)
            .join(Goal, Goal.id == Indicator.goal_id)
            .where(Goal.plan_id == plan_id)
        )
        found = await self._session.scalars(
            select(IndicatorMeasure).where(IndicatorMeasure.indicator_id.in_(of_plan))
        )
        return list(found)

    async def add(self, *kinds: Iterable[Base]) -> None:
        """Keep new rows, each kind of them in one statement, in the order of the kinds."""
        for rows in kinds:
            self._session.add_all(rows)
            await self._session.flush()
