"""The endpoint of distances to the consortium's targets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.distances.access import ReadDistance
from app.distances.schemas import DistanceView
from app.scalars import Id
from app.wire.route import Route

router = APIRouter(prefix="/v1/consortium-targets", tags=["consortium targets"], route_class=Route)


@router.get("/{target_id}/position")
async def get_consortium_target_position(
    target_id: UUID,
    distances: ReadDistance,
    district_id: Annotated[Id, Query(description="Your own district.")],
) -> DistanceView:
    """Read how far your own district's answer is from what the members aim for together.

    It is told of one district, to that district; nobody can ask who else is how far (TR-25).
    """
    return await distances.distance(target_id, district_id)
