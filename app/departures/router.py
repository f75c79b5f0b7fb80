"""The endpoints of leaving: departures and exports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from app.departures.access import (
    AnnounceDeparture,
    CancelDeparture,
    ConfirmDeparture,
    ReadDepartures,
    ReadExport,
)
from app.departures.schemas import (
    ConfirmationDraft,
    DepartureView,
    ExportedAnswer,
    ExportedWithdrawal,
)
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.vocabulary import DepartureState
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["departures"], route_class=Route)
DEPARTURE = "/districts/{district_id}/departure"
EXPORT = "/districts/{district_id}/export"


@router.get("/departures")
async def list_departures(
    departures: ReadDepartures,
    asked: Asked,
    state: Annotated[list[DepartureState] | None, Query(max_length=4)] = None,
) -> Rendered[Page[DepartureView]]:
    """List the departures of your district, or for the consortium's staff of every district."""
    return await departures.page(asked, state=state)


@router.get(DEPARTURE)
async def get_departure(
    district_id: UUID, departures: ReadDepartures, fields: Fields = None
) -> Rendered[DepartureView]:
    """Read how far a district has come with leaving; 404 where it never began to."""
    return await departures.newest(district_id, fields)


@router.post(DEPARTURE, status_code=status.HTTP_201_CREATED)
async def announce_departure(
    district_id: UUID, departures: AnnounceDeparture
) -> Rendered[DepartureView]:
    """Announce that your district leaves the consortium: nothing changes until it is confirmed.

    Then export what the district answered, and confirm. A second announcement is refused (409).
    """
    return await departures.announce(district_id)


@router.post(f"{DEPARTURE}/confirm")
async def confirm_departure(
    district_id: UUID, draft: ConfirmationDraft, departures: ConfirmDeparture
) -> Rendered[DepartureView]:
    """Confirm that your district leaves, by telling how many versions of answers you exported.

    Another number than there are is refused (409, TR-28): something is missing in the export, or
    was entered since. From then on the district enters, corrects and attests nothing more. Its
    answers are held until `held_until`, as long as the charter says, and shredded then: their key
    is destroyed, and nobody can open them again, from a backup either. Until then you may cancel.
    """
    return await departures.confirm(district_id, draft)


@router.post(f"{DEPARTURE}/cancel")
async def cancel_departure(
    district_id: UUID, departures: CancelDeparture
) -> Rendered[DepartureView]:
    """Stay in the consortium: possible until the hold is over, then refused (409, TR-28)."""
    return await departures.cancel(district_id)


@router.get(f"{EXPORT}/answers")
async def export_answers(
    district_id: UUID, export: ReadExport, asked: Asked
) -> Rendered[Page[ExportedAnswer]]:
    """Export every version of every answer your district gave, with question and round.

    The order is that in which they were entered; as CSV or JSON Lines (`format`) up to 10,000 come
    at once, and `Link` names where to go on. `include_total` of JSON tells how many there are.
    """
    return await export.answers(district_id, asked)


@router.get(f"{EXPORT}/withdrawals")
async def export_withdrawals(
    district_id: UUID, export: ReadExport, asked: Asked
) -> Rendered[Page[ExportedWithdrawal]]:
    """Export why your district took its answers out of rounds, each time it did."""
    return await export.withdrawals(district_id, asked)
