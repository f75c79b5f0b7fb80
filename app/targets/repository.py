"""The statements about targets."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.clock import now
from app.measures.models import MeasureEdition
from app.measuring.words import PeriodKind
from app.paging import Page, Wanted
from app.policy import Grant
from app.policy.holdings import Account
from app.problems import NotFound
from app.rendered import Rendered
from app.targets.charts import status_of, target_row, trajectory_of
from app.targets.models import Rebaselining, StatusOverride, Target
from app.targets.readings import (
    CHARTED,
    IN_FORCE,
    NEWEST,
    OVERRIDES,
    REBASELININGS,
    SERIES,
    TARGET,
    TARGETS,
    SeriesView,
)
from app.targets.schemas import (
    OverrideView,
    RebaseliningView,
    StatusView,
    TargetSort,
    TargetView,
    TrajectoryView,
)
from app.targets.standing import target_of


class TargetReadings:
    """Targets as their district sees them, with where they stand."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, target_id: UUID, fields: str | None) -> Rendered[TargetView]:
        """Find one target, or raise ``NotFound``."""
        target = await self._reader.one(TARGET, fields, sought=target_id)
        if target is None:
            raise NotFound
        return target

    async def page(
        self, wanted: Wanted, sort: TargetSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[TargetView]]:
        """List the targets, the oldest first where no other order is asked for."""
        return await self._reader.page(TARGETS, wanted, sort=sort, only=only)

    async def rebaselinings(
        self, target_id: UUID, wanted: Wanted
    ) -> Rendered[Page[RebaseliningView]]:
        """List what took the place of what in a target, the oldest first."""
        await self._sought(target_id)
        return await self._reader.page(REBASELININGS, wanted, target=target_id)

    async def overrides(self, target_id: UUID, wanted: Wanted) -> Rendered[Page[OverrideView]]:
        """List the flags that were ever set beside the status of a target, the oldest first."""
        await self._sought(target_id)
        return await self._reader.page(OVERRIDES, wanted, target=target_id)

    async def status(self, target_id: UUID, on: date | None) -> StatusView:
        """Judge a target on a day, today if none is told, or raise ``NotFound``."""
        target, series = await self._sought(target_id)
        day = now().date() if on is None else on
        newest = await self._reader.row(NEWEST, on=day, **observed(target))
        override = await self._reader.row(IN_FORCE, sought=target_id)
        return status_of(target, series, newest, override, day)

    async def trajectory(self, target_id: UUID, every: PeriodKind | None) -> TrajectoryView:
        """Tell what a target expects period by period, and what was observed since it began."""
        target, series = await self._sought(target_id)
        begins = target_of(target_row(target), series.eras).begins
        observations = await self._reader.rows(CHARTED, since=begins, **observed(target))
        return trajectory_of(target, series, observations, every or series.frequency, now().date())

    async def _sought(self, target_id: UUID) -> tuple[TargetView, SeriesView]:
        """Find a target and what its measure says of its values, or raise ``NotFound``."""
        target = await self._reader.row(TARGET, sought=target_id)
        if target is None:
            raise NotFound
        series = await self._reader.row(SERIES, sought=target.measure_id)
        if series is None:
            raise NotFound
        return target, series


def observed(target: TargetView) -> dict[str, UUID]:
    """Say whose observations of what are those of a target."""
    return {"district": target.district_id, "measure": target.measure_id}


class TargetRepository:
    """Targets as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def get(self, target_id: UUID) -> Target:
        """Find one target, or raise ``NotFound``."""
        target = await self._session.scalar(select(Target).where(Target.id == target_id))
        if target is None:
            raise NotFound
        return target

    async def indicator_of(self, target_id: UUID) -> UUID:
        """Name the indicator of a target, which never changes, or raise ``NotFound``."""
        found: UUID | None = await self._session.scalar(
            select(Target.indicator_id).where(Target.id == target_id)
        )
        if found is None:
            raise NotFound
        return found

    async def is_set(self, indicator_id: UUID, measure_id: UUID) -> bool:
        """Say whether an indicator has a target for a measure."""
        found = await self._session.scalar(
            select(Target.id).where(
                Target.indicator_id == indicator_id, Target.measure_id == measure_id
            )
        )
        return found is not None

    async def eras(self, measure_id: UUID) -> list[int]:
        """List the eras of a measure's editions, the first one first."""
        found = await self._session.scalars(
            select(MeasureEdition.era)
            .where(MeasureEdition.measure_id == measure_id)
            .order_by(MeasureEdition.edition)
        )
        return list(found)

    async def override(self, target_id: UUID, override_id: UUID) -> StatusOverride:
        """Find one override of a target, or raise ``NotFound``."""
        found = await self._session.scalar(
            select(StatusOverride).where(
                StatusOverride.id == override_id, StatusOverride.target_id == target_id
            )
        )
        if found is None:
            raise NotFound
        return found

    async def is_overridden(self, target_id: UUID) -> bool:
        """Say whether an override of a target's status is in force."""
        found = await self._session.scalar(
            select(StatusOverride.id).where(
                StatusOverride.target_id == target_id, StatusOverride.lifted_at.is_(None)
            )
        )
        return found is not None

    async def name_of(self, account_id: UUID) -> str:
        """Return the name that an account is shown by."""
        found = await self._session.scalar(
            select(Account.display_name).where(Account.account_id == account_id)
        )
        return found or ""

    def add(self, row: Target | Rebaselining | StatusOverride) -> None:
        """Keep a new row."""
        self._session.add(row)

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
