"""The endpoints of data keys."""

from uuid import UUID

from fastapi import APIRouter

from app.data_keys.access import ReadDataKeys, RotateDataKey
from app.data_keys.schemas import DataKeyView, RotationView
from app.paging import Asked, Page
from app.rendered import Rendered
from app.wire.later import MAY_WAIT
from app.wire.route import Route

router = APIRouter(
    prefix="/v1/districts/{district_id}/data-keys", tags=["departures"], route_class=Route
)


@router.get("")
async def list_data_keys(
    district_id: UUID, keys: ReadDataKeys, asked: Asked
) -> Rendered[Page[DataKeyView]]:
    """List the versions of the data key that seals your district's answers, the oldest first.

    More than one is there for an hour or so after a rotation. A key itself is shown to nobody.
    """
    return await keys.page(district_id, asked)


@router.post("/rotate", dependencies=[MAY_WAIT])
async def rotate_data_key(district_id: UUID, keys: RotateDataKey) -> RotationView:
    """Make a new data key and seal every answer of your district under it, all or nothing.

    What was sealed under the older key is sealed anew: answers in every version, why the district
    withdrew, and introductions. The older key is deleted within some hours, when nothing needs it.
    A district that has confirmed that it leaves is refused (409, TR-28), and so is one that has
    answered nothing yet. Where there is much to seal it may take a while: with
    `Prefer: respond-async` a job does it, which tells how much is done and can be cancelled.
    """
    return await keys.rotate(district_id)
