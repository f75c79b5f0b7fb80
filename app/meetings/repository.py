"""The statements about meetings and motions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from app.db import Base
from app.instruments.models import Instrument, Item
from app.meetings.models import Meeting, Minutes, Motion
from app.meetings.schemas import MeetingOrder, MeetingView, MotionView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.rules.meetings import Course
from app.problems import NotFound
from app.rendered import Rendered
from app.topics.models import Topic
from app.vocabulary import MotionKind, MotionState

EVERY_MEETING = select(Meeting.id, Meeting.title, Meeting.held_on, Meeting.version)
MEETING = Reading(
    EVERY_MEETING.where(Meeting.id == bindparam("sought")), MeetingView, version="version"
)
MEETINGS = Listing(
    EVERY_MEETING,
    MeetingView,
    by=[Meeting.held_on, Meeting.id],
    since={"held_on_gte": Meeting.held_on},
    sorts={"held_on": Meeting.held_on, "title": Meeting.title},
)
EVERY_MOTION = select(*(getattr(Motion, name) for name in MotionView.model_fields))
MOTION = Reading(
    EVERY_MOTION.where(Motion.id == bindparam("sought")), MotionView, version="version"
)
MOTIONS = Listing(
    EVERY_MOTION.where(Motion.meeting_id == bindparam("meeting")),
    MotionView,
    by=[Motion.id],
    filters={"kind": Motion.kind, "state": Motion.state},
)


class MeetingReadings:
    """Meetings as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, meeting_id: UUID, fields: str | None) -> Rendered[MeetingView]:
        """Find one meeting, or raise ``NotFound``."""
        meeting = await self._reader.one(MEETING, fields, sought=meeting_id)
        if meeting is None:
            raise NotFound
        return meeting

    async def page(
        self, wanted: Wanted, sort: MeetingOrder | None, *, since: date | None
    ) -> Rendered[Page[MeetingView]]:
        """List the meetings, by the day they are held unless sorted otherwise."""
        return await self._reader.page(MEETINGS, wanted, sort=sort, only={"held_on_gte": since})

    async def motion(self, motion_id: UUID, fields: str | None) -> Rendered[MotionView]:
        """Find one motion, or raise ``NotFound``."""
        motion = await self._reader.one(MOTION, fields, sought=motion_id)
        if motion is None:
            raise NotFound
        return motion

    async def motions(
        self,
        meeting_id: UUID,
        wanted: Wanted,
        *,
        kind: Sequence[MotionKind] | None,
        state: Sequence[MotionState] | None,
    ) -> Rendered[Page[MotionView]]:
        """List the motions of a meeting in the order they were put, or raise ``NotFound``."""
        if await self._reader.row(MEETING, sought=meeting_id) is None:
            raise NotFound
        only = {"kind": kind, "state": state}
        return await self._reader.page(MOTIONS, wanted, only=only, meeting=meeting_id)


class MeetingRepository:
    """Meetings and motions as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def meeting(self, meeting_id: UUID) -> Meeting:
        """Find one meeting, or raise ``NotFound``."""
        meeting = await self._session.scalar(select(Meeting).where(Meeting.id == meeting_id))
        if meeting is None:
            raise NotFound
        return meeting

    async def states(self, meeting_id: UUID) -> list[MotionState]:
        """List what became of each motion of a meeting."""
        found = await self._session.scalars(
            select(Motion.state).where(Motion.meeting_id == meeting_id)
        )
        return list(found)

    async def motion(self, motion_id: UUID) -> Motion:
        """Find one motion, or raise ``NotFound``."""
        motion = await self._session.scalar(select(Motion).where(Motion.id == motion_id))
        if motion is None:
            raise NotFound
        return motion

    async def topic(self, topic_id: UUID) -> Topic | None:
        """Find the topic that a motion is about."""
        return await self._session.scalar(select(Topic).where(Topic.id == topic_id))

    async def item(self, topic_id: UUID, instrument_code: str, item_code: str) -> Item | None:
        """Find the item of a topic in the newest edition of its instrument that has it."""
        return await self._session.scalar(
            select(Item)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .where(Instrument.code == instrument_code, Item.code == item_code)
            .where(Item.topic_id == topic_id)
            .order_by(Instrument.edition.desc())
            .limit(1)
        )

    async def course(self, meeting_id: UUID) -> Course:
        """Say how far a meeting has come."""
        approved = select(Minutes.approved_at).where(Minutes.meeting_id == meeting_id)
        return Course(await self._session.scalar(approved), await self.states(meeting_id))

    async def add(self, row: Base) -> None:
        """Keep a new meeting or motion, or what a motion adds."""
        self._session.add(row)
        await self._session.flush()

    async def save(self) -> None:
        """Write what was changed so far, so that the database sees it."""
        await self._session.flush()
