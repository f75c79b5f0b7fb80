"""The endpoints of the charter."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.charter.access import ReadCharter
from app.charter.schemas import CharterVersionView, CharterView
from app.paging import Asked, Page
from app.rendered import Rendered
from app.scalars import WholeNumberText
from app.wire.route import Route

router = APIRouter(prefix="/v1/charter", tags=["charter"], route_class=Route)


@router.get("", responses={404: {}})
async def get_charter(
    charter: ReadCharter,
    version: Annotated[
        int | None,
        WholeNumberText(ge=1, le=1_000_000),
        Query(description="Of which version the numbers are; the one in force if left out."),
    ] = None,
) -> Rendered[CharterView]:
    """Read the trust charter: every rule in one sentence, the value it serves, and its numbers.

    A round keeps the version that was in force when it opened; an adopted motion makes the next
    (TR-20). `in_force` of a rule is false where nothing keeps it yet. Anybody may read it.
    """
    return await charter.get(version)


@router.get("/versions")
async def list_charter_versions(
    charter: ReadCharter, asked: Asked
) -> Rendered[Page[CharterVersionView]]:
    """List every version of the charter's numbers, with the motion and the day that made each."""
    return await charter.page(asked)
