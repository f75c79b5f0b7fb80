"""What plans look like on the wire."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.problems import Fault
from app.scalars import (
    KEPT,
    Code,
    Id,
    Input,
    LongText,
    Revision,
    SchoolYear,
    ShortText,
    Title,
    View,
)
from app.vocabulary import PlanLifecycle

Values = Annotated[list[ShortText], Field(max_length=30)]
PlanSort = Literal["first_year", "-first_year", "title", "-title", "updated_at", "-updated_at"]


class PlanContent(Input):
    """What a plan says of itself, beside its district and its code there."""

    title: Title
    first_year: SchoolYear
    last_year: SchoolYear
    school_id: Annotated[
        Id | None, Field(description="The school whose plan it is; null for the district's own.")
    ] = None
    mission: LongText | None = None
    values: Values = Field(default_factory=list)


class PlanDraft(PlanContent):
    """A new plan of a district."""

    district_id: Id
    code: Code


class PlanRevision(Revision):
    """What changes of a plan; its code and its district never do."""

    title: Title = KEPT
    first_year: SchoolYear = KEPT
    last_year: SchoolYear = KEPT
    school_id: Id | None = None
    mission: LongText | None = None
    values: Values = KEPT


class PlanView(View):
    """A strategic plan; ``lifecycle`` says which steps and which edits it takes (TR-11).

    ``supersedes_id`` is the plan it follows, ``recommended_by`` the account that recommended it to
    the board.
    """

    id: UUID
    district_id: UUID
    code: str
    title: str
    first_year: str
    last_year: str
    school_id: UUID | None
    supersedes_id: UUID | None
    lifecycle: PlanLifecycle
    mission: str | None
    values: list[str]
    recommended_by: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


def years_out_of_order(first_year: str, last_year: str) -> Iterator[Fault]:
    """Find a last school year that comes before the first."""
    if last_year < first_year:
        yield Fault("/last_year", "not_in_order", "The last year comes before the first.")
