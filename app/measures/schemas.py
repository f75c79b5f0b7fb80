"""What measures look like on the wire."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from app.measuring.values import FACTORS
from app.measuring.words import Direction, PeriodKind
from app.scalars import (
    KEPT,
    Code,
    Flag,
    Id,
    Input,
    LongText,
    Name,
    Revision,
    ShortText,
    Text,
    View,
    WholeNumber,
    wrong,
)
from app.vocabulary import MeasureKind

Unit = Annotated[str, Text(1, 40)]
Factor = Annotated[int, WholeNumber(ge=1, le=1000)]
Decimals = Annotated[int, WholeNumber(ge=0, le=6)]
GraceDays = Annotated[int, WholeNumber(ge=0, le=1000)]

MeasureSort = Literal["code", "-code", "name", "-name", "updated_at", "-updated_at"]


class Definition(Input):
    """What a measure counts, and how.

    A rate or a mean is `numerator` / `denominator` times `factor`, and has all three; any other
    kind has none of them. `direction` says which way the measure should go; a neutral one is
    watched and never judged. `counts_students` is of what may show a single student.
    """

    definition: LongText
    kind: MeasureKind
    direction: Direction
    unit: Unit = Field(description="As it is written behind a value: `%`, `students`.")
    numerator: Annotated[ShortText | None, Field(validate_default=True)] = Field(
        None, description="What is counted above the line, in words."
    )
    denominator: Annotated[ShortText | None, Field(validate_default=True)] = Field(
        None, description="What is counted below the line, in words."
    )
    factor: Annotated[Factor | None, Field(validate_default=True)] = Field(
        None, description="1, 100 or 1000."
    )
    decimals: Decimals = Field(1, description="Decimals to show; nothing is rounded before.")
    frequency: PeriodKind = Field(description="How often the measure is observed.")
    grace_days: GraceDays | None = Field(
        None, description="Days until a value is overdue, where the usual ones do not fit."
    )
    source: ShortText | None = None
    dimensions: Annotated[list[Code], Field(max_length=10)] = Field(
        default_factory=list, description="What an observation may be broken down by."
    )
    counts_students: Flag = False

    @field_validator("numerator", "denominator", "factor")
    @classmethod
    def is_of_a_ratio(cls, part: str | int | None, info: ValidationInfo) -> str | int | None:
        """Refuse half a ratio, and a plain value with a part of one."""
        kind = info.data.get("kind")
        if kind is None:
            return part
        if kind.is_ratio and part is None:
            raise PydanticKnownError("missing")
        if not kind.is_ratio and part is not None:
            raise wrong("no_ratio", "Only a rate or a mean has it.")
        if isinstance(part, int) and part not in FACTORS:
            raise wrong("no_such_factor", "A factor is 1, 100 or 1000.")
        return part

    @field_validator("dimensions")
    @classmethod
    def are_distinct(cls, dimensions: list[str]) -> list[str]:
        """Refuse a dimension that is named twice."""
        if len(set(dimensions)) < len(dimensions):
            raise wrong("duplicate", "Each of them is another one.")
        return dimensions

    def defined(self) -> dict[str, Any]:
        """Give what the definition says, without what stands beside it."""
        return self.model_dump(include=set(Definition.model_fields))


class MeasureContent(Definition):
    """What is known of a measure, beside the district it belongs to and its code there."""

    name: Name


class MeasureEntry(MeasureContent):
    """A measure of a district, found by its code or new."""

    code: Code


class MeasureDraft(MeasureEntry):
    """A new measure of a district, with the first edition of its definition."""

    district_id: Id


class MeasureRevision(Revision):
    """What changes of a measure; its definition never does, another edition follows it (TR-15)."""

    name: Name = KEPT


class EditionDraft(Definition):
    """Another edition of a definition, whole, with the reason why there is one (TR-15)."""

    era_break: Flag = Field(
        description="Whether what was measured before is not what is measured from now on."
    )
    reason: ShortText


class MeasureView(View):
    """A measure, with the newest edition of its definition.

    `edition` counts the editions from 1. Values of two editions are compared within one `era`.
    """

    id: UUID
    district_id: UUID
    code: str
    name: str
    edition: int
    era: int
    definition: str
    kind: MeasureKind
    direction: Direction
    unit: str
    numerator: str | None
    denominator: str | None
    factor: int | None
    decimals: int
    frequency: PeriodKind
    grace_days: int | None
    source: str | None
    dimensions: list[str]
    counts_students: bool
    created_at: datetime
    updated_at: datetime
    version: int


class EditionView(View):
    """One edition of a measure's definition; it never changes.

    `era_break` says that it broke with all editions before it: its `era` is one more than theirs.
    """

    id: UUID
    measure_id: UUID
    edition: int
    era: int
    era_break: bool
    reason: str | None
    definition: str
    kind: MeasureKind
    direction: Direction
    unit: str
    numerator: str | None
    denominator: str | None
    factor: int | None
    decimals: int
    frequency: PeriodKind
    grace_days: int | None
    source: str | None
    dimensions: list[str]
    counts_students: bool
    created_at: datetime
    created_by: UUID


MOST_AT_ONCE: Final = 1000
"""Measures of one batch."""
