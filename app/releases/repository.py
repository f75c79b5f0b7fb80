"""The statements about release plans, releases and a district's own position."""

from typing import Any
from uuid import UUID

from app import clock
from app.paging import Page, Wanted
from app.policy import Grant
from app.policy.rules.rounds import has_shared
from app.problems import Fault, Invalid, NotFound
from app.releases.beside import OwnAnswers, item_positions
from app.releases.position_readings import ATTESTED, EARLIER, PLACED_CELLS
from app.releases.position_schemas import PositionView
from app.releases.readings import (
    CELLS,
    CERTIFICATE,
    KEPT,
    PLAN,
    PLANNED_CELLS,
    PLANS,
    RELEASE,
    RELEASES,
    RETRACTIONS,
    ROUND,
    STANDING,
    KeptCell,
)
from app.releases.schemas import (
    CellView,
    CertificateView,
    ComparedCell,
    PlanComparisonView,
    PlannedCellView,
    ReleasePlanView,
    ReleaseView,
    RetractionView,
)
from app.releases.standing import Membership, standing_of
from app.rendered import Rendered
from app.submissions.own_keys import KEYS
from app.submissions.seals import OwnSeal


class PlanReadings:
    """Release plans as the staff reads them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, plan_id: UUID, fields: str | None) -> Rendered[ReleasePlanView]:
        """Find one plan, or raise ``NotFound``."""
        plan = await self._reader.one(PLAN, fields, sought=plan_id)
        if plan is None:
            raise NotFound
        return plan

    async def page(self, round_id: UUID, wanted: Wanted) -> Rendered[Page[ReleasePlanView]]:
        """List the plans of a round in their order, or raise ``NotFound``."""
        if await self._reader.row(ROUND, sought=round_id) is None:
            raise NotFound
        return await self._reader.page(PLANS, wanted, round_id=round_id)

    async def cells(
        self, plan_id: UUID, wanted: Wanted, only: dict[str, Any]
    ) -> Rendered[Page[PlannedCellView]]:
        """List the cells of a plan in their order, or raise ``NotFound``."""
        if await self._reader.row(PLAN, sought=plan_id) is None:
            raise NotFound
        return await self._reader.page(PLANNED_CELLS, wanted, only=only, plan_id=plan_id)

    async def comparison(self, plan_id: UUID, with_id: UUID) -> PlanComparisonView:
        """Say which cells only one of two plans would let out, or raise ``NotFound``.

        Raises ``Invalid`` where the other is no plan of the same round.
        """
        plan = await self._reader.row(PLAN, sought=plan_id)
        if plan is None:
            raise NotFound
        other = await self._reader.row(PLAN, sought=with_id)
        if other is None or other.round_id != plan.round_id:
            fault = Fault("?with", "unknown_reference", "The round has no such plan.")
            raise Invalid("The round has no such plan.", errors=[fault])
        kept = await self._reader.rows(KEPT, plans=[plan_id, with_id])
        told = [(each.plan_id, compared(each)) for each in kept]
        here = [cell for plan, cell in told if plan == plan_id]
        there = [cell for plan, cell in told if plan == with_id]
        return PlanComparisonView(
            plan_id=plan_id,
            with_id=with_id,
            in_both=sum(cell in there for cell in here),
            only_here=[cell for cell in here if cell not in there],
            only_there=[cell for cell in there if cell not in here],
        )


def compared(cell: KeptCell) -> ComparedCell:
    """Name a cell of a plan apart from the plan."""
    return ComparedCell(**cell.model_dump(exclude={"plan_id"}))


class ReleaseReadings:
    """Releases as those see them who shared in them (TR-24)."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def get(self, release_id: UUID, fields: str | None) -> Rendered[ReleaseView]:
        """Find one release, or raise ``NotFound``, or the refusal of TR-24."""
        await self._require(release_id)
        found = await self._reader.one(RELEASE, fields, sought=release_id)
        if found is None:
            raise NotFound
        return found

    async def page(self, round_id: UUID, wanted: Wanted) -> Rendered[Page[ReleaseView]]:
        """List the releases of a round in their order; raises as ``get`` does."""
        if await self._reader.row(ROUND, sought=round_id) is None:
            raise NotFound
        await self._require_standing(round_id)
        return await self._reader.page(RELEASES, wanted, round_id=round_id)

    async def cells(
        self, release_id: UUID, wanted: Wanted, only: dict[str, Any]
    ) -> Rendered[Page[CellView]]:
        """List the cells of a release in their order; raises as ``get`` does."""
        await self._require(release_id)
        return await self._reader.page(CELLS, wanted, only=only, release_id=release_id)

    async def retractions(self, release_id: UUID, wanted: Wanted) -> Rendered[Page[RetractionView]]:
        """List what was retracted of a release in that order; raises as ``get`` does."""
        await self._require(release_id)
        return await self._reader.page(RETRACTIONS, wanted, release_id=release_id)

    async def certificate(self, release_id: UUID) -> CertificateView:
        """Give what a release vouches for; raises as ``get`` does."""
        await self._require(release_id)
        found = await self._reader.row(CERTIFICATE, release_id=release_id)
        if found is None:
            raise NotFound
        return found

    async def _require(self, release_id: UUID) -> None:
        """Raise ``NotFound`` unless there is such a release, or the refusal of TR-24."""
        found = await self._reader.row(RELEASE, sought=release_id)
        if found is None:
            raise NotFound
        await self._require_standing(found.round_id)

    async def _require_standing(self, round_id: UUID) -> None:
        """Insist on TR-24; for the staff there is nothing to look up."""
        staff = self._reach.whole_consortium
        mine: list[Membership] = []
        if not staff:
            districts = list(self._reach.districts)
            mine = await self._reader.rows(STANDING, round_id=round_id, mine=districts)
        has_shared.require(standing_of(mine, clock.now().date(), staff=staff))


class PositionReadings(ReleaseReadings):
    """A district's own answers beside the released figures."""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant)
        self._grant = grant

    async def position(self, release_id: UUID, district_id: UUID) -> PositionView:
        """Open the attested answers of a district, or raise ``NotFound``, or as ``get`` does."""
        release = await self._reader.row(RELEASE, sought=release_id)
        if release is None or district_id not in self._reach.districts:
            raise NotFound
        await self._require_standing(release.round_id)
        place = {"round_id": release.round_id, "district_id": district_id}
        cells = await self._reader.rows(
            PLACED_CELLS, release_id=release_id, district_id=district_id
        )
        attested = await self._reader.rows(ATTESTED, **place)
        earlier = await self._reader.rows(EARLIER, release_id=release_id, district_id=district_id)
        keys = await self._reader.rows(KEYS, district_id=district_id)
        seal = OwnSeal(self._grant.keys, district_id, {key.version: key.wrapped for key in keys})
        own = OwnAnswers(
            seal,
            release.round_id,
            {each.item_id: each for each in attested},
            {(each.item, each.period): each for each in earlier},
        )
        return PositionView(release_id=release_id, items=item_positions(cells, own), **place)
