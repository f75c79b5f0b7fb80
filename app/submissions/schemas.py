"""What submissions look like on the wire."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.scalars import Code, Figure, Flag, Input, LongText, Number, Text, View, WholeNumber
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, ItemKind, RoundStage, SubmissionState

Value = Annotated[Decimal, Number(ge=-(10**12), le=10**12, decimal_places=6)]
Count = Annotated[Decimal, Number(ge=0, le=10**12, decimal_places=6)]
Level = Annotated[int, WholeNumber(ge=1, le=100)]
Remark = Annotated[str, Text(1, 2000, lines=True)]


class AnswerDraft(Input):
    """What to answer to an item: the members that its kind asks for, or a status and why."""

    status: Annotated[
        AnswerStatus,
        Field(description="Anything but `reported` comes without a value, and with a comment."),
    ] = AnswerStatus.REPORTED
    value: Annotated[Value | None, Field(description="Of a plain quantitative item.")] = None
    numerator: Annotated[Count | None, Field(description="Of a ratio.")] = None
    denominator: Annotated[Count | None, Field(description="Of a ratio; above 0.")] = None
    level: Annotated[Level | None, Field(description="Of a rubric, from 1.")] = None
    option: Annotated[
        Annotated[str, Text(1, 200)] | None, Field(description="Of a choice, as it is written.")
    ] = None
    yes: Annotated[Flag | None, Field(description="Of a yes-or-no item.")] = None
    text: Annotated[LongText | None, Field(description="Of a narrative.")] = None
    comment: Annotated[
        Remark | None, Field(description="Required where nothing is reported: says why.")
    ] = None
    reason: Annotated[
        Remark | None, Field(description="Required while the round is in review (TR-21).")
    ] = None

    def content(self) -> Content:
        """Return what it says."""
        return Content(**{name: getattr(self, name) for name in AnswerDraft.model_fields})


class AnswerEntry(AnswerDraft):
    """One row of a batch: the code of an item, and what to answer to it."""

    item: Code


class WithdrawalDraft(Input):
    """Why a district takes its answers out of a round; sealed like an answer."""

    reason: Remark


class AnswerView(View):
    """One version of the answer to an item; a correction is a new version, and the old ones stay.

    ``revision`` is the draft it was entered in: it counts once that revision is attested.
    """

    id: UUID
    item: str
    kind: ItemKind
    status: AnswerStatus
    value: Figure | None
    numerator: Figure | None
    denominator: Figure | None
    level: int | None
    option: str | None
    yes: bool | None
    text: str | None
    comment: str | None
    reason: str | None
    version: int
    revision: int
    entered_by: UUID
    entered_at: datetime


class WithdrawalView(View):
    """That the district took its answers out of the round, and why."""

    revision: int
    reason: str
    withdrawn_by: UUID
    withdrawn_at: datetime


class ProgressView(View):
    """How far a district has come with a round; before its first answer, an empty draft.

    ``revision`` is the draft at hand, ``attested_revision`` the one that counts.
    """

    round_id: UUID
    district_id: UUID
    state: SubmissionState
    revision: int
    attested_revision: int | None
    attested_by: UUID | None
    attested_at: datetime | None
    withdrawn_at: datetime | None
    items_answered: int
    version: int


class SubmissionView(ProgressView):
    """A district's own answers to a round: the newest to each item, in the order of the items."""

    stage: RoundStage = Field(description="Where the round stands.")
    answers: list[AnswerView]
    missing: list[str] = Field(description="Codes of the items that have no answer yet.")
    withdrawals: list[WithdrawalView]
