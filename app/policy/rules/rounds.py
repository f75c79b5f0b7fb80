"""Rules about topics, rounds and submissions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from app.policy.rules import rule, state
from app.problems import Refused
from app.vocabulary import MotionKind, MotionState, RoundStage, TopicKind, TopicState

AHEAD_OF_UTC: Final = timedelta(days=1)
"""How far the day of a meeting may be ahead of the day in UTC, in whatever time zone it is held."""

state(
    "TR-21",
    "A round goes scheduled, open, closed, in_review, locked, published, and for corrections back"
    " to in_review.",
    "app.lifecycles.ROUND",
)


class Proposed(Protocol):
    """A topic, or a row that knows where it stands."""

    @property
    def state(self) -> TopicState:
        """Return where it stands."""


class InRound(Protocol):
    """A round, or a row that knows its stage."""

    @property
    def stage(self) -> RoundStage:
        """Return the stage of the round."""


class Reopened(InRound, Protocol):
    """A round, or a row that knows its stage and when it was released last."""

    @property
    def published_at(self) -> datetime | None:
        """Return when something of it was released last."""


class Decided(Protocol):
    """A motion, or a row that knows what was asked and what was decided."""

    @property
    def kind(self) -> MotionKind:
        """Return what it asks for."""

    @property
    def state(self) -> MotionState:
        """Return what became of it."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """The day of a meeting, and the day in UTC on which its decision is recorded."""

    held_on: date
    today: date


@dataclass(frozen=True, slots=True)
class Review:
    """A round's review at an instant."""

    until: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What a caller is to a release: TR-24 decides on it."""

    staff: bool
    attested: bool
    joined_after_close: bool
    still_new: bool


@rule("TR-20", "A decision is recorded on the day of its meeting or later.")
def meeting_was_held(sitting: Sitting) -> bool:
    """Hold from the day of the meeting on, as it begins in the first of the time zones."""
    return sitting.held_on <= sitting.today + AHEAD_OF_UTC


@rule("TR-20", "A motion is adopted when more vote for it than against.")
def motion_is_carried(votes: tuple[int, int]) -> bool:
    """Hold when the first count, of votes for, is larger than the second, of votes against."""
    votes_for, votes_against = votes
    return votes_for > votes_against


@rule("TR-20", "The days of a review are changed by an adopted motion that says so.")
def review_is_changed_by_meeting(motion: Decided) -> bool:
    """Hold when a meeting adopted a motion about the days of a review."""
    about = motion.kind is MotionKind.SET_REVIEW_DAYS
    return about and motion.state is MotionState.ADOPTED


@rule("TR-20", "A topic is reworded before a meeting adopts it.")
def topic_is_open(topic: Proposed) -> bool:
    """Hold while the topic is proposed."""
    return topic.state is TopicState.PROPOSED


@rule("TR-20", "A motion is reworded before its meeting decides on it.")
def motion_is_open(motion: Decided) -> bool:
    """Hold while the motion waits."""
    return motion.state is MotionState.PROPOSED


@rule("TR-20", "A meeting is corrected before it has decided on any motion.")
def meeting_is_open(states: Collection[MotionState]) -> bool:
    """Hold while every motion of the meeting waits."""
    return all(each is MotionState.PROPOSED for each in states)


@rule("TR-21", "A locked round is put in review again only once something of it was released.")
def reviewed_round_was_released(round_: Reopened) -> bool:
    """Hold unless the round is locked for the first time: its release comes first."""
    return round_.stage is not RoundStage.LOCKED or round_.published_at is not None


@rule("TR-20", "A round opens on topics that a meeting has adopted.")
def topics_are_adopted(states: Collection[TopicState]) -> bool:
    """Hold when every topic was adopted, and none retired since."""
    return all(each is TopicState.ADOPTED for each in states)


@rule("TR-21", "Answers are entered while the round is open, and corrected while it is in review.")
def round_takes_answers(row: InRound) -> bool:
    """Hold while the round is open or in review."""
    return row.stage in {RoundStage.OPEN, RoundStage.IN_REVIEW}


@rule("TR-21", "A correction in review gives a reason.")
def correction_has_reason(told: tuple[RoundStage, str | None]) -> bool:
    """Hold unless a round in review is corrected without saying why."""
    stage, reason = told
    return stage is not RoundStage.IN_REVIEW or reason is not None


@rule("TR-21", "A round is locked when its time for corrections is over.")
def review_is_over(review: Review) -> bool:
    """Hold from the end of the review on."""
    return review.until is not None and review.at >= review.until


@rule("TR-21", "Peer groups are fixed before the round opens.")
def round_takes_groups(row: InRound) -> bool:
    """Hold while the round is scheduled."""
    return row.stage is RoundStage.SCHEDULED


@rule("TR-21", "A round is rewritten while it is scheduled.")
def round_is_open_to_change(row: InRound) -> bool:
    """Hold while the round is scheduled."""
    return row.stage is RoundStage.SCHEDULED


@rule("TR-22", "Every topic states the student experience it serves.")
def serves_students(question: str | None) -> bool:
    """Hold when there is a question about the student experience."""
    return bool(question and question.strip())


@rule("TR-23", "Outcomes are never benchmarked alone: at least as many items ask for what is done.")
def outcomes_have_company(kinds: Collection[TopicKind]) -> bool:
    """Hold when outcome items are no more than half of a round's items."""
    outcomes = sum(kind is TopicKind.OUTCOME for kind in kinds)
    return outcomes * 2 <= len(kinds)


@rule("TR-24", "Who attested its submission sees the release.", Refused)
def has_shared(standing: Standing) -> bool:
    """Hold for staff, for who attested, and for a year for who could not."""
    late = standing.joined_after_close and standing.still_new
    return standing.staff or standing.attested or late
