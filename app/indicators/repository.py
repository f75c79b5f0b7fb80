"""The statements about indicators and the measures that tell."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSessionTransaction

from app.indicators.models import Indicator, IndicatorMeasure
from app.indicators.schemas import IndicatorSort, IndicatorView
from app.measures.models import Measure
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered

MEASURE_IDS = (
    select(
        func.coalesce(
            func.array_agg(
                aggregate_order_by(
                    IndicatorMeasure.measure_id, IndicatorMeasure.position, IndicatorMeasure.id
                ),
                type_=ARRAY(Uuid()),
            ),
            cast([], ARRAY(Uuid())),
        )
    )
    .where(
        IndicatorMeasure.district_id == Indicator.district_id,
        IndicatorMeasure.indicator_id == Indicator.id,
    )
    .scalar_subquery()
    .label("measure_ids")
)
EVERY_INDICATOR = select(
    Indicator.id,
    Indicator.district_id,
    Indicator.goal_id,
    Indicator.code,
    Indicator.position,
    Indicator.statement,
    MEASURE_IDS,
    Indicator.created_at,
    Indicator.updated_at,
    Indicator.version,
)
INDICATOR = Reading(
    EVERY_INDICATOR.where(Indicator.id == bindparam("sought")),
    IndicatorView,
    version="version",
    never_null=["measure_ids"],
)
INDICATORS = Listing(
    EVERY_INDICATOR,
    IndicatorView,
    by=[Indicator.goal_id, Indicator.position, Indicator.id],
    filters={"district_id": Indicator.district_id, "goal_id": Indicator.goal_id},
    since={"updated_at_gte": Indicator.updated_at},
    sorts={"position": Indicator.position, "updated_at": Indicator.updated_at},
    never_null=["measure_ids"],
)


class IndicatorReadings:
    """Indicators as their district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, indicator_id: UUID, fields: str | None) -> Rendered[IndicatorView]:
        """Find one indicator, or raise ``NotFound``."""
        indicator = await self._reader.one(INDICATOR, fields, sought=indicator_id)
        if indicator is None:
            raise NotFound
        return indicator

    async def page(
        self, wanted: Wanted, sort: IndicatorSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[IndicatorView]]:
        """List the indicators, goal by goal in their positions unless asked otherwise."""
        return await self._reader.page(INDICATORS, wanted, sort=sort, only=only)


class IndicatorRepository:
    """Indicators as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def goal_of(self, indicator_id: UUID) -> UUID:
        """Name the goal of an indicator, which never changes, or raise ``NotFound``."""
        found: UUID | None = await self._session.scalar(
            select(Indicator.goal_id).where(Indicator.id == indicator_id)
        )
        if found is None:
            raise NotFound
        return found

    async def get(self, indicator_id: UUID) -> Indicator:
        """Find one indicator, or raise ``NotFound``."""
        indicator = await self._session.scalar(
            select(Indicator).where(Indicator.id == indicator_id)
        )
        if indicator is None:
            raise NotFound
        return indicator

    async def within(self, goal_id: UUID) -> dict[str, Indicator]:
        """Find every indicator of a goal, by its code."""
        found = await self._session.scalars(select(Indicator).where(Indicator.goal_id == goal_id))
        return {indicator.code: indicator for indicator in found}

    async def coded(self, goal_id: UUID, code: str) -> Indicator | None:
        """Find the indicator that a goal calls so."""
        found: Indicator | None = await self._session.scalar(
            select(Indicator).where(Indicator.goal_id == goal_id, Indicator.code == code)
        )
        return found

    async def last_position(self, goal_id: UUID) -> int:
        """Return the last position of an indicator in a goal, 0 where there is none."""
        found: int | None = await self._session.scalar(
            select(func.max(Indicator.position)).where(Indicator.goal_id == goal_id)
        )
        return found or 0

    async def has_measure(self, district_id: UUID, measure_id: UUID) -> bool:
        """Say whether a measure is one of the district's."""
        found = await self._session.scalar(
            select(Measure.id).where(Measure.district_id == district_id, Measure.id == measure_id)
        )
        return found is not None

    async def named(self, indicator_id: UUID) -> dict[UUID, IndicatorMeasure]:
        """Find what names the measures of an indicator, by measure."""
        found = await self._session.scalars(
            select(IndicatorMeasure).where(IndicatorMeasure.indicator_id == indicator_id)
        )
        return {each.measure_id: each for each in found}

    def add(self, row: Indicator | IndicatorMeasure) -> None:
        """Keep a new row."""
        self._session.add(row)

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
