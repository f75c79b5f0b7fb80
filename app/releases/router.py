"""The endpoints of release plans and releases."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.paging import Asked, Fields, Page
from app.releases.access import DraftPlan, PublishRelease, ReadPlans, ReadReleases
from app.releases.schemas import (
    CellView,
    PlanComparisonView,
    PlannedCellView,
    ReleaseDraft,
    ReleasePlanDraft,
    ReleasePlanView,
    ReleaseView,
)
from app.rendered import Rendered
from app.scalars import Code, Id, Name
from app.vocabulary import CellStatus
from app.wire.later import MAY_WAIT
from app.wire.route import Route

Items = Annotated[list[Code] | None, Query(max_length=60, description="Codes of items.")]
Bases = Annotated[list[Code] | None, Query(max_length=60, description="Bases of peer groups.")]
Groups = Annotated[list[Name] | None, Query(max_length=60, description="Names of peer groups.")]

router = APIRouter(prefix="/v1", tags=["releases"], route_class=Route)


@router.post(
    "/rounds/{round_id}/release-plans",
    status_code=status.HTTP_201_CREATED,
    dependencies=[MAY_WAIT],
)
async def draft_release_plan(
    round_id: UUID, plans: DraftPlan, response: Response, draft: ReleasePlanDraft | None = None
) -> ReleasePlanView:
    """Have the vault plan a release of a locked round: what it would let out and what not.

    Nobody sees a value of it, nor a count of what would be withheld. The plan is looked at beside
    all that was ever released of the same items and periods. Plans that nobody publishes are
    trials: so many as the charter says, each in the ledger (DR-14). It may take a while: with
    `Prefer: respond-async` a job does it, which tells how far it is in per cent and can be
    cancelled.
    """
    plan = await plans.plan(round_id, draft or ReleasePlanDraft())
    response.headers["location"] = f"/v1/release-plans/{plan.id}"
    return plan


@router.get("/rounds/{round_id}/release-plans")
async def list_release_plans(
    round_id: UUID, plans: ReadPlans, asked: Asked
) -> Rendered[Page[ReleasePlanView]]:
    """List the release plans of a round in the order they were drafted."""
    return await plans.page(round_id, asked)


@router.get("/release-plans/{release_plan_id}")
async def get_release_plan(
    release_plan_id: UUID, plans: ReadPlans, fields: Fields = None
) -> Rendered[ReleasePlanView]:
    """Read one release plan."""
    return await plans.get(release_plan_id, fields)


@router.get("/release-plans/{release_plan_id}/cells")
async def list_planned_cells(
    release_plan_id: UUID,
    plans: ReadPlans,
    asked: Asked,
    item: Items = None,
    basis: Bases = None,
    group: Groups = None,
    verdict: Annotated[list[CellStatus] | None, Query(max_length=2)] = None,
) -> Rendered[Page[PlannedCellView]]:
    """List the cells of a plan: for each item the consortium, then each peer group."""
    only = {"item": item, "basis": basis, "group": group, "verdict": verdict}
    return await plans.cells(release_plan_id, asked, only)


@router.get("/release-plans/{release_plan_id}/comparison")
async def compare_release_plans(
    release_plan_id: UUID,
    plans: ReadPlans,
    with_: Annotated[Id, Query(alias="with", description="Another plan of the same round.")],
) -> PlanComparisonView:
    """Compare two plans of a round: which cells would go out with one and not with the other."""
    return await plans.comparison(release_plan_id, with_)


@router.post(
    "/rounds/{round_id}/releases", status_code=status.HTTP_201_CREATED, dependencies=[MAY_WAIT]
)
async def publish_release(
    round_id: UUID, draft: ReleaseDraft, releases: PublishRelease, response: Response
) -> ReleaseView:
    """Publish a plan of a locked round; what is released is never changed (DR-09).

    The figures are computed anew inside the vault, which keeps whose answers they stand for. If a
    verdict has changed since the plan was drafted, a 409 asks for a new plan. All that is out is
    then audited together once more, and the release gets its certificate. After corrections the
    next release waits until enough contributors changed together (`pending_batch`).
    """
    release = await releases.publish(round_id, draft)
    response.headers["location"] = f"/v1/releases/{release.id}"
    return release


@router.get("/rounds/{round_id}/releases")
async def list_releases(
    round_id: UUID, releases: ReadReleases, asked: Asked
) -> Rendered[Page[ReleaseView]]:
    """List what a round released, for districts that shared in it and the staff (TR-24)."""
    return await releases.page(round_id, asked)


@router.get("/releases/{release_id}")
async def get_release(
    release_id: UUID, releases: ReadReleases, fields: Fields = None
) -> Rendered[ReleaseView]:
    """Read one release: when it was made and of how many cells; the figures are a list apart."""
    return await releases.get(release_id, fields)


@router.get("/releases/{release_id}/cells")
async def list_cells(
    release_id: UUID,
    releases: ReadReleases,
    asked: Asked,
    item: Items = None,
    basis: Bases = None,
    group: Groups = None,
) -> Rendered[Page[CellView]]:
    """List the figures of a release: for each item the consortium, then each peer group.

    They come in the order of the instrument and of the groups, and in no other (TR-25).
    """
    only = {"item": item, "basis": basis, "group": group}
    return await releases.cells(release_id, asked, only)
