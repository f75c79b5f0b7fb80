"""The statements about measures and their editions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSessionTransaction

from app.measures.models import Measure, MeasureEdition
from app.measures.schemas import Definition, EditionView, MeasureSort, MeasureView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered

OF_EDITION = {"era", *Definition.model_fields}
NEWEST = and_(
    MeasureEdition.district_id == Measure.district_id,
    MeasureEdition.measure_id == Measure.id,
    MeasureEdition.edition == Measure.edition,
)
EVERY_MEASURE = select(
    *(
        getattr(MeasureEdition if name in OF_EDITION else Measure, name)
        for name in MeasureView.model_fields
    )
).join(MeasureEdition, NEWEST)
MEASURE = Reading(
    EVERY_MEASURE.where(Measure.id == bindparam("sought")), MeasureView, version="version"
)
MEASURES = Listing(
    EVERY_MEASURE,
    MeasureView,
    by=[Measure.code, Measure.id],
    filters={
        "district_id": Measure.district_id,
        "code": Measure.code,
        "kind": MeasureEdition.kind,
    },
    since={"updated_at_gte": Measure.updated_at},
    sorts={"code": Measure.code, "name": Measure.name, "updated_at": Measure.updated_at},
)
EVERY_EDITION = select(*(getattr(MeasureEdition, name) for name in EditionView.model_fields))
EDITION = Reading(EVERY_EDITION.where(MeasureEdition.id == bindparam("sought")), EditionView)
EDITIONS = Listing(
    EVERY_EDITION.where(MeasureEdition.measure_id == bindparam("measure")),
    EditionView,
    by=[MeasureEdition.edition],
)


class MeasureReadings:
    """Measures as their district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, measure_id: UUID, fields: str | None) -> Rendered[MeasureView]:
        """Find one measure, or raise ``NotFound``."""
        measure = await self._reader.one(MEASURE, fields, sought=measure_id)
        if measure is None:
            raise NotFound
        return measure

    async def page(
        self, wanted: Wanted, sort: MeasureSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[MeasureView]]:
        """List the measures, by code where no other order is asked for."""
        return await self._reader.page(MEASURES, wanted, sort=sort, only=only)

    async def editions(self, measure_id: UUID, wanted: Wanted) -> Rendered[Page[EditionView]]:
        """List the editions of a measure, the first one first, or raise ``NotFound``."""
        if await self._reader.row(MEASURE, sought=measure_id) is None:
            raise NotFound
        return await self._reader.page(EDITIONS, wanted, measure=measure_id)


class MeasureRepository:
    """Measures as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def get(self, measure_id: UUID) -> tuple[Measure, MeasureEdition]:
        """Find a measure with its newest edition, or raise ``NotFound``."""
        found = await self._session.execute(
            select(Measure, MeasureEdition)
            .join(MeasureEdition, NEWEST)
            .where(Measure.id == measure_id)
        )
        pair = found.one_or_none()
        if pair is None:
            raise NotFound
        return pair

    async def coded(
        self, district_id: UUID, codes: Sequence[str]
    ) -> dict[str, tuple[Measure, MeasureEdition]]:
        """Find the measures that a district calls so, each with its newest edition, by code."""
        found = await self._session.execute(
            select(Measure, MeasureEdition)
            .join(MeasureEdition, NEWEST)
            .where(Measure.district_id == district_id, Measure.code.in_(codes))
        )
        return {measure.code: (measure, edition) for measure, edition in found}

    def add(self, row: Measure | MeasureEdition) -> None:
        """Keep a new measure, or another edition of one."""
        self._session.add(row)

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()

    async def save(self) -> None:
        """Write what changed; a measure is written before its editions refer to it."""
        await self._session.flush()
