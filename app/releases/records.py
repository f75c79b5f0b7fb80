"""What the vault reads of a round: its items, its groups, and answers as they are sealed.

Every statement here runs while the seal is open, and on the session that the vault was given.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.models import Consent
from app.districts.models import District
from app.instruments.models import Instrument, Item
from app.practices.models import Practice
from app.releases.contributions import Asked, Group
from app.releases.families import Breakdown, Families
from app.releases.models import Release
from app.releases.released import ItemInPeriod
from app.rounds.models import PeerGroup, PeerGroupMember, Round
from app.submissions.models import Answer, DistrictKey, Submission
from app.topics.models import Topic
from app.vocabulary import DistrictState, ItemKind, RoundStage, SubmissionState


class Sealed(NamedTuple):
    """An answer as it is kept, and the round that it was given in."""

    district_id: UUID
    round_id: UUID
    item_id: UUID
    id: UUID
    version: int
    key_version: int
    sealed: bytes


SEALED = (
    Answer.district_id,
    Answer.round_id,
    Answer.item_id,
    Answer.id,
    Answer.version,
    Answer.key_version,
    Answer.sealed,
)


class Records:
    """Reads under an open seal; the answers that it gives are still sealed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def instrument(self, instrument_id: UUID) -> str:
        """Return the code of an instrument."""
        asked = select(Instrument.code).where(Instrument.id == instrument_id)
        return (await self._session.scalars(asked)).one()

    async def families(self, instrument: str) -> Families:
        """Say which items of an instrument add up, in whatever edition."""
        rows = await self._session.execute(
            select(Item.instrument_id, Item.part_of, Item.code)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .where(Instrument.code == instrument, Item.part_of.is_not(None))
            .order_by(Instrument.edition, Item.position)
        )
        parts: dict[UUID, dict[str, list[str]]] = {}
        for edition, total, code in rows:
            parts.setdefault(edition, {}).setdefault(total or "", []).append(code)
        return Families(
            {
                edition: [Breakdown(total, tuple(codes)) for total, codes in found.items()]
                for edition, found in parts.items()
            }
        )

    async def asked(self, instrument_id: UUID, families: Families) -> list[Asked]:
        """List the items of an instrument in their order, with the kinds of their topics."""
        rows = await self._session.execute(
            select(Item, Topic.kind)
            .join(Topic, Topic.id == Item.topic_id)
            .where(Item.instrument_id == instrument_id)
            .order_by(Item.position)
        )
        return [Asked(item, topic, families.of(item.code)) for item, topic in rows]

    async def groups(self, round_id: UUID) -> list[Group]:
        """List the districts of each peer group of a round, the groups by basis and name."""
        rows = await self._session.execute(
            select(PeerGroup.id, PeerGroup.basis, PeerGroup.name, PeerGroupMember.district_id)
            .outerjoin(PeerGroupMember, PeerGroupMember.peer_group_id == PeerGroup.id)
            .where(PeerGroup.round_id == round_id)
            .order_by(PeerGroup.basis, PeerGroup.name, PeerGroup.id)
        )
        members: dict[tuple[UUID, str, str], set[UUID]] = {}
        for group, basis, name, district in rows:
            members.setdefault((group, basis, name), set()).add(district)
        return [Group(*group, districts) for group, districts in members.items()]

    async def offices(self) -> dict[UUID, str | UUID]:
        """Name who runs each district: itself, where nobody runs several."""
        rows = await self._session.execute(select(District.id, District.administration))
        return {district: run_by or district for district, run_by in rows}

    async def released_before(self, instrument: str, period: str) -> Round | None:
        """Find the published round of an instrument in the newest period before this one."""
        found: Round | None = await self._session.scalar(
            select(Round)
            .join(Instrument, Instrument.id == Round.instrument_id)
            .where(
                Instrument.code == instrument,
                Round.period < period,
                Round.stage == RoundStage.PUBLISHED,
            )
            .order_by(Round.period.desc(), Round.published_at.desc(), Round.id)
            .limit(1)
        )
        return found

    async def releases_of(self, round_id: UUID) -> frozenset[UUID]:
        """Name the releases of a round so far."""
        asked = select(Release.id).where(Release.round_id == round_id)
        return frozenset(await self._session.scalars(asked))

    async def answers(self, round_id: UUID, items: Collection[UUID]) -> list[Sealed]:
        """List what was attested and locked of a round, of districts that have not left."""
        rows = await self._session.execute(
            select(*SEALED)
            .join(Submission, Submission.id == Answer.submission_id)
            .join(District, District.id == Answer.district_id)
            .where(
                Answer.round_id == round_id,
                Answer.item_id.in_(items),
                Answer.revision <= Submission.attested_revision,
                Submission.state == SubmissionState.LOCKED,
                District.standing != DistrictState.LEFT,
            )
            .ext(distinct_on(Answer.district_id, Answer.item_id))
            .order_by(Answer.district_id, Answer.item_id, Answer.version.desc())
        )
        return [Sealed(*row) for row in rows]

    async def answers_by_id(self, ids: Collection[UUID]) -> list[Sealed]:
        """List answers of whatever round."""
        if not ids:
            return []
        rows = await self._session.execute(select(*SEALED).where(Answer.id.in_(ids)))
        return [Sealed(*row) for row in rows]

    async def keys(self, districts: Collection[UUID]) -> dict[tuple[UUID, int], bytes]:
        """Give the wrapped data keys of districts, by their versions."""
        rows = await self._session.execute(
            select(DistrictKey.district_id, DistrictKey.version, DistrictKey.wrapped).where(
                DistrictKey.district_id.in_(districts)
            )
        )
        return {(district, version): wrapped for district, version, wrapped in rows}

    async def consenting(self, instrument: str) -> dict[ItemInPeriod, set[UUID]]:
        """Name the districts that ever let others know an answer: what is known stays known.

        Who tells the members what it does on a topic counts among them in the topic's items, but
        for figures: it tells none.
        """
        rows = await self._session.execute(
            select(Item.code, Round.period, Consent.district_id)
            .select_from(Consent)
            .join(Round, Round.id == Consent.round_id)
            .join(Item, Item.id == Consent.item_id)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .where(Instrument.code == instrument)
        )
        telling = await self._session.execute(
            select(Item.code, Round.period, Practice.district_id)
            .select_from(Practice)
            .join(Item, Item.topic_id == Practice.topic_id)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .join(Round, Round.instrument_id == Instrument.id)
            .where(Instrument.code == instrument, Item.kind != ItemKind.QUANTITATIVE)
        )
        found: dict[ItemInPeriod, set[UUID]] = defaultdict(set)
        for code, period, district in (*rows, *telling):
            found[ItemInPeriod(code, period)].add(district)
        return found
