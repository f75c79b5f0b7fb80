"""What is read for the distance to a target: statements compiled at import."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from app.consortium_targets.models import ConsortiumTarget
from app.instruments.models import Instrument, Item
from app.measuring.words import Direction
from app.policy import Reading
from app.rounds.models import Round
from app.scalars import View
from app.submissions.models import Answer, Submission
from app.submissions.sealed_rows import SealedAnswer


class Aimed(View):
    """What the members aim for, in the unit that the newest edition of the instrument asks in."""

    instrument_code: str
    item_code: str
    period: str
    direction: Direction
    aim: Decimal
    unit: str | None
    factor: int | None
    decimals: int | None


class AttestedAnswer(SealedAnswer):
    """An attested answer, before it is opened, and what its item asked for."""

    round_id: UUID
    unit: str | None
    factor: int | None
    decimals: int | None


SCALE = (Item.unit, Item.factor, Item.decimals)
TARGET = Reading(
    select(
        ConsortiumTarget.instrument_code,
        ConsortiumTarget.item_code,
        ConsortiumTarget.period,
        ConsortiumTarget.direction,
        ConsortiumTarget.aim,
        *SCALE,
    )
    .join(Instrument, Instrument.code == ConsortiumTarget.instrument_code)
    .join(Item, and_(Item.instrument_id == Instrument.id, Item.code == ConsortiumTarget.item_code))
    .where(ConsortiumTarget.id == bindparam("sought"))
    .order_by(Instrument.edition.desc())
    .limit(1),
    Aimed,
)
ATTESTED = Reading(
    select(*(getattr(Answer, name) for name in SealedAnswer.model_fields), Answer.round_id, *SCALE)
    .join(
        Submission,
        and_(Submission.district_id == Answer.district_id, Submission.id == Answer.submission_id),
    )
    .join(Round, Round.id == Answer.round_id)
    .join(Item, Item.id == Answer.item_id)
    .join(Instrument, Instrument.id == Item.instrument_id)
    .where(
        Answer.district_id == bindparam("district_id"),
        Answer.revision <= Submission.attested_revision,
        Instrument.code == bindparam("instrument"),
        Item.code == bindparam("item"),
        Round.period == bindparam("period"),
    )
    .order_by(Submission.attested_at.desc(), Answer.round_id.desc(), Answer.version.desc())
    .limit(1),
    AttestedAnswer,
)
"""The answer of a district to an item in a period that was attested last."""
