"""What readings give of sealed rows, before they are opened."""

from datetime import datetime
from uuid import UUID

from app.scalars import View
from app.vocabulary import ItemKind, RoundStage


class Question(View):
    """One item of a round's instrument."""

    stage: RoundStage
    id: UUID
    code: str
    kind: ItemKind


class SealedAnswer(View):
    """One version of an answer, before it is opened."""

    id: UUID
    item_id: UUID
    version: int
    revision: int
    key_version: int
    sealed: bytes
    entered_by: UUID
    entered_at: datetime


class PastAnswer(SealedAnswer):
    """One version of an answer with its item, before it is opened."""

    item: str
    kind: ItemKind


class SealedWithdrawal(View):
    """A withdrawal, before its reason is opened."""

    id: UUID
    revision: int
    key_version: int
    sealed: bytes
    withdrawn_by: UUID
    withdrawn_at: datetime


class WrappedKey(View):
    """A version of the district's data key, wrapped."""

    version: int
    wrapped: bytes
