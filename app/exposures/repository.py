"""The statements of exposure previews: of public context alone, and of no answer."""

from uuid import UUID

from sqlalchemy import Integer, Text, and_, bindparam, cast, func, null, or_, select, true

from app.charter.models import CharterVersion
from app.districts.models import District
from app.exposures.schemas import (
    ExposureView,
    Heading,
    ItemExposure,
    Parameters,
    PlaceExposure,
    Question,
)
from app.exposures.sentences import said
from app.instruments.models import Item
from app.policy import Grant, Reading
from app.problems import NotFound
from app.rounds.models import PeerGroup, PeerGroupMember, Round
from app.submissions.models import Submission
from app.topics.models import Topic
from app.vocabulary import DistrictState

HEADING = Reading(
    select(
        Round.id.label("round_id"),
        Round.title.label("round"),
        Round.period,
        Round.stage,
        District.id.label("district_id"),
        District.name.label("district"),
        Round.charter_version,
        Submission.state,
        func.coalesce(Submission.items_answered, 0).label("items_answered"),
    )
    .select_from(Round)
    .join(District, true())
    .outerjoin(
        Submission, and_(Submission.district_id == District.id, Submission.round_id == Round.id)
    )
    .where(Round.id == bindparam("round_id"), District.id == bindparam("district_id")),
    Heading,
    never_null=["round_id", "round", "district_id", "district", "items_answered"],
)
QUESTIONS = Reading(
    select(
        Item.code.label("item"),
        Item.prompt,
        Item.kind,
        Topic.kind.label("topic_kind"),
        Item.disclosure,
        Item.unit,
        Item.statistic,
    )
    .join(Round, Round.instrument_id == Item.instrument_id)
    .join(Topic, Topic.id == Item.topic_id)
    .where(Round.id == bindparam("round_id"))
    .order_by(Item.position),
    Question,
    never_null=["item", "topic_kind"],
)
WHOLE = Reading(
    select(
        cast(null(), Text).label("basis"),
        cast(null(), Text).label("group"),
        func.count(District.id).label("districts"),
    ).where(District.standing == DistrictState.ACTIVE),
    PlaceExposure,
    never_null=["districts"],
)
OWN_GROUPS = Reading(
    select(
        PeerGroup.basis,
        PeerGroup.name.label("group"),
        select(func.count())
        .where(PeerGroupMember.peer_group_id == PeerGroup.id)
        .scalar_subquery()
        .label("districts"),
    )
    .where(
        PeerGroup.round_id == bindparam("round_id"),
        PeerGroup.id.in_(
            select(PeerGroupMember.peer_group_id).where(
                PeerGroupMember.district_id == bindparam("district_id")
            )
        ),
    )
    .order_by(PeerGroup.basis, PeerGroup.name),
    PlaceExposure,
    never_null=["group", "districts"],
)
VERSION = bindparam("version", type_=Integer())
"""Of the charter; null for the one in force."""
PARAMETERS = Reading(
    select(*(getattr(CharterVersion, name) for name in Parameters.model_fields))
    .where(or_(VERSION.is_(None), CharterVersion.version == VERSION))
    .order_by(CharterVersion.version.desc())
    .limit(1),
    Parameters,
)


class ExposureReadings:
    """Exposure previews of a district's own submissions."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def preview(self, round_id: UUID, district_id: UUID) -> ExposureView:
        """Say what may be told of a district's answers to a round, or raise ``NotFound``."""
        self._reach.require(district_id)
        heading = await self._reader.row(HEADING, round_id=round_id, district_id=district_id)
        if heading is None:
            raise NotFound
        found = await self._reader.row(PARAMETERS, version=heading.charter_version)
        if found is None:
            raise NotFound
        charter = found.charter()
        questions = await self._reader.rows(QUESTIONS, round_id=round_id)
        whole = await self._reader.rows(WHOLE)
        own = await self._reader.rows(OWN_GROUPS, round_id=round_id, district_id=district_id)
        return ExposureView(
            **heading.model_dump(exclude={"charter_version"}),
            charter_version=charter.version,
            items_total=len(questions),
            places=[*whole, *own],
            items=[
                ItemExposure(
                    **each.model_dump(exclude={"statistic"}), statistics=each.statistics(charter)
                )
                for each in questions
            ],
            **said(charter).model_dump(),
        )
