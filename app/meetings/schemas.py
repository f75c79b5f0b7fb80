"""What meetings and motions look like on the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.measuring.words import Direction
from app.scalars import (
    Code,
    Day,
    Figure,
    Id,
    Input,
    Number,
    SchoolYear,
    ShortText,
    Title,
    View,
    WholeNumber,
)
from app.vocabulary import MotionKind, MotionState, Parameter

Votes = Annotated[int, WholeNumber(ge=0, le=100_000)]
ReviewDays = Annotated[int, WholeNumber(ge=0, le=10)]
"""A meeting shortens the ten days of TR-21, and never lengthens them."""
Aim = Annotated[Decimal, Number(ge=-(10**12), le=10**12, decimal_places=6)]
ParameterValue = Annotated[int, WholeNumber(ge=0, le=1000)]


MeetingOrder = Literal["held_on", "-held_on", "title", "-title"]


class MeetingDraft(Input):
    """A meeting to record; ``held_on`` is the day it is held, which may lie ahead."""

    title: Title
    held_on: Day


class MeetingRevision(Input):
    """What to correct of a meeting that has not decided yet."""

    title: Title | MISSING = MISSING
    held_on: Day | MISSING = MISSING


class MeetingView(View):
    """A meeting of the members."""

    id: UUID
    title: str
    held_on: date
    version: int


class TopicAdoption(Input):
    """A motion to adopt a topic, in the wording that is put to the vote."""

    kind: Literal[MotionKind.ADOPT_TOPIC]
    wording: ShortText
    topic_id: Id


class ReviewChange(Input):
    """A motion to shorten the time for corrections of the rounds that name it, in days."""

    kind: Literal[MotionKind.SET_REVIEW_DAYS]
    wording: ShortText
    review_days: ReviewDays


class ParameterChange(Input):
    """A motion to change a parameter of the charter, to a value within its range."""

    kind: Literal[MotionKind.SET_PARAMETER]
    wording: ShortText
    parameter: Parameter
    value: ParameterValue


class TargetSetting(Input):
    """A motion to aim for something together: on an item of a topic's benchmarks, by a period.

    ``increase`` means at least the aim, ``decrease`` at most, ``maintain`` as near as can be.
    """

    kind: Literal[MotionKind.SET_TARGET]
    wording: ShortText
    topic_id: Id
    instrument_code: Code
    item_code: Code
    period: SchoolYear
    direction: Literal[Direction.INCREASE, Direction.DECREASE, Direction.MAINTAIN]
    aim: Aim


MotionDraft = Annotated[
    TopicAdoption | ReviewChange | ParameterChange | TargetSetting, Field(discriminator="kind")
]


class MotionRevision(Input):
    """How to reword a motion that waits; for another topic or value, put another motion."""

    wording: ShortText | MISSING = MISSING


class Vote(Input):
    """How the members voted; each count is of districts or of persons, as the bylaws have it."""

    votes_for: Votes
    votes_against: Votes
    abstentions: Votes = 0


class MotionView(View):
    """What a meeting was asked to decide, and what it decided; votes are null until it has."""

    id: UUID
    meeting_id: UUID
    kind: MotionKind
    wording: str
    topic_id: UUID | None
    review_days: int | None
    parameter: Parameter | None
    value: int | None
    instrument_code: str | None
    item_code: str | None
    period: str | None
    direction: Direction | None
    aim: Figure | None
    state: MotionState
    votes_for: int | None
    votes_against: int | None
    abstentions: int | None
    version: int
