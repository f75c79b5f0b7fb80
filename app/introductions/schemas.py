"""What introductions look like on the wire, to each of their sides."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.scalars import Code, Flag, Id, Input, Text, View, WholeNumber
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, ItemKind

Contact = Annotated[str, Text(1, 300)]
Level = Annotated[int, WholeNumber(ge=1, le=100)]
Option = Annotated[str, Text(1, 200)]


class IntroductionState(StrEnum):
    """Whether an introduction waits: told by the clock alone, whatever anyone said (TR-27)."""

    WAITING = "waiting"
    CLOSED = "closed"


class Sought(Input):
    """Which answer to an item the members gave whom a district would like to meet: one of these."""

    level: Annotated[Level | None, Field(description="Of a rubric.")] = None
    option: Annotated[Option | None, Field(description="Of a choice, as it is written.")] = None
    yes: Annotated[Flag | None, Field(description="Of a yes-or-no item.")] = None

    def content(self) -> Content:
        """Return the answer that is looked for."""
        told = {name: getattr(self, name) for name in Sought.model_fields}
        return Content(status=AnswerStatus.REPORTED, **told)


class IntroductionDraft(Input):
    """Whom a district would like to meet, and how it is reached once both sides said yes."""

    round_id: Id
    item: Code
    sought: Sought
    contact: Contact


class SoughtView(View):
    """Which answer is looked for; what the item's kind has no use for is null."""

    level: int | None
    option: str | None
    yes: bool | None


class Met(View):
    """A member that said yes, with its contact; yours was told to it."""

    district_id: UUID
    district: str
    contact: str
    met_at: datetime


class IntroductionView(View):
    """What a district asked for, and whom it met.

    It is the same while others decline, stay silent or were never asked.
    """

    id: UUID
    round_id: UUID
    item: str
    kind: ItemKind
    sought: SoughtView
    contact: str
    asked_at: datetime
    closes_at: datetime
    state: IntroductionState
    met: list[Met]


class IntroductionsView(View):
    """What a district asked for, the newest first."""

    data: list[IntroductionView]


class InquiryAnswer(Input):
    """Whether a district would meet who asks; with a yes, how it is reached."""

    meets: Flag
    contact: Contact | None = None


class InquiryView(View):
    """What a district is asked, without a name; with a yes it is told who asked, and is told of.

    `met` stays null where who asked has left the consortium meanwhile.
    """

    id: UUID
    round_id: UUID
    item: str
    kind: ItemKind
    sought: SoughtView = Field(description="The answer of yours that they would like to hear of.")
    asked_at: datetime
    closes_at: datetime
    state: IntroductionState
    meets: bool | None
    answered_at: datetime | None
    met: Met | None


class InquiriesView(View):
    """What a district is asked, the newest first."""

    data: list[InquiryView]
