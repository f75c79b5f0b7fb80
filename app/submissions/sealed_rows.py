"""Rows as they are stored, sealed, and how an answer is shown to those it belongs to."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from app.scalars import View
from app.submissions.models import Answer
from app.submissions.schemas import AnswerView
from app.submissions.seals import OwnSeal
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


def shown(
    seal: OwnSeal, round_id: UUID, code: str, kind: ItemKind, row: SealedAnswer | Answer
) -> AnswerView:
    """Open one version of an answer."""
    content = seal.open(row.sealed, row.key_version, round_id, row.item_id, row.version)
    return AnswerView(
        id=row.id,
        item=code,
        kind=kind,
        version=row.version,
        revision=row.revision,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        **asdict(content),
    )
