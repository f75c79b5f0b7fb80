"""The endpoints of meetings and motions."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from app.meetings.access import DecideMotion, ReadMeetings, RecordMeeting
from app.meetings.schemas import MeetingDraft, MeetingView, MotionDraft, MotionView, Vote
from app.paging import Asked, Page
from app.rendered import Rendered
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["meetings"], route_class=Route)


@router.get("/meetings")
async def list_meetings(meetings: ReadMeetings, asked: Asked) -> Rendered[Page[MeetingView]]:
    """List the meetings by the day they are held, the earliest first."""
    return await meetings.page(asked)


@router.get("/meetings/{meeting_id}")
async def get_meeting(meeting_id: UUID, meetings: ReadMeetings) -> Rendered[MeetingView]:
    """Read one meeting; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await meetings.get(meeting_id)


@router.post("/meetings", status_code=status.HTTP_201_CREATED)
async def record_meeting(
    draft: MeetingDraft, meetings: RecordMeeting, response: Response
) -> MeetingView:
    """Record a meeting of the members, so that motions can be put to it."""
    meeting = await meetings.record(draft)
    response.headers["location"] = f"/v1/meetings/{meeting.id}"
    return MeetingView.model_validate(meeting)


@router.get("/meetings/{meeting_id}/motions")
async def list_motions(
    meeting_id: UUID, meetings: ReadMeetings, asked: Asked
) -> Rendered[Page[MotionView]]:
    """List the motions of a meeting in the order they were put."""
    return await meetings.motions(meeting_id, asked)


@router.post("/meetings/{meeting_id}/motions", status_code=status.HTTP_201_CREATED)
async def put_motion(
    meeting_id: UUID, draft: MotionDraft, meetings: RecordMeeting, response: Response
) -> MotionView:
    """Put a motion to a meeting: to adopt a topic, or to shorten the review of rounds.

    A topic that is not there is a fault at `/topic_id`. The motion does nothing until the meeting
    has decided.
    """
    motion = await meetings.put(meeting_id, draft)
    response.headers["location"] = f"/v1/motions/{motion.id}"
    return MotionView.model_validate(motion)


@router.get("/motions/{motion_id}")
async def get_motion(motion_id: UUID, meetings: ReadMeetings) -> Rendered[MotionView]:
    """Read one motion and what the meeting decided on it."""
    return await meetings.motion(motion_id)


@router.post("/motions/{motion_id}/adopt")
async def adopt_motion(motion_id: UUID, vote: Vote, meetings: DecideMotion) -> MotionView:
    """Record that a motion was carried; a topic it names is adopted in the same transaction.

    Refused by TR-20 before the day of the meeting, where not more voted for it than against, and
    where its topic was adopted or retired meanwhile.
    """
    return MotionView.model_validate(await meetings.adopt(motion_id, vote))


@router.post("/motions/{motion_id}/reject")
async def reject_motion(motion_id: UUID, vote: Vote, meetings: DecideMotion) -> MotionView:
    """Record that a motion was lost; what it asked for stays as it is.

    Refused by TR-20 before the day of the meeting.
    """
    return MotionView.model_validate(await meetings.reject(motion_id, vote))
