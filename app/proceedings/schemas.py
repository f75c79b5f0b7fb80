"""What agendas, attendance and minutes look like on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from app.scalars import (
    KEPT,
    Id,
    Input,
    LongText,
    Name,
    Revision,
    ShortText,
    Title,
    View,
    WholeNumber,
)
from app.vocabulary import MinutesState, MotionKind, MotionState, Presence

Position = Annotated[int, WholeNumber(ge=1, le=10_000)]


class AgendaItemDraft(Input):
    """A point to put on the agenda; it is about a topic, or a motion of the meeting, or neither.

    Points of one ``position`` come in the order in which they were put there.
    """

    position: Position
    title: Title
    presenter: Name | None = None
    topic_id: Id | None = None
    motion_id: Id | None = None
    notes: LongText | None = None


class AgendaItemRevision(Revision):
    """What to change of a point: its place, its words, or what the minutes say of it."""

    position: Position = KEPT
    title: Title = KEPT
    presenter: Name | None = None
    notes: LongText | None = None


class AgendaItemView(View):
    """One point of a meeting's agenda; ``notes`` are what the minutes say of it."""

    id: UUID
    meeting_id: UUID
    position: int
    title: str
    presenter: str | None
    topic_id: UUID | None
    motion_id: UUID | None
    notes: str | None
    version: int


class AttendanceContent(Input):
    """Whether a district takes part, and who speaks for it; quorum is a matter of the bylaws."""

    presence: Presence
    representative: ShortText | None = None


class AttendanceView(View):
    """Whether a district took part in a meeting."""

    meeting_id: UUID
    district_id: UUID
    presence: Presence
    representative: str | None
    version: int


class Attended(View):
    """A district of a meeting, in its minutes."""

    district_id: UUID
    district: str
    presence: Presence
    representative: str | None


class Point(View):
    """A point of the agenda, in the minutes; ``topic`` is the title of the topic it is about."""

    id: UUID
    position: int
    title: str
    presenter: str | None
    topic_id: UUID | None
    topic: str | None
    motion_id: UUID | None
    notes: str | None


class Decision(View):
    """A motion and what became of it, in the minutes."""

    id: UUID
    kind: MotionKind
    wording: str
    state: MotionState
    votes_for: int | None
    votes_against: int | None
    abstentions: int | None


class MinutesView(View):
    """The minutes of a meeting: what its records say, and once approved as they said it then.

    Votes are counted and not told by district: the members decide together.
    """

    meeting_id: UUID
    title: str
    held_on: date
    state: MinutesState
    approved_at: datetime | None
    present: int
    excused: int
    absent: int
    attendance: list[Attended]
    agenda: list[Point]
    decisions: list[Decision]
