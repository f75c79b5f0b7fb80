"""What meetings decide: only so is a topic adopted, a target set, a parameter changed (TR-20)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from uuid import UUID

from app.charter.models import CharterVersion
from app.charter.versions import charter_in_force
from app.clock import now
from app.consortium_targets.models import ConsortiumTarget
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
    ParameterChange,
    TargetSetting,
    TopicAdoption,
    Vote,
)
from app.policy import Grant
from app.policy.charter import RANGES
from app.policy.rules.meetings import (
    Change,
    minutes_are_open,
    parameter_is_in_range,
    parameters_agree,
    target_is_on_an_adopted_topic,
)
from app.policy.rules.rounds import (
    Sitting,
    meeting_is_open,
    meeting_was_held,
    motion_is_carried,
    motion_is_open,
)
from app.problems import Fault, Invalid
from app.rendered import Rendered
from app.topics.models import Topic
from app.vocabulary import ItemKind, MotionKind
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
        course = await self._meetings.course(meeting_id)
        minutes_are_open.require(course)
        meeting_is_open.require(course.motions)
        self._grant.revise(MEETING, meeting, changes.model_dump(exclude_unset=True))
        self._grant.record(f"meeting:{meeting.id}", rule="TR-20", detail={"step": "revise"})
        return await self._grant.shown(MEETING, sought=meeting_id)

    async def put(self, meeting_id: UUID, draft: MotionDraft) -> Rendered[MotionView]:
        """Put a motion to a meeting; what it names has to be there, and in its range (TR-20)."""
        await self._grant.hold(f"meeting:{meeting_id}", shared=True)
        await self._meetings.meeting(meeting_id)
        minutes_are_open.require(await self._meetings.course(meeting_id))
        if faults := [each async for each in self._faults(draft)]:
            raise invalid(faults)
        if isinstance(draft, ParameterChange):
            require_range(draft)
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
        meeting = await self._meetings.meeting(motion.meeting_id)
        await Effects(self._grant, self._meetings).of(motion, meeting.held_on)
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

    async def _faults(self, draft: MotionDraft) -> AsyncIterator[Fault]:
        """Find what a motion names and is not there."""
        if not isinstance(draft, TopicAdoption | TargetSetting):
            return
        if await self._meetings.topic(draft.topic_id) is None:
            yield Fault("/topic_id", "unknown_reference", "There is no such topic.")
        elif isinstance(draft, TargetSetting):
            named = (draft.topic_id, draft.instrument_code, draft.item_code)
            item = await self._meetings.item(*named)
            if item is None or item.kind is not ItemKind.QUANTITATIVE:
                detail = "No instrument of this code asks for a figure under it, on the topic."
                yield Fault("/item_code", "unknown_reference", detail)


def require_range(draft: ParameterChange) -> None:
    """Raise ``Invalid`` (TR-20) for a value that no meeting may set a parameter to."""
    if not parameter_is_in_range.holds(Change(draft.parameter, draft.value)):
        within = RANGES[draft.parameter]
        fault = Fault("/value", "out_of_range", f"It is from {within.least} to {within.most}.")
        says, rule = parameter_is_in_range.says, parameter_is_in_range.id
        raise Invalid(says, rule=rule, errors=[fault])


class Effects:
    """Does what motions ask for; a motion about the days of a review waits for the rounds."""

    def __init__(self, grant: Grant, meetings: MeetingRepository) -> None:
        self._grant = grant
        self._meetings = meetings

    async def of(self, motion: Motion, held_on: date) -> None:
        """Do what a motion that was carried says, as of the day of its meeting."""
        if motion.kind is MotionKind.ADOPT_TOPIC:
            await self._adopt_topic(motion)
        elif motion.kind is MotionKind.SET_PARAMETER:
            await self._set_parameter(motion, held_on)
        elif motion.kind is MotionKind.SET_TARGET:
            await self._set_target(motion, held_on)

    async def _adopt_topic(self, motion: Motion) -> None:
        """Make a topic one that rounds may open on."""
        topic = await self._held(motion.topic_id)
        topic.state = TOPIC.step("adopt", topic.state)
        self._grant.record(f"topic:{topic.id}", rule="TR-20", detail={"step": "adopt"})

    async def _set_parameter(self, motion: Motion, held_on: date) -> None:
        """Add the next version of the charter; rounds that opened keep theirs."""
        await self._grant.hold("charter")
        before = await charter_in_force(self._grant.session)
        parameter, value = motion.parameter, motion.value
        assert parameter is not None  # noqa: S101 - a check says so, of both
        assert value is not None  # noqa: S101
        parameter_is_in_range.require(Change(parameter, value))
        number = before.version + 1
        after = replace(before, version=number, **{parameter.value: value})
        parameters_agree.require(after)
        version = CharterVersion.of(after, motion.id, adopted_on=held_on, since=now())
        await self._meetings.save()  # row security looks for the adopted motion
        await self._meetings.add(version)
        detail = {"step": "set", "parameter": parameter.value, "value": value}
        self._grant.record(f"charter:{number}", rule="TR-20", detail=detail)

    async def _set_target(self, motion: Motion, held_on: date) -> None:
        """Add what the members aim for from now on, on an item and for a period."""
        topic = await self._held(motion.topic_id)
        target_is_on_an_adopted_topic.require(topic.state)
        named = ("topic_id", "instrument_code", "item_code", "period", "direction", "aim")
        told = {name: getattr(motion, name) for name in named}
        target = ConsortiumTarget(id=new_id(), motion_id=motion.id, adopted_on=held_on, **told)
        await self._meetings.save()  # row security looks for the adopted motion
        await self._meetings.add(target)
        self._grant.record(f"consortium_target:{target.id}", rule="TR-20", detail={"step": "set"})

    async def _held(self, topic_id: UUID | None) -> Topic:
        """Hold the topic of a motion alone."""
        await self._grant.hold(f"topic:{topic_id}")
        topic = None if topic_id is None else await self._meetings.topic(topic_id)
        assert topic is not None  # noqa: S101 - a check and a foreign key say so
        return topic
