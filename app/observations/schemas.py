"""What observations look like on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.measures.scalars import PeriodText, Quantity
from app.measuring.values import quotient, shown
from app.measuring.words import ValueStatus
from app.observations.breakdowns import BreakdownLine, Category
from app.scalars import (
    KEPT,
    Code,
    Day,
    Figure,
    Id,
    Input,
    Revision,
    ShortText,
    Text,
    View,
    WholeNumber,
)

DECIMALS: Final = 6
"""Of a quotient that is shown; its parts stand beside it, exactly."""
MOST_DIMENSIONS: Final = 10
MOST_AT_ONCE: Final = 10_000
"""Rows of one batch."""

Reference = Annotated[str, Text(1, 120)]
"""An id, or the code that the district itself gave."""
Breakdown = Annotated[dict[Code, Category], Field(max_length=MOST_DIMENSIONS)]
ObservationSort = Literal["starts", "-starts", "updated_at", "-updated_at"]
"""There is no order by value (TR-25)."""
EditionNumber = Annotated[int, WholeNumber(ge=1, le=10_000)]


class Said(Input):
    """What an observation says: a value or its two parts, or why there is none."""

    status: Annotated[
        ValueStatus,
        Field(description="Only what is `reported` or `estimated` has numbers."),
    ] = ValueStatus.REPORTED
    value: Annotated[Quantity | None, Field(description="Of a measure that is no quotient.")] = None
    numerator: Annotated[Quantity | None, Field(description="Of a rate or a mean.")] = None
    denominator: Annotated[
        Quantity | None, Field(description="Of a rate or a mean; at 0 there is no value.")
    ] = None
    source: Annotated[ShortText | None, Field(description="Where the numbers are from.")] = None
    as_of: Annotated[Day | None, Field(description="The day on which they were so.")] = None


class ObservationEntry(Said):
    """An observation, found by its measure, edition, school, period and breakdown, or new."""

    measure: Annotated[Reference, Field(description="The id or the code of the measure.")]
    edition: Annotated[
        EditionNumber | None, Field(description="Of its definition; the newest if left out.")
    ] = None
    school: Annotated[
        Reference | None,
        Field(description="The id or the code of the school; null for the whole district."),
    ] = None
    period: PeriodText
    breakdown: Annotated[
        Breakdown,
        Field(
            description="The group it is about: dimensions of the measure, and a category of each;"
            " none for the total. Grades are `K` and `1` to `12`."
        ),
    ] = Field(default_factory=dict)


class ObservationDraft(ObservationEntry):
    """One observation to enter, or to correct with a reason."""

    reason: Annotated[
        ShortText | None, Field(description="Why it is corrected; kept with what it said before.")
    ] = None


class ObservationRevision(Revision):
    """What to correct of an observation: what is not sent stays as it is."""

    status: ValueStatus = KEPT
    value: Quantity | None = None
    numerator: Quantity | None = None
    denominator: Quantity | None = None
    source: ShortText | None = None
    as_of: Day | None = None
    reason: Annotated[
        ShortText | None, Field(description="Why; kept with what it said before.")
    ] = None


class Valued(View):
    """What was said, with the value that it comes to.

    ``value`` of a quotient is numerator / denominator x ``factor``, rounded half to even to six
    decimals to be shown; null where a part is missing or the denominator is 0.
    """

    status: ValueStatus
    value: Figure | None = Field(
        description="Of a quotient: rounded half to even to six decimals, null at denominator 0."
    )
    numerator: Figure | None
    denominator: Figure | None
    factor: int | None = Field(description="Of a quotient: 1, 100 or 1000.")
    source: str | None
    as_of: date | None

    @model_validator(mode="before")
    @classmethod
    def with_its_quotient(cls, row: Any) -> Any:
        """Compute the value of a quotient, exactly."""
        if not isinstance(row, Mapping) or row["factor"] is None:
            return row
        value = quotient(row["numerator"], row["denominator"], row["factor"])
        return {**row, "value": None if value is None else shown(value, DECIMALS)}


class ObservationView(Valued):
    """What a measure came to in a period, in the whole district or in a school.

    ``breakdown`` is empty for the total; ``class_of`` is the year in which a grade graduates.
    """

    id: UUID
    measure_id: UUID
    measure: str = Field(description="The code of the measure.")
    edition: int
    school_id: UUID | None = Field(description="Null for the whole district.")
    school: str | None = Field(description="The code of the school.")
    period: str
    starts: date
    ends: date
    breakdown: dict[str, str]
    class_of: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class CorrectionView(Valued):
    """What an observation said before a correction; ``version`` is the one that it had."""

    id: UUID
    version: int
    corrected_at: datetime
    corrected_by: UUID
    reason: str | None


class SeriesAsked(Input):
    """What a caller wants of a series."""

    school_id: Annotated[Id | None, Field(description="The whole district, if left out.")] = None
    breakdown: Annotated[
        BreakdownLine, Field(description="The group, as `grade=5;sex=f`; the total, if left out.")
    ] = ""
    from_: Annotated[
        PeriodText | None, Field(alias="from", description="Periods that begin with it or after.")
    ] = None
    to: Annotated[PeriodText | None, Field(description="Periods that end with it or before.")] = (
        None
    )
    pooled: Annotated[
        Code | None,
        Field(
            description="`schools`, or a dimension: its groups are put together by their sums,"
            " never by the mean of their values."
        ),
    ] = None


class PointOfSeries(View):
    """What a measure came to in one period, under one edition of its definition."""

    period: str
    starts: date
    ends: date
    edition: int
    era: int
    breaks: bool = Field(description="Not to be compared with the points before it (TR-15).")
    status: ValueStatus | None = Field(description="Null where rows are put together.")
    value: Figure | None
    numerator: Figure | None
    denominator: Figure | None
    counted: int = Field(description="The rows that have a value.")
    left_out: int = Field(description="The rows without a value, which are not in it.")


class SeriesView(View):
    """The values of one measure in the order of their periods."""

    measure_id: UUID
    measure: str
    school_id: UUID | None
    breakdown: dict[str, str]
    pooled: str | None
    points: list[PointOfSeries]
