"""What is read and written of observations, through the grant of one request."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSessionTransaction

from app.measures.models import Measure, MeasureEdition
from app.observations import fit
from app.observations.models import Correction, Observation
from app.observations.readings import (
    CORRECTIONS,
    OBSERVATION,
    OBSERVATIONS,
    PUT_OBSERVATIONS,
    SAID,
)
from app.observations.schemas import CorrectionView, ObservationSort, ObservationView
from app.paging import Page, Wanted
from app.policy import Grant, Put
from app.problems import NotFound
from app.rendered import Rendered
from app.schools.models import School


class ObservationReadings:
    """Observations as their own district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def get(
        self, district_id: UUID, observation_id: UUID, fields: str | None
    ) -> Rendered[ObservationView]:
        """Find one observation of a district, or raise ``NotFound``."""
        found = await self._reader.one(
            OBSERVATION, fields, district=district_id, sought=observation_id
        )
        if found is None:
            raise NotFound
        return found

    async def page(
        self,
        district_id: UUID,
        wanted: Wanted,
        sort: ObservationSort | None,
        only: Mapping[str, Any],
        asked: Mapping[str, Any],
    ) -> Rendered[Page[ObservationView]]:
        """List the observations of a district, or raise ``NotFound`` for one out of reach.

        ``only`` are filters by columns, ``asked`` those of the statement's own.
        """
        self._reach.require(district_id)
        told = {name: str(value).lower() for name, value in asked.items() if value is not None}
        return await self._reader.page(
            OBSERVATIONS, wanted, sort=sort, only={**only, **told}, district=district_id, **asked
        )

    async def corrections(
        self, district_id: UUID, observation_id: UUID, wanted: Wanted
    ) -> Rendered[Page[CorrectionView]]:
        """List what an observation said before, oldest first, or raise ``NotFound``."""
        which: dict[str, Any] = {"district": district_id, "sought": observation_id}
        if await self._reader.row(OBSERVATION, **which) is None:
            raise NotFound
        return await self._reader.page(CORRECTIONS, wanted, **which)


class ObservationRepository:
    """Observations as they are entered and corrected."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._session = grant.session

    async def get(self, district_id: UUID, observation_id: UUID) -> Observation:
        """Find one observation, or raise ``NotFound``."""
        found = await self._session.scalar(
            select(Observation).where(
                Observation.district_id == district_id, Observation.id == observation_id
            )
        )
        if found is None:
            raise NotFound
        return found

    async def measures(self, district_id: UUID, names: Collection[str]) -> dict[str, fit.Measure]:
        """Find measures by their codes and ids, each with all its editions."""
        found = await self._session.execute(
            select(Measure.code, Measure.edition, *OF_FIT)
            .join_from(
                Measure,
                MeasureEdition,
                and_(
                    MeasureEdition.district_id == Measure.district_id,
                    MeasureEdition.measure_id == Measure.id,
                ),
            )
            .where(Measure.district_id == district_id)
            .where(or_(Measure.code == any_(texts(names)), Measure.id == any_(ids(names))))
        )
        measures: dict[str, fit.Measure] = {}
        for code, newest, *edition in found:
            made = fit.Edition(*edition)
            measure = measures.setdefault(str(made.measure_id), fit.Measure(newest, {}))
            measure.editions[made.edition] = made
            measures.setdefault(code, measure)
        return measures

    async def schools(self, district_id: UUID, names: Collection[str]) -> dict[str, UUID]:
        """Find schools by their codes and ids."""
        if not names:
            return {}
        found = await self._session.execute(
            select(School.code, School.id)
            .where(School.district_id == district_id)
            .where(or_(School.code == any_(texts(names)), School.id == any_(ids(names))))
        )
        return {name: id_ for code, id_ in found for name in (str(id_), code)}

    async def put(
        self, district_id: UUID, rows: list[tuple[Any, ...]], reason: str | None
    ) -> list[Put]:
        """Add the observations that are new, and correct those that say something else."""
        return await self._grant.put(PUT_OBSERVATIONS, district_id, rows, reason)

    def correct(
        self, observation: Observation, said: Mapping[str, Any], reason: str | None
    ) -> None:
        """Replace what an observation says, and keep what it said."""
        before = {name: getattr(observation, name) for name in SAID}
        self._session.add(
            Correction(
                district_id=observation.district_id,
                observation_id=observation.id,
                version=observation.version,
                corrected_by=self._grant.principal.account,
                reason=reason,
                **before,
            )
        )
        for name, value in said.items():
            setattr(observation, name, value)

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()


OF_FIT: Final = tuple(getattr(MeasureEdition, name) for name in fit.Edition._fields)


def texts(names: Collection[str]) -> Any:
    """Give names to a statement as one array."""
    return literal(sorted(names), ARRAY(Text()))


def ids(names: Collection[str]) -> Any:
    """Give those names that are ids to a statement as one array."""
    found = []
    for name in names:
        try:
            found.append(UUID(name))
        except ValueError:
            continue
    return literal(found, ARRAY(Uuid()))
