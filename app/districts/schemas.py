"""What districts look like on the wire."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import MISSING, Field, field_validator

from app.scalars import (
    Code,
    Day,
    ExternalScheme,
    ExternalValue,
    Formed,
    Input,
    Leaid,
    Name,
    Text,
    View,
    WholeNumber,
)
from app.vocabulary import DistrictState, Locale

StateCode = Annotated[
    str, Formed("[A-Z]{2}", 2, "A state or territory is its two-letter postal code.", "CA")
]
TimeZone = Annotated[
    str,
    Formed(
        "[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_]+){1,2}",
        64,
        "A time zone is a name of the IANA database.",
        "America/Los_Angeles",
    ),
]
GradeSpan = Annotated[str, Text(1, 20)]
Administration = Code
"""Names who runs several districts, so that they count as one contributor (DR-01)."""
Enrollment = Annotated[int, WholeNumber(ge=0, le=5_000_000)]


MOST_NAMES: Final = 20
ExternalName = tuple[str, str]
"""A scheme, or ``NCES``, and what a district is called in it."""
NCES: Final = "NCES"
"""In place of a scheme, none of which is in capitals."""
DistrictOrder = Literal["name", "-name", "state", "-state", "joined_on", "-joined_on"]


class DistrictDraft(Input):
    """A district to admit, or what is now known of one, found by ``nces_id`` or an external id."""

    name: Name
    state: StateCode
    time_zone: TimeZone = "America/New_York"
    nces_id: Leaid | None = None
    external_ids: Annotated[dict[ExternalScheme, ExternalValue], Field(max_length=MOST_NAMES)] = (
        Field(default_factory=dict)
    )
    joined_on: Day | None = None
    county: Name | None = None
    grade_span: GradeSpan | None = None
    enrollment: Enrollment | None = None
    locale: Locale | None = None
    administration: Administration | None = None


class DistrictRevision(Input):
    """What to change of a district; an identifier is added or corrected, and not taken away."""

    name: Name | MISSING = MISSING
    state: StateCode | MISSING = MISSING
    time_zone: TimeZone | MISSING = MISSING
    nces_id: Leaid | MISSING | None = MISSING
    external_ids: (
        Annotated[dict[ExternalScheme, ExternalValue], Field(max_length=MOST_NAMES)] | MISSING
    ) = MISSING
    county: Name | MISSING | None = MISSING
    grade_span: GradeSpan | MISSING | None = MISSING
    enrollment: Enrollment | MISSING | None = MISSING
    locale: Locale | MISSING | None = MISSING
    administration: Administration | MISSING | None = MISSING


class DistrictReference(View):
    """A district that is there."""

    id: UUID


class DistrictView(View):
    """A member of the consortium and its public context; ``enrollment`` is in students."""

    id: UUID
    nces_id: str | None
    external_ids: dict[str, str]
    name: str
    state: str
    time_zone: str
    standing: DistrictState
    joined_on: date
    county: str | None
    grade_span: str | None
    enrollment: int | None
    locale: Locale | None
    administration: str | None
    version: int

    @field_validator("external_ids", mode="before")
    @classmethod
    def by_scheme(cls, told: Any) -> Any:
        """Take the rows of a stored district as well as the document of a reading."""
        return {each.scheme: each.value for each in told} if isinstance(told, list) else told
