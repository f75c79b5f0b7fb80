"""What is read for a district's own position: statements compiled at import."""

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from app.instruments.models import Instrument, Item
from app.policy import Reading
from app.releases.beside import EarlierAnswer, PositionCell
from app.releases.models import Cell, CellRetraction, Release
from app.releases.readings import SHOWN
from app.releases.shown import FIGURE, OF_CELL, STATUS
from app.rounds.models import PeerGroup, PeerGroupMember, Round
from app.submissions.models import Answer, Submission
from app.submissions.sealed_rows import SealedAnswer

OWN_GROUPS = select(PeerGroupMember.peer_group_id).where(
    PeerGroupMember.district_id == bindparam("district_id")
)
PLACED_CELLS = Reading(
    select(
        Item.id.label("item_id"),
        Item.code.label("item"),
        Item.kind,
        Item.unit,
        Item.factor,
        Item.decimals,
        Item.options,
        Cell.peer_group_id,
        PeerGroup.basis,
        PeerGroup.name.label("group"),
        Cell.statistic,
        Cell.category,
        Cell.period,
        STATUS,
        *FIGURE,
    )
    .select_from(Cell)
    .join(Item, Item.id == Cell.item_id)
    .outerjoin(PeerGroup, PeerGroup.id == Cell.peer_group_id)
    .outerjoin(CellRetraction, OF_CELL)
    .where(
        Cell.release_id == bindparam("release_id"),
        or_(Cell.peer_group_id.is_(None), Cell.peer_group_id.in_(OWN_GROUPS)),
    )
    .order_by(Cell.position),
    PositionCell,
    never_null=["item_id", *SHOWN],
)
OF_ANSWER = [getattr(Answer, name) for name in SealedAnswer.model_fields]
OF_SUBMISSION = and_(
    Submission.district_id == Answer.district_id, Submission.id == Answer.submission_id
)
ATTESTED = Reading(
    select(*OF_ANSWER)
    .join(Submission, OF_SUBMISSION)
    .where(
        Answer.round_id == bindparam("round_id"),
        Answer.district_id == bindparam("district_id"),
        Answer.revision <= Submission.attested_revision,
    )
    .ext(distinct_on(Answer.item_id))
    .order_by(Answer.item_id, Answer.version.desc()),
    SealedAnswer,
)
OTHER_ROUND, OTHER_RELEASE = aliased(Round), aliased(Release)
OTHER_ITEM, OTHER_INSTRUMENT = aliased(Item), aliased(Instrument)
EARLIER = Reading(
    select(
        *OF_ANSWER,
        OTHER_ITEM.code.label("item"),
        Answer.round_id,
        OTHER_ROUND.period,
    )
    .select_from(Release)
    .join(Round, Round.id == Release.round_id)
    .join(Instrument, Instrument.id == Round.instrument_id)
    .join(OTHER_INSTRUMENT, OTHER_INSTRUMENT.code == Instrument.code)
    .join(
        OTHER_ROUND,
        and_(OTHER_ROUND.instrument_id == OTHER_INSTRUMENT.id, OTHER_ROUND.period < Round.period),
    )
    .join(
        OTHER_RELEASE,
        and_(
            OTHER_RELEASE.round_id == OTHER_ROUND.id,
            OTHER_RELEASE.released_at < Release.released_at,
        ),
    )
    .join(Answer, Answer.round_id == OTHER_ROUND.id)
    .join(OTHER_ITEM, OTHER_ITEM.id == Answer.item_id)
    .join(Submission, OF_SUBMISSION)
    .where(
        Release.id == bindparam("release_id"),
        Answer.district_id == bindparam("district_id"),
        Answer.revision <= Submission.attested_revision,
    )
    .ext(distinct_on(OTHER_ITEM.code, OTHER_ROUND.period))
    .order_by(
        OTHER_ITEM.code,
        OTHER_ROUND.period,
        OTHER_RELEASE.released_at.desc(),
        OTHER_ROUND.id,
        Answer.version.desc(),
    ),
    EarlierAnswer,
    never_null=["item"],
)
"""A district's answers of earlier periods, of rounds released before a release (DR-10)."""
