"""The endpoints of completeness."""

from uuid import UUID

from fastapi import APIRouter

from app.completeness.access import ReadCompleteness
from app.completeness.schemas import CompletenessSummary, CompletenessView
from app.paging import Asked, Page
from app.rendered import Rendered
from app.wire.route import Route

router = APIRouter(prefix="/v1/rounds/{round_id}/completeness", tags=["rounds"], route_class=Route)


@router.get("")
async def list_completeness(
    round_id: UUID, completeness: ReadCompleteness, asked: Asked
) -> Rendered[Page[CompletenessView]]:
    """List how far each district has come with a round, by name; no value is told.

    The consortium's staff sees every active member and whoever has begun, a district itself alone.
    """
    return await completeness.page(round_id, asked)


@router.get("/summary")
async def summarise_completeness(
    round_id: UUID, completeness: ReadCompleteness
) -> Rendered[CompletenessSummary]:
    """Count the districts of the list by where they stand; a district is told of itself alone."""
    return await completeness.summary(round_id)
