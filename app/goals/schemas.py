"""What goals look like on the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from app.scalars import (
    KEPT,
    Code,
    Id,
    Input,
    LongText,
    Revision,
    ShortText,
    Title,
    View,
    WholeNumber,
)
from app.vocabulary import FocusArea

Position = Annotated[int, WholeNumber(ge=1, le=10_000)]
GoalSort = Literal["position", "-position", "title", "-title", "updated_at", "-updated_at"]
MOST_AT_ONCE: Final = 1000
"""Goals of one batch."""


class GoalContent(Input):
    """What a goal says, beside its plan and its code there."""

    focus_area: FocusArea
    title: Title
    statement: LongText | None = None
    population: Annotated[ShortText | None, Field(description="For whom it is.")] = None
    position: Annotated[
        Position | None,
        Field(description="Where it stands in the plan; left out, a new one comes last."),
    ] = None


class GoalEntry(GoalContent):
    """A goal of a plan, found by its code or new."""

    code: Code


class GoalDraft(GoalEntry):
    """A new goal of a plan."""

    plan_id: Id


class GoalRevision(Revision):
    """What changes of a goal; its code and its plan never do."""

    focus_area: FocusArea = KEPT
    title: Title = KEPT
    statement: LongText | None = None
    population: ShortText | None = None
    position: Position = KEPT


class GoalView(View):
    """What a plan sets out to reach; ``position`` is where it stands among the plan's goals."""

    id: UUID
    district_id: UUID
    plan_id: UUID
    code: str
    position: int
    focus_area: FocusArea
    title: str
    statement: str | None
    population: str | None
    created_at: datetime
    updated_at: datetime
    version: int
