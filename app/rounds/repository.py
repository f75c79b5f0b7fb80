"""The statements about rounds and their peer groups."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.db import Base
from app.districts.models import District
from app.instruments.models import Instrument, Item
from app.lifecycles import SUBMISSION
from app.meetings.models import Motion
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.rounds.models import PeerGroup, PeerGroupMember, Round, RoundReopening
from app.rounds.schemas import PeerGroupView, ReopeningView, RoundOrder, RoundView
from app.submissions.models import Submission
from app.topics.models import Topic
from app.vocabulary import RoundStage

EVERY_ROUND = select(*(getattr(Round, name) for name in RoundView.model_fields))
ROUND = Reading(EVERY_ROUND.where(Round.id == bindparam("sought")), RoundView, version="version")
ROUNDS = Listing(
    EVERY_ROUND,
    RoundView,
    by=[Round.period, Round.id],
    filters={
        "stage": Round.stage,
        "period": Round.period,
        "topic_id": Round.topic_id,
        "instrument_id": Round.instrument_id,
    },
    sorts={"period": Round.period, "title": Round.title},
)
MEMBERS = (
    select(
        func.array_agg(aggregate_order_by(PeerGroupMember.district_id, PeerGroupMember.district_id))
    )
    .where(PeerGroupMember.peer_group_id == PeerGroup.id)
    .scalar_subquery()
    .label("district_ids")
)
PEER_GROUPS = Listing(
    select(PeerGroup.id, PeerGroup.round_id, PeerGroup.basis, PeerGroup.name, MEMBERS).where(
        PeerGroup.round_id == bindparam("sought")
    ),
    PeerGroupView,
    by=[PeerGroup.basis, PeerGroup.name, PeerGroup.id],
    filters={"basis": PeerGroup.basis},
    never_null=["district_ids"],
)

REOPENINGS = Listing(
    select(*(getattr(RoundReopening, name) for name in ReopeningView.model_fields)).where(
        RoundReopening.round_id == bindparam("sought")
    ),
    ReopeningView,
    by=[RoundReopening.reopened_at, RoundReopening.id],
)


class RoundReadings:
    """Rounds as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, round_id: UUID, fields: str | None) -> Rendered[RoundView]:
        """Find one round, or raise ``NotFound``."""
        found = await self._reader.one(ROUND, fields, sought=round_id)
        if found is None:
            raise NotFound
        return found

    async def page(
        self,
        wanted: Wanted,
        sort: RoundOrder | None,
        *,
        stage: Sequence[RoundStage] | None,
        period: Sequence[str] | None,
        topic_id: Sequence[UUID] | None,
        instrument_id: Sequence[UUID] | None,
    ) -> Rendered[Page[RoundView]]:
        """List the rounds, by period unless sorted otherwise."""
        only = {
            "stage": stage,
            "period": period,
            "topic_id": topic_id,
            "instrument_id": instrument_id,
        }
        return await self._reader.page(ROUNDS, wanted, sort=sort, only=only)

    async def peer_groups(
        self, round_id: UUID, wanted: Wanted, *, basis: Sequence[str] | None
    ) -> Rendered[Page[PeerGroupView]]:
        """List the peer groups of a round by basis and name, or raise ``NotFound``."""
        if await self._reader.row(ROUND, sought=round_id) is None:
            raise NotFound
        return await self._reader.page(PEER_GROUPS, wanted, only={"basis": basis}, sought=round_id)

    async def reopenings(self, round_id: UUID, wanted: Wanted) -> Rendered[Page[ReopeningView]]:
        """List the reopenings of a round in their order, or raise ``NotFound``."""
        if await self._reader.row(ROUND, sought=round_id) is None:
            raise NotFound
        return await self._reader.page(REOPENINGS, wanted, sought=round_id)


@dataclass(frozen=True, slots=True)
class Named:
    """What the draft of a round names, as far as it is there."""

    topic: Topic | None
    instrument: Instrument | None
    motion: Motion | None


class RoundRepository:
    """Rounds and peer groups as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def get(self, round_id: UUID) -> Round:
        """Find one round, or raise ``NotFound``."""
        found = await self._session.scalar(select(Round).where(Round.id == round_id))
        if found is None:
            raise NotFound
        return found

    async def named(self, topic: UUID, instrument: UUID, motion: UUID | None) -> Named:
        """Find what the draft of a round names."""
        return Named(
            topic=await self._session.scalar(select(Topic).where(Topic.id == topic)),
            instrument=await self._session.scalar(
                select(Instrument).where(Instrument.id == instrument)
            ),
            motion=await self._session.scalar(select(Motion).where(Motion.id == motion)),
        )

    async def topic(self, topic_id: UUID) -> Topic:
        """Find the topic of a round."""
        found = await self._session.scalars(select(Topic).where(Topic.id == topic_id))
        return found.one()

    async def topic_ids(self, of: Round) -> set[UUID]:
        """Name the topic of a round and those of its items, without reading where they stand."""
        found = await self._session.scalars(
            select(Item.topic_id).where(Item.instrument_id == of.instrument_id)
        )
        return {of.topic_id, *found}

    async def topics_of_items(self, instrument_id: UUID) -> list[Topic]:
        """List the topic of each item of an instrument, as often as items are on it."""
        topics = select(Topic).join(Item, Item.topic_id == Topic.id)
        found = await self._session.scalars(topics.where(Item.instrument_id == instrument_id))
        return list(found)

    async def known_districts(self, ids: Collection[UUID]) -> set[UUID]:
        """Say which of these are districts of ours."""
        sought = literal(list(ids), ARRAY(Uuid()))
        found = await self._session.scalars(select(District.id).where(District.id == any_(sought)))
        return set(found)

    async def peer_groups(self, round_id: UUID) -> set[tuple[str, str]]:
        """List the peer groups of a round by basis and name."""
        found = await self._session.execute(
            select(PeerGroup.basis, PeerGroup.name).where(PeerGroup.round_id == round_id)
        )
        return {(basis, name) for basis, name in found}

    async def lock_submissions(self, round_id: UUID) -> int:
        """Lock the submissions of which something is attested; return how many that are."""
        return await self._step(round_id, "lock")

    async def unlock_submissions(self, round_id: UUID) -> int:
        """Let what was locked be corrected again; return how many submissions that are."""
        return await self._step(round_id, "reopen")

    async def _step(self, round_id: UUID, verb: str) -> int:
        """Take a step with each submission of a round that is attested and takes it."""
        sources, target = SUBMISSION.steps[verb]
        moved = await self._session.scalars(
            update(Submission)
            .where(Submission.round_id == round_id)
            .where(Submission.state.in_(sources))
            .where(Submission.attested_revision.is_not(None))
            .values(state=target, version=Submission.version + 1)
            .returning(Submission.id),
            execution_options={"synchronize_session": False},
        )
        return len(moved.all())

    async def add(self, *rows: Iterable[Base]) -> None:
        """Keep new rows, each kind of them in one statement, in the order of the kinds."""
        for kind in rows:
            self._session.add_all(kind)
            await self._session.flush()
