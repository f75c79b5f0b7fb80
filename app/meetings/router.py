"""The endpoints of meetings and motions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from app.meetings.access import DecideMotion, ReadMeetings, RecordMeeting, ReviseMeeting
from app.meetings.schemas import (
    MeetingDraft,
    MeetingOrder,
    MeetingRevision,
    MeetingView,
    MotionDraft,
    MotionRevision,
    MotionView,
    Vote,
)
from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Day
from app.vocabulary import MotionKind, MotionState
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["meetings"], route_class=Route)


@router.get("/meetings")
async def list_meetings(
    meetings: ReadMeetings,
    asked: Asked,
    sort: Annotated[MeetingOrder | None, Query(description=SORT)] = None,
    held_on_gte: Annotated[Day | None, Query(description="Held on this day or later.")] = None,
) -> Rendered[Page[MeetingView]]:
    """List the meetings by the day they are held, the earliest first."""
    return await meetings.page(asked, sort, since=held_on_gte)


@router.get("/meetings/{meeting_id}")
async def get_meeting(
    meeting_id: UUID, meetings: ReadMeetings, fields: Fields = None
) -> Rendered[MeetingView]:
    """Read one meeting; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await meetings.get(meeting_id, fields)


@router.post("/meetings", status_code=status.HTTP_201_CREATED)
async def record_meeting(draft: MeetingDraft, meetings: RecordMeeting) -> Rendered[MeetingView]:
    """Record a meeting of the members, so that motions can be put to it."""
    return await meetings.record(draft)


@router.patch("/meetings/{meeting_id}")
async def revise_meeting(
    meeting_id: UUID, changes: MeetingRevision, meetings: ReviseMeeting
) -> Rendered[MeetingView]:
    """Correct a meeting's title or day; TR-20 refuses that once it has decided on a motion."""
    return await meetings.revise(meeting_id, changes)


@router.get("/meetings/{meeting_id}/motions")
async def list_motions(
    meeting_id: UUID,
    meetings: ReadMeetings,
    asked: Asked,
    kind: Annotated[list[MotionKind] | None, Query(max_length=4)] = None,
    state: Annotated[list[MotionState] | None, Query(max_length=3)] = None,
) -> Rendered[Page[MotionView]]:
    """List the motions of a meeting in the order they were put."""
    return await meetings.motions(meeting_id, asked, kind=kind, state=state)


@router.post("/meetings/{meeting_id}/motions", status_code=status.HTTP_201_CREATED)
async def put_motion(
    meeting_id: UUID, draft: MotionDraft, meetings: RecordMeeting
) -> Rendered[MotionView]:
    """Put a motion to a meeting; it does nothing until the meeting has adopted it.

    Its `kind` says what it asks for: to adopt a topic, to shorten the review of the rounds that
    name it, to set a parameter of the charter, or to set a target that the members share. What it
    names and is not there is a fault at its place. TR-20 refuses a parameter out of its range
    (422), and any motion once the minutes of the meeting are approved (409).
    """
    return await meetings.put(meeting_id, draft)


@router.get("/motions/{motion_id}")
async def get_motion(
    motion_id: UUID, meetings: ReadMeetings, fields: Fields = None
) -> Rendered[MotionView]:
    """Read one motion and what the meeting decided on it."""
    return await meetings.motion(motion_id, fields)


@router.patch("/motions/{motion_id}")
async def reword_motion(
    motion_id: UUID, changes: MotionRevision, meetings: ReviseMeeting
) -> Rendered[MotionView]:
    """Reword a motion that waits; TR-20 refuses that once the meeting has decided on it."""
    return await meetings.reword(motion_id, changes)


@router.post("/motions/{motion_id}/adopt")
async def adopt_motion(motion_id: UUID, vote: Vote, meetings: DecideMotion) -> Rendered[MotionView]:
    """Record that a motion was carried; what it says is done in the same transaction.

    A topic is adopted, a target is set, or the next version of the charter is in force. Refused by
    TR-20 before the day of the meeting, where not more voted for it than against, where its topic
    was adopted or retired meanwhile, and where a parameter does not go together with another.
    """
    return await meetings.adopt(motion_id, vote)


@router.post("/motions/{motion_id}/reject")
async def reject_motion(
    motion_id: UUID, vote: Vote, meetings: DecideMotion
) -> Rendered[MotionView]:
    """Record that a motion was lost; what it asked for stays as it is.

    Refused by TR-20 before the day of the meeting.
    """
    return await meetings.reject(motion_id, vote)
