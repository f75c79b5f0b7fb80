"""What rounds and their peer groups look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.scalars import Code, Id, Input, Name, SchoolYear, ShortText, Title, View
from app.vocabulary import RoundStage

RoundOrder = Literal["period", "-period", "title", "-title"]


class RoundDraft(Input):
    """A round to schedule; without a motion on it, its review lasts as long as the charter says."""

    title: Title
    topic_id: Id
    instrument_id: Id
    period: SchoolYear
    review_motion_id: Id | None = None


class RoundRevision(Input):
    """What to change of a round that is scheduled; for anything else, schedule another."""

    title: Title | MISSING = MISSING
    period: SchoolYear | MISSING = MISSING


class RoundView(View):
    """One run of an instrument among the members; instants are null until its stage is reached.

    ``review_until`` is when the time for corrections ends; ``charter_version`` is the version of
    the charter that was in force when the round opened.
    """

    id: UUID
    title: str
    topic_id: UUID
    instrument_id: UUID
    period: str
    stage: RoundStage
    charter_version: int | None
    review_days: int
    review_motion_id: UUID | None
    opened_at: datetime | None
    closed_at: datetime | None
    review_until: datetime | None
    locked_at: datetime | None
    published_at: datetime | None
    version: int


class ReopeningDraft(Input):
    """Why a published round is put in review again; every member may read it."""

    reason: ShortText


class ReopeningView(View):
    """That a published round was put in review again, and why."""

    id: UUID
    round_id: UUID
    reason: str
    reopened_by: UUID
    reopened_at: datetime


class PeerGroupDraft(Input):
    """Districts of a like context; ``basis`` says in what they are alike (``county``, ``size``)."""

    basis: Code
    name: Name
    district_ids: Annotated[list[Id], Field(min_length=1, max_length=20_000)]


class PeerGroupBatch(Input):
    """Many groups at once: all of them are fixed, or none."""

    groups: Annotated[list[PeerGroupDraft], Field(min_length=1, max_length=1000)]


class PeerGroupView(View):
    """Districts of a like context, fixed before the round opened."""

    id: UUID
    round_id: UUID
    basis: str
    name: str
    district_ids: list[UUID]


class PeerGroupsFixed(View):
    """The groups of a batch, in the order in which they were given."""

    groups: list[PeerGroupView]
