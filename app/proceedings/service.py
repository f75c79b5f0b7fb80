"""What is recorded of a meeting, until its minutes are approved (TR-20)."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.districts.models import District
from app.meetings.models import Minutes
from app.policy import Grant
from app.policy.rules.meetings import minutes_are_open, nothing_waits
from app.policy.rules.rounds import Sitting, meeting_was_held
from app.problems import Fault, Invalid, NotFound
from app.proceedings.models import AgendaItem, Attendance
from app.proceedings.repository import ATTENDED, POINT, ProceedingRepository
from app.proceedings.schemas import (
    AgendaItemDraft,
    AgendaItemRevision,
    AgendaItemView,
    AttendanceContent,
    AttendanceView,
    MinutesView,
)
from app.rendered import Rendered
from app.topics.models import Topic
from app.vocabulary import MinutesState


class ProceedingService:
    """Keeps agendas and attendance, and approves minutes.

    Who approves the minutes holds the meeting alone, who changes what they tell shares it.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._kept = ProceedingRepository(grant)

    async def put(self, meeting_id: UUID, draft: AgendaItemDraft) -> Rendered[AgendaItemView]:
        """Put a point on the agenda."""
        await self._open(meeting_id)
        if faults := [each async for each in self._faults(meeting_id, draft)]:
            raise Invalid(errors=faults)
        point = AgendaItem(id=new_id(), meeting_id=meeting_id, **draft.model_dump())
        await self._kept.add(point)
        self._grant.record(f"meeting:{meeting_id}", detail={"step": "put on the agenda"})
        place = f"/v1/agenda-items/{point.id}"
        return await self._grant.shown(
            POINT, status=HTTPStatus.CREATED, location=place, sought=point.id
        )

    async def revise(self, point_id: UUID, changes: AgendaItemRevision) -> Rendered[AgendaItemView]:
        """Change a point, or what the minutes say of it."""
        point = await self._kept.point(point_id)
        await self._open(point.meeting_id)
        self._grant.revise(POINT, point, changes.changes())
        self._grant.record(f"meeting:{point.meeting_id}", detail={"step": "revise the agenda"})
        return await self._grant.shown(POINT, sought=point_id)

    async def take_off(self, point_id: UUID) -> None:
        """Take a point off the agenda."""
        point = await self._kept.point(point_id)
        await self._open(point.meeting_id)
        self._grant.unchanged(POINT, point.version)
        await self._grant.remove(point)
        self._grant.record(f"meeting:{point.meeting_id}", detail={"step": "take off the agenda"})

    async def attend(
        self, meeting_id: UUID, district_id: UUID, content: AttendanceContent
    ) -> Rendered[AttendanceView]:
        """Record whether a district took part, or correct it; ``NotFound`` for no such district."""
        await self._open(meeting_id)
        if not await self._kept.there(District, district_id):
            raise NotFound
        await self._grant.hold(f"attendance:{meeting_id}")
        row, status = await self._kept.attended(meeting_id, district_id), HTTPStatus.OK
        if row is None:
            self._grant.absent()
            told = {"meeting_id": meeting_id, "district_id": district_id}
            await self._kept.add(Attendance(**told, **content.model_dump()))
            status = HTTPStatus.CREATED
        else:
            self._grant.replace(ATTENDED, row, content.model_dump())
        detail = {"step": "record attendance"}
        self._grant.record(f"meeting:{meeting_id}", district=district_id, detail=detail)
        return await self._grant.shown(
            ATTENDED, status=status, meeting=meeting_id, district=district_id
        )

    async def approve(self, meeting_id: UUID) -> MinutesView:
        """Keep the minutes as the records say them now, for good."""
        await self._grant.hold(f"meeting:{meeting_id}")
        meeting = await self._kept.meeting(meeting_id)
        course = await self._kept.course(meeting_id)
        minutes_are_open.require(course)
        meeting_was_held.require(Sitting(meeting.held_on, now().date()))
        nothing_waits.require(course)
        drawn_up = await self._kept.minutes(meeting)
        told = {"state": MinutesState.APPROVED, "approved_at": now()}
        approved = drawn_up.model_copy(update=told)
        await self._kept.add(
            Minutes(
                meeting_id=meeting_id,
                approved_at=told["approved_at"],
                approved_by=self._grant.principal.account,
                content=approved.model_dump(mode="json"),
            )
        )
        detail = {"step": "approve the minutes"}
        self._grant.record(f"meeting:{meeting_id}", rule="TR-20", detail=detail)
        return approved

    async def _open(self, meeting_id: UUID) -> None:
        """Insist that the minutes of a meeting are still open, to the end of the transaction."""
        await self._grant.hold(f"meeting:{meeting_id}", shared=True)
        await self._kept.meeting(meeting_id)
        minutes_are_open.require(await self._kept.course(meeting_id))

    async def _faults(self, meeting_id: UUID, draft: AgendaItemDraft) -> AsyncIterator[Fault]:
        """Find what a point names and is not there."""
        if draft.topic_id is not None and draft.motion_id is not None:
            yield Fault("/motion_id", "too_many", "A point is about a topic or about a motion.")
        if draft.topic_id is not None and not await self._kept.there(Topic, draft.topic_id):
            yield Fault("/topic_id", "unknown_reference", "There is no such topic.")
        if draft.motion_id is not None and not await self._kept.motion_of(
            meeting_id, draft.motion_id
        ):
            detail = "No such motion was put to the meeting."
            yield Fault("/motion_id", "unknown_reference", detail)
