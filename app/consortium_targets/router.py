"""The endpoints of the consortium's targets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.consortium_targets.access import ReadConsortiumTargets
from app.consortium_targets.schemas import ConsortiumTargetView
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code, FlagText, Id, SchoolYear
from app.wire.route import Route

router = APIRouter(prefix="/v1/consortium-targets", tags=["consortium targets"], route_class=Route)


@router.get("")
async def list_consortium_targets(
    targets: ReadConsortiumTargets,
    asked: Asked,
    *,
    topic_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    instrument_code: Annotated[list[Code] | None, Query(max_length=60)] = None,
    item_code: Annotated[list[Code] | None, Query(max_length=60)] = None,
    period: Annotated[list[SchoolYear] | None, Query(max_length=20)] = None,
    superseded: Annotated[
        FlagText, Query(description="List those too that a later motion replaced.")
    ] = False,
) -> Rendered[Page[ConsortiumTargetView]]:
    """List what the members aim for together, by period: each was adopted at a meeting (TR-20)."""
    only = {
        "topic_id": topic_id,
        "instrument_code": instrument_code,
        "item_code": item_code,
        "period": period,
    }
    return await targets.page(asked, only, superseded=superseded)


@router.get("/{target_id}")
async def get_consortium_target(
    target_id: UUID, targets: ReadConsortiumTargets, fields: Fields = None
) -> Rendered[ConsortiumTargetView]:
    """Read one target, and whether it is in force still; its motion says what was decided."""
    return await targets.get(target_id, fields)
