"""What the feed of changes looks like on the wire."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from app.scalars import View
from app.vocabulary import ChangeOp


class ChangeType(StrEnum):
    """What is followed: the type of a thing whose every write is in the feed."""

    DISTRICT = "district"
    MEETING = "meeting"
    MOTION = "motion"
    TOPIC = "topic"
    INSTRUMENT = "instrument"
    ROUND = "round"
    PEER_GROUP = "peer_group"
    RELEASE = "release"
    CELL_RETRACTION = "cell_retraction"
    SCHOOL = "school"
    PLAN = "plan"
    BOARD_DECISION = "board_decision"
    GOAL = "goal"
    INDICATOR = "indicator"
    INDICATOR_MEASURE = "indicator_measure"
    MEASURE = "measure"
    MEASURE_EDITION = "measure_edition"
    TARGET = "target"
    REBASELINING = "rebaselining"
    STATUS_OVERRIDE = "status_override"
    OBSERVATION = "observation"
    LINK = "link"
    PROGRESS_REPORT = "progress_report"


class ChangeRow(View):
    """A change as it is stored, with its place in the order of all."""

    xid: int
    seq: int
    type: str
    op: ChangeOp
    id: UUID
    version: int
    changed_at: datetime
    district_id: UUID | None


class ChangeView(View):
    """That a thing was written; read the thing itself to see what it says now."""

    cursor: str = Field(description="Goes on after this change, as `next_cursor` after the last.")
    type: ChangeType
    op: ChangeOp
    id: UUID = Field(description="Of the thing; it is the same for every change of it.")
    version: int = Field(description="Of the thing, by this change; of a deleted one its last.")
    changed_at: datetime
    district_id: UUID | None = Field(description="Whose it is; null for what all have in common.")


class Changes(BaseModel):
    """What was written since a cursor."""

    data: list[ChangeView]
    next_cursor: str = Field(
        description="Always there: keep it, and ask with it again now (`has_more`) or later."
    )
    has_more: bool
