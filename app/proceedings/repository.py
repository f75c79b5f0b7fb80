"""The statements about agendas, attendance and minutes."""

from collections import Counter
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.districts.models import District
from app.meetings.models import Meeting, Minutes, Motion
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.rules.meetings import Course
from app.problems import NotFound
from app.proceedings.models import AgendaItem, Attendance
from app.proceedings.schemas import (
    AgendaItemView,
    AttendanceView,
    Attended,
    Decision,
    MinutesView,
    Point,
)
from app.rendered import Rendered
from app.scalars import View
from app.topics.models import Topic
from app.vocabulary import MinutesState, Presence

Row = TypeVar("Row")


class MeetingTold(View):
    """A meeting, and its minutes as they were approved, if they were."""

    meeting_id: UUID
    title: str
    held_on: date
    content: dict[str, Any] | None


MEETING_ID: Final[Any] = bindparam("meeting")
EVERY_POINT = select(*(getattr(AgendaItem, name) for name in AgendaItemView.model_fields))
POINT = Reading(
    EVERY_POINT.where(AgendaItem.id == bindparam("sought")), AgendaItemView, version="version"
)
AGENDA = Listing(
    EVERY_POINT.where(AgendaItem.meeting_id == MEETING_ID),
    AgendaItemView,
    by=[AgendaItem.position, AgendaItem.id],
)
EVERY_ATTENDANCE = select(*(getattr(Attendance, name) for name in AttendanceView.model_fields))
ATTENDED = Reading(
    EVERY_ATTENDANCE.where(
        Attendance.meeting_id == MEETING_ID, Attendance.district_id == bindparam("district")
    ),
    AttendanceView,
    version="version",
)
ATTENDANCE = Listing(
    EVERY_ATTENDANCE.where(Attendance.meeting_id == MEETING_ID),
    AttendanceView,
    by=[Attendance.district_id],
    filters={"presence": Attendance.presence},
)
MEETING = select(
    Meeting.id.label("meeting_id"), Meeting.title, Meeting.held_on, Minutes.content
).outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
DISTRICTS = (
    select(
        Attendance.district_id,
        District.name.label("district"),
        Attendance.presence,
        Attendance.representative,
    )
    .join(District, District.id == Attendance.district_id)
    .order_by(District.name, District.id)
)
POINTS = (
    select(
        *(getattr(AgendaItem, name) for name in Point.model_fields if name != "topic"),
        Topic.title.label("topic"),
    )
    .outerjoin(Topic, Topic.id == AgendaItem.topic_id)
    .order_by(AgendaItem.position, AgendaItem.id)
)
DECISIONS = select(*(getattr(Motion, name) for name in Decision.model_fields)).order_by(Motion.id)
TOLD = Reading(MEETING.where(Meeting.id == MEETING_ID), MeetingTold, never_null=["meeting_id"])
TOLD_DISTRICTS = Reading(
    DISTRICTS.where(Attendance.meeting_id == MEETING_ID), Attended, never_null=["district"]
)
TOLD_POINTS = Reading(POINTS.where(AgendaItem.meeting_id == MEETING_ID), Point)
TOLD_DECISIONS = Reading(DECISIONS.where(Motion.meeting_id == MEETING_ID), Decision)


class ProceedingReadings:
    """Agendas, attendance and minutes as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def point(self, point_id: UUID, fields: str | None) -> Rendered[AgendaItemView]:
        """Find one point of an agenda, or raise ``NotFound``."""
        point = await self._reader.one(POINT, fields, sought=point_id)
        if point is None:
            raise NotFound
        return point

    async def agenda(self, meeting_id: UUID, wanted: Wanted) -> Rendered[Page[AgendaItemView]]:
        """List the agenda of a meeting in its order, or raise ``NotFound``."""
        await self._require(meeting_id)
        return await self._reader.page(AGENDA, wanted, meeting=meeting_id)

    async def attendance(
        self, meeting_id: UUID, wanted: Wanted, presence: list[Presence] | None
    ) -> Rendered[Page[AttendanceView]]:
        """List which districts took part, or raise ``NotFound``."""
        await self._require(meeting_id)
        only = {"presence": presence}
        return await self._reader.page(ATTENDANCE, wanted, only=only, meeting=meeting_id)

    async def attended(self, meeting_id: UUID, district_id: UUID) -> Rendered[AttendanceView]:
        """Find whether a district took part, or raise ``NotFound``."""
        found = await self._reader.one(ATTENDED, meeting=meeting_id, district=district_id)
        if found is None:
            raise NotFound
        return found

    async def minutes(self, meeting_id: UUID) -> MinutesView:
        """Give the minutes as they were approved, or made of the records, or ``NotFound``."""
        meeting = await self._require(meeting_id)
        if meeting.content is not None:
            return MinutesView.model_validate(meeting.content)
        told = {"meeting": meeting_id}
        return drawn_up(
            meeting,
            await self._reader.rows(TOLD_DISTRICTS, **told),
            await self._reader.rows(TOLD_POINTS, **told),
            await self._reader.rows(TOLD_DECISIONS, **told),
        )

    async def _require(self, meeting_id: UUID) -> MeetingTold:
        """Find a meeting, or raise ``NotFound``."""
        meeting = await self._reader.row(TOLD, meeting=meeting_id)
        if meeting is None:
            raise NotFound
        return meeting


class ProceedingRepository:
    """Agendas, attendance and minutes as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self.session: AsyncSession = grant.session

    async def meeting(self, meeting_id: UUID) -> Meeting:
        """Find a meeting, or raise ``NotFound``."""
        statement = select(Meeting).where(Meeting.id == meeting_id)
        return required(await self.session.scalar(statement))

    async def point(self, point_id: UUID) -> AgendaItem:
        """Find a point of an agenda, or raise ``NotFound``."""
        statement = select(AgendaItem).where(AgendaItem.id == point_id)
        return required(await self.session.scalar(statement))

    async def course(self, meeting_id: UUID) -> Course:
        """Say how far a meeting has come."""
        approved = select(Minutes.approved_at).where(Minutes.meeting_id == meeting_id)
        states = select(Motion.state).where(Motion.meeting_id == meeting_id)
        found = await self.session.scalars(states)
        return Course(await self.session.scalar(approved), list(found))

    async def there(self, of: type[Topic | District], sought: UUID) -> bool:
        """Say whether there is such a topic, or district."""
        return await self.session.scalar(select(of.id).where(of.id == sought)) is not None

    async def motion_of(self, meeting_id: UUID, motion_id: UUID) -> bool:
        """Say whether a motion was put to a meeting."""
        sought = select(Motion.id).where(Motion.id == motion_id, Motion.meeting_id == meeting_id)
        return await self.session.scalar(sought) is not None

    async def attended(self, meeting_id: UUID, district_id: UUID) -> Attendance | None:
        """Find what is recorded of a district."""
        return await self.session.scalar(
            select(Attendance).where(
                Attendance.meeting_id == meeting_id, Attendance.district_id == district_id
            )
        )

    async def minutes(self, meeting: Meeting) -> MinutesView:
        """Make the minutes of the records of a meeting."""
        rows = [
            (await self.session.execute(statement.where(of.meeting_id == meeting.id))).mappings()
            for statement, of in (
                (DISTRICTS, Attendance),
                (POINTS, AgendaItem),
                (DECISIONS, Motion),
            )
        ]
        told = MeetingTold(
            meeting_id=meeting.id, title=meeting.title, held_on=meeting.held_on, content=None
        )
        return drawn_up(
            told,
            [Attended.model_validate(dict(each)) for each in rows[0]],
            [Point.model_validate(dict(each)) for each in rows[1]],
            [Decision.model_validate(dict(each)) for each in rows[2]],
        )

    async def add(self, row: AgendaItem | Attendance | Minutes) -> None:
        """Keep a new row."""
        self.session.add(row)
        await self.session.flush()


def required(row: Row | None) -> Row:
    """Return what was found, or raise ``NotFound``."""
    if row is None:
        raise NotFound
    return row


def drawn_up(
    meeting: MeetingTold, attended: list[Attended], agenda: list[Point], decided: list[Decision]
) -> MinutesView:
    """Make the draft of minutes of the records of a meeting."""
    counts = Counter(each.presence for each in attended)
    return MinutesView(
        meeting_id=meeting.meeting_id,
        title=meeting.title,
        held_on=meeting.held_on,
        state=MinutesState.DRAFT,
        approved_at=None,
        present=counts[Presence.PRESENT],
        excused=counts[Presence.EXCUSED],
        absent=counts[Presence.ABSENT],
        attendance=attended,
        agenda=agenda,
        decisions=decided,
    )
