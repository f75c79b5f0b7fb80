"""The endpoints of agendas, attendance and minutes."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, status

from app.paging import Asked, Fields, Page
from app.proceedings.access import ReadProceedings, RecordProceedings, ReviseProceedings
from app.proceedings.markdown import in_markdown
from app.proceedings.schemas import (
    AgendaItemDraft,
    AgendaItemRevision,
    AgendaItemView,
    AttendanceContent,
    AttendanceView,
    MinutesView,
)
from app.rendered import Rendered
from app.vocabulary import Presence
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["meetings"], route_class=Route)
MARKDOWN = "text/markdown"


class MinutesForm(StrEnum):
    """How minutes are written."""

    JSON = "json"
    MARKDOWN = "markdown"


async def form_of(
    request: Request,
    format: Annotated[  # noqa: A002 - the name of the parameter
        MinutesForm | None,
        Query(description="How the minutes are written; if left out, as `Accept` says."),
    ] = None,
) -> MinutesForm:
    """Choose how minutes are written."""
    accept = request.headers.get("accept", "")
    asked = MinutesForm.MARKDOWN if MARKDOWN in accept else MinutesForm.JSON
    return format or asked


@router.get("/meetings/{meeting_id}/agenda")
async def list_agenda(
    meeting_id: UUID, proceedings: ReadProceedings, asked: Asked
) -> Rendered[Page[AgendaItemView]]:
    """List the agenda of a meeting in its order."""
    return await proceedings.agenda(meeting_id, asked)


@router.post("/meetings/{meeting_id}/agenda", status_code=status.HTTP_201_CREATED)
async def put_on_agenda(
    meeting_id: UUID, draft: AgendaItemDraft, proceedings: RecordProceedings
) -> Rendered[AgendaItemView]:
    """Put a point on the agenda; TR-20 refuses that once the minutes are approved."""
    return await proceedings.put(meeting_id, draft)


@router.get("/agenda-items/{item_id}")
async def get_agenda_item(
    item_id: UUID, proceedings: ReadProceedings, fields: Fields = None
) -> Rendered[AgendaItemView]:
    """Read one point of an agenda, and what the minutes say of it."""
    return await proceedings.point(item_id, fields)


@router.patch("/agenda-items/{item_id}")
async def revise_agenda_item(
    item_id: UUID, changes: AgendaItemRevision, proceedings: ReviseProceedings
) -> Rendered[AgendaItemView]:
    """Move or reword a point, or write down what the minutes say of it, until they are approved."""
    return await proceedings.revise(item_id, changes)


@router.delete("/agenda-items/{item_id}", status_code=status.HTTP_204_NO_CONTENT)
async def take_off_agenda(item_id: UUID, proceedings: ReviseProceedings) -> None:
    """Take a point off the agenda, until the minutes are approved."""
    await proceedings.take_off(item_id)


@router.get("/meetings/{meeting_id}/attendance")
async def list_attendance(
    meeting_id: UUID,
    proceedings: ReadProceedings,
    asked: Asked,
    presence: Annotated[list[Presence] | None, Query(max_length=3)] = None,
) -> Rendered[Page[AttendanceView]]:
    """List which districts took part in a meeting, and who spoke for each."""
    return await proceedings.attendance(meeting_id, asked, presence)


@router.get("/meetings/{meeting_id}/attendance/{district_id}")
async def get_attendance(
    meeting_id: UUID, district_id: UUID, proceedings: ReadProceedings
) -> Rendered[AttendanceView]:
    """Read whether a district took part in a meeting."""
    return await proceedings.attended(meeting_id, district_id)


@router.put(
    "/meetings/{meeting_id}/attendance/{district_id}", responses={201: {"model": AttendanceView}}
)
async def put_attendance(
    meeting_id: UUID,
    district_id: UUID,
    content: AttendanceContent,
    proceedings: ReviseProceedings,
) -> Rendered[AttendanceView]:
    """Record whether a district took part (201), or correct it (200, with its ETag in If-Match)."""
    return await proceedings.attend(meeting_id, district_id, content)


@router.get(
    "/meetings/{meeting_id}/minutes",
    responses={200: {"content": {MARKDOWN: {"schema": {"type": "string"}}}}},
)
async def get_minutes(
    meeting_id: UUID,
    proceedings: ReadProceedings,
    form: Annotated[MinutesForm, Depends(form_of)],
) -> Rendered[MinutesView]:
    """Read the minutes of a meeting as JSON, or as `text/markdown`.

    They are made of its agenda, its attendance and its decisions, until they are approved; from
    then on they are as they were approved.
    """
    minutes = await proceedings.minutes(meeting_id)
    headers = {"cache-control": "private, no-cache", "vary": "Accept"}
    if form is MinutesForm.MARKDOWN:
        return Rendered(in_markdown(minutes), headers=headers, media_type=MARKDOWN)
    return Rendered(minutes.model_dump_json(), headers=headers)


@router.post("/meetings/{meeting_id}/minutes/approve")
async def approve_minutes(meeting_id: UUID, proceedings: RecordProceedings) -> MinutesView:
    """Record that the minutes were approved; what they tell is not changed from then on.

    Refused by TR-20 before the day of the meeting, while a motion of it waits, and a second time.
    """
    return await proceedings.approve(meeting_id)
