"""Shows an answer to those it belongs to."""

from dataclasses import asdict
from uuid import UUID

from app.submissions.models import Answer
from app.submissions.schemas import AnswerView
from app.submissions.sealed_rows import SealedAnswer
from app.submissions.seals import OwnSeal
from app.vocabulary import ItemKind


def shown(
    seal: OwnSeal, round_id: UUID, code: str, kind: ItemKind, row: SealedAnswer | Answer
) -> AnswerView:
    """Open one version of an answer."""
    return AnswerView(
        id=row.id,
        item=code,
        kind=kind,
        version=row.version,
        revision=row.revision,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        **asdict(seal.opened(row, round_id)),
    )
