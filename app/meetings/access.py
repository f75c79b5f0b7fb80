"""Who gets what of meetings and motions."""

from typing import Annotated

from app.meetings.repository import MeetingReadings
from app.meetings.service import MeetingService
from app.policy import Action, allowed

ReadMeetings = Annotated[MeetingReadings, allowed(MeetingReadings, Action.MEETING_READ)]
RecordMeeting = Annotated[MeetingService, allowed(MeetingService, Action.MEETING_RECORD)]
ReviseMeeting = Annotated[
    MeetingService, allowed(MeetingService, Action.MEETING_RECORD, match=True)
]
DecideMotion = Annotated[MeetingService, allowed(MeetingService, Action.MOTION_DECIDE)]
