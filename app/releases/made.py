"""The statements about plans and releases as they are made, on the login of the vault."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.db import Base
from app.districts.models import District
from app.instruments.models import Instrument
from app.policy import Grant
from app.problems import NotFound
from app.releases.models import (
    Cell,
    CellRetraction,
    PlannedCell,
    Release,
    ReleaseCertificate,
    ReleasePlan,
)
from app.releases.readings import STANDING, WHOLE_RELEASE
from app.releases.schemas import CellView
from app.releases.standing import Membership
from app.rounds.models import PeerGroup, Round
from app.vocabulary import PlanState


class ReleaseRepository:
    """Plans and releases as they are made, on the login of the vault."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def round(self, round_id: UUID) -> Round:
        """Find one round, or raise ``NotFound``."""
        found = await self._session.scalar(select(Round).where(Round.id == round_id))
        if found is None:
            raise NotFound
        return found

    async def release(self, release_id: UUID) -> Release:
        """Find one release, or raise ``NotFound``."""
        found = await self._session.scalar(select(Release).where(Release.id == release_id))
        if found is None:
            raise NotFound
        return found

    async def standing(self, release_id: UUID, district_id: UUID) -> Membership | None:
        """Say what a district is to a release."""
        release = await self.release(release_id)
        values = {"round_id": release.round_id, "mine": [district_id]}
        row = (await self._session.execute(STANDING.statement, values)).mappings().one_or_none()
        return None if row is None else STANDING.view.model_validate(dict(row))

    async def instrument(self, of_round: Round) -> str:
        """Return the code of a round's instrument."""
        asked = select(Instrument.code).where(Instrument.id == of_round.instrument_id)
        return (await self._session.scalars(asked)).one()

    async def bases(self, round_id: UUID) -> set[str]:
        """Name the bases of a round's peer groups."""
        asked = select(PeerGroup.basis).where(PeerGroup.round_id == round_id).distinct()
        return set(await self._session.scalars(asked))

    async def trials_of(self, round_id: UUID) -> int:
        """Count the plans of a round that nobody published."""
        counted_ = await self._session.scalar(
            select(func.count(ReleasePlan.id)).where(
                ReleasePlan.round_id == round_id, ReleasePlan.state == PlanState.DRAFTED
            )
        )
        return counted_ or 0

    async def cell(self, release_id: UUID, cell_id: UUID) -> Cell:
        """Find one cell of a release, or raise ``NotFound``."""
        found = await self._session.scalar(
            select(Cell).where(Cell.id == cell_id, Cell.release_id == release_id)
        )
        if found is None:
            raise NotFound
        return found

    async def is_retracted(self, cell_id: UUID) -> bool:
        """Whether a cell was found wrong before."""
        asked = select(CellRetraction.id).where(CellRetraction.cell_id == cell_id)
        return await self._session.scalar(asked) is not None

    async def shown(self, release_id: UUID) -> list[CellView]:
        """List the cells of a release as their readers are shown them."""
        rows = await self._session.execute(WHOLE_RELEASE.statement, {"release_id": release_id})
        return [CellView.model_validate(dict(row)) for row in rows.mappings()]

    async def certificate(self, release_id: UUID) -> ReleaseCertificate:
        """Find the certificate of a release, or raise ``NotFound``."""
        found = await self._session.get(ReleaseCertificate, release_id)
        if found is None:
            raise NotFound
        return found

    async def districts(self) -> int:
        """Count the districts that there are."""
        return await self._session.scalar(select(func.count(District.id))) or 0

    async def plans_of(self, round_id: UUID) -> int:
        """Count the plans of a round."""
        counted_ = await self._session.scalar(
            select(func.count(ReleasePlan.id)).where(ReleasePlan.round_id == round_id)
        )
        return counted_ or 0

    async def releases_of(self, round_id: UUID) -> int:
        """Count the releases of a round."""
        counted_ = await self._session.scalar(
            select(func.count(Release.id)).where(Release.round_id == round_id)
        )
        return counted_ or 0

    async def plan(self, round_id: UUID, plan_id: UUID) -> ReleasePlan | None:
        """Find a plan of a round."""
        found: ReleasePlan | None = await self._session.scalar(
            select(ReleasePlan).where(ReleasePlan.id == plan_id, ReleasePlan.round_id == round_id)
        )
        return found

    async def planned(self, plan_id: UUID) -> Sequence[PlannedCell]:
        """List the cells of a plan in their order."""
        found = await self._session.scalars(
            select(PlannedCell).where(PlannedCell.plan_id == plan_id).order_by(PlannedCell.position)
        )
        return found.all()

    async def add(self, *rows: Iterable[Base]) -> None:
        """Keep new rows, each kind of them in one statement, in the order of the kinds."""
        for kind in rows:
            self._session.add_all(kind)
            await self._session.flush()

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
