"""What consents and what they show look like on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from app.scalars import Code, Day, Figure, Flag, Id, Input, View, wrong
from app.vocabulary import AnswerStatus, ItemKind

MOST_NAMED = 500


class ConsentDraft(Input):
    """Which answer to show to whom: to the members that are named, or to every member.

    `mutual` shows it only to who shows its own answer to the same item back; it ends after the day
    `until`, or when it is revoked.
    """

    round_id: Id
    item: Code
    mutual: Flag = False
    until: Day | None = None
    all_members: Flag = False
    recipients: Annotated[
        list[Id] | None, Field(min_length=1, max_length=MOST_NAMED, validate_default=True)
    ] = None

    @field_validator("recipients")
    @classmethod
    def names_somebody(cls, named: list[UUID] | None, info: ValidationInfo) -> list[UUID] | None:
        """Refuse a consent to nobody, to somebody twice, or to some and all."""
        everybody = info.data.get("all_members", False)
        if named is None and not everybody:
            raise PydanticKnownError("missing")
        if named is not None and everybody:
            raise wrong("named_twice", "Name members, or all of them, not both.")
        if named is not None and len(set(named)) < len(named):
            raise wrong("duplicate", "Each of them is another member.")
        return named


class ConsentView(View):
    """That a district shows an answer to another; `recipient_id` is null for every member."""

    id: UUID
    district_id: UUID
    recipient_id: UUID | None
    round_id: UUID
    item: str
    mutual: bool
    until: date | None
    given_by: UUID
    given_at: datetime
    revoked_at: datetime | None

    @field_validator("recipient_id", mode="before")
    @classmethod
    def nobody_in_particular(cls, told: Any) -> Any:
        """Show every member as null."""
        return None if told is not None and UUID(str(told)).int == 0 else told


class ConsentsView(View):
    """The consents that were given together, one for each recipient."""

    data: list[ConsentView]


class SharedAnswer(View):
    """What another district answered to an item, since it consented to show it."""

    consent_id: UUID
    district_id: UUID
    district: str
    mutual: bool
    until: date | None
    status: AnswerStatus
    value: Figure | None
    numerator: Figure | None
    denominator: Figure | None
    level: int | None
    option: str | None
    yes: bool | None
    text: str | None
    comment: str | None


class SharedAnswersView(View):
    """What other districts show yours of one item, by their names; no value orders them (TR-25)."""

    round_id: UUID
    item: str
    kind: ItemKind
    unit: str | None
    data: list[SharedAnswer]
