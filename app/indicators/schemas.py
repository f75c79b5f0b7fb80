"""What indicators look like on the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from app.goals.schemas import Position
from app.scalars import KEPT, Code, Id, Input, LongText, Revision, View

IndicatorSort = Literal["position", "-position", "updated_at", "-updated_at"]
MOST_AT_ONCE: Final = 1000
"""Indicators of one batch."""


class IndicatorContent(Input):
    """What an indicator says, beside its goal and its code there."""

    statement: LongText
    position: Annotated[
        Position | None,
        Field(description="Where it stands in the goal; left out, a new one comes last."),
    ] = None


class IndicatorEntry(IndicatorContent):
    """An indicator of a goal, found by its code or new."""

    code: Code


class IndicatorDraft(IndicatorEntry):
    """A new indicator of a goal."""

    goal_id: Id


class IndicatorRevision(Revision):
    """What changes of an indicator; its code and its goal never do."""

    statement: LongText = KEPT
    position: Position = KEPT


class IndicatorView(View):
    """What success would look like for a goal; ``measure_ids`` are the measures that tell."""

    id: UUID
    district_id: UUID
    goal_id: UUID
    code: str
    position: int
    statement: str
    measure_ids: list[UUID]
    created_at: datetime
    updated_at: datetime
    version: int
