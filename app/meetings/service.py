"""What meetings decide: the only way a topic is adopted or a parameter changed (TR-20)."""

from http import HTTPStatus
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.lifecycles import MOTION as STEPS
from app.lifecycles import TOPIC
from app.meetings.models import Meeting, Motion
from app.meetings.repository import MEETING, MOTION, MeetingRepository
from app.meetings.schemas import (
    MeetingDraft,
    MeetingRevision,
    MeetingView,
    MotionDraft,
    MotionRevision,
    MotionView,
    TopicAdoption,
    Vote,
)
from app.policy import Grant
from app.policy.rules.rounds import (
    Sitting,
    meeting_is_open,
    meeting_was_held,
    motion_is_carried,
    motion_is_open,
)
from app.problems import Fault
from app.rendered import Rendered
from app.wire.faults import invalid


class MeetingService:
    """Records meetings, the motions put to them and what they decided."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._meetings = MeetingRepository(grant)

    async def record(self, draft: MeetingDraft) -> Rendered[MeetingView]:
        """Record a meeting."""
        meeting = Meeting(id=new_id(), **draft.model_dump())
        await self._meetings.add(meeting)
        self._grant.record(f"meeting:{meeting.id}", detail={"step": "record"})
        place = f"/v1/meetings/{meeting.id}"
        return await self._grant.shown(
            MEETING, status=HTTPStatus.CREATED, location=place, sought=meeting.id
        )

    async def revise(self, meeting_id: UUID, changes: MeetingRevision) -> Rendered[MeetingView]:
        """Correct a meeting that has decided nothing yet (TR-20)."""
        await self._grant.hold(f"meeting:{meeting_id}")
        meeting = await self._meetings.meeting(meeting_id)
        meeting_is_open.require(await self._meetings.states(meeting_id))
        self._grant.revise(MEETING, meeting, changes.model_dump(exclude_unset=True))
        self._grant.record(f"meeting:{meeting.id}", rule="TR-20", detail={"step": "revise"})
        return await self._grant.shown(MEETING, sought=meeting_id)

    async def put(self, meeting_id: UUID, draft: MotionDraft) -> Rendered[MotionView]:
        """Put a motion to a meeting; its topic has to be one of ours."""
        await self._meetings.meeting(meeting_id)
        if isinstance(draft, TopicAdoption) and await self._meetings.topic(draft.topic_id) is None:
            fault = Fault("/topic_id", "unknown_reference", "There is no such topic.")
            raise invalid([fault])
        motion = Motion(id=new_id(), meeting_id=meeting_id, state=STEPS.first, **draft.model_dump())
        await self._meetings.add(motion)
        self._grant.record(f"motion:{motion.id}", detail={"step": "put"})
        place = f"/v1/motions/{motion.id}"
        return await self._grant.shown(
            MOTION, status=HTTPStatus.CREATED, location=place, sought=motion.id
        )

    async def reword(self, motion_id: UUID, changes: MotionRevision) -> Rendered[MotionView]:
        """Reword a motion that waits (TR-20)."""
        await self._grant.hold(f"motion:{motion_id}")
        motion = await self._meetings.motion(motion_id)
        motion_is_open.require(motion)
        self._grant.revise(MOTION, motion, changes.model_dump(exclude_unset=True))
        self._grant.record(f"motion:{motion.id}", rule="TR-20", detail={"step": "reword"})
        return await self._grant.shown(MOTION, sought=motion_id)

    async def adopt(self, motion_id: UUID, vote: Vote) -> Rendered[MotionView]:
        """Record that a motion was carried, and do what it says, in the same transaction."""
        motion = await self._decide(motion_id, "adopt", vote)
        motion_is_carried.require((vote.votes_for, vote.votes_against))
        if motion.topic_id is not None:
            await self._adopt_topic(motion.topic_id)
        return await self._grant.shown(MOTION, sought=motion_id)

    async def reject(self, motion_id: UUID, vote: Vote) -> Rendered[MotionView]:
        """Record that a motion was lost, also where the bylaws ask for more than a majority."""
        await self._decide(motion_id, "reject", vote)
        return await self._grant.shown(MOTION, sought=motion_id)

    async def _decide(self, motion_id: UUID, verb: str, vote: Vote) -> Motion:
        """Write down the vote and where the motion stands after it."""
        await self._grant.hold(f"motion:{motion_id}")
        motion = await self._meetings.motion(motion_id)
        await self._grant.hold(f"meeting:{motion.meeting_id}", shared=True)
        meeting = await self._meetings.meeting(motion.meeting_id)
        motion.state = STEPS.step(verb, motion.state)
        meeting_was_held.require(Sitting(meeting.held_on, now().date()))
        motion.votes_for = vote.votes_for
        motion.votes_against = vote.votes_against
        motion.abstentions = vote.abstentions
        self._grant.record(f"motion:{motion.id}", rule="TR-20", detail={"step": verb})
        return motion

    async def _adopt_topic(self, topic_id: UUID) -> None:
        """Make a topic one that rounds may open on."""
        await self._grant.hold(f"topic:{topic_id}")
        topic = await self._meetings.topic(topic_id)
        assert topic is not None  # noqa: S101 - a foreign key says so
        topic.state = TOPIC.step("adopt", topic.state)
        self._grant.record(f"topic:{topic.id}", rule="TR-20", detail={"step": "adopt"})
