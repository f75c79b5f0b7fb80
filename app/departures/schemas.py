"""What departures and exports look like on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.scalars import Input, View, WholeNumber
from app.submissions.schemas import AnswerView, WithdrawalView
from app.submissions.sealed_rows import PastAnswer, SealedWithdrawal
from app.vocabulary import DepartureState

Count = Annotated[int, WholeNumber(ge=0, le=10**9)]


class ConfirmationDraft(Input):
    """How a district says that it has a copy of what will be shredded."""

    answers: Annotated[
        Count, Field(description="Versions of answers in the export: all that there are.")
    ]


class DepartureView(View):
    """How far a district has come with leaving; ``held_until`` is when its answers are shredded."""

    id: UUID
    district_id: UUID
    state: DepartureState
    announced_by: UUID
    announced_at: datetime
    answers: int | None = Field(description="Versions of answers exported, as it was confirmed.")
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    held_until: datetime | None
    cancelled_by: UUID | None
    cancelled_at: datetime | None
    shredded_at: datetime | None
    version: int


class ExportedAnswer(AnswerView):
    """One version of an answer, with the question and the round it was given in."""

    round_id: UUID
    round: str = Field(description="The title of the round.")
    period: str
    question: str


class ExportedWithdrawal(WithdrawalView):
    """A withdrawal, with the round it was made in."""

    id: UUID
    round_id: UUID
    round: str = Field(description="The title of the round.")


class SealedExport(PastAnswer):
    """One version of an answer with what it answers, before it is opened."""

    round_id: UUID
    round: str
    period: str
    question: str


class SealedExportOfWithdrawal(SealedWithdrawal):
    """A withdrawal with its round, before its reason is opened."""

    round_id: UUID
    round: str
