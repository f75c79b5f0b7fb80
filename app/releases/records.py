"""What the vault reads: answers as they are sealed, and what was let out before.

Every statement here runs while the seal is open, and on the session that the vault was given.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.models import Consent
from app.disclosure.figures import Column
from app.districts.models import District
from app.instruments.models import Instrument, Item
from app.practices.models import Practice
from app.releases.contributions import Asked, CellName, Group, PastFigure
from app.releases.families import Added, Breakdown, Families
from app.releases.models import Cell, CellContributor, Release, ReleaseSecret, ReleaseSum
from app.rounds.models import PeerGroup, PeerGroupMember, Round
from app.submissions.models import Answer, DistrictKey, Submission
from app.topics.models import Topic
from app.vocabulary import (
    QUANTILES,
    CellStatus,
    DistrictState,
    ItemKind,
    RoundStage,
    Statistic,
    SubmissionState,
)


class Sealed(NamedTuple):
    """An answer as it is kept, and the round that it was given in."""

    district_id: UUID
    round_id: UUID
    item_id: UUID
    id: UUID
    version: int
    key_version: int
    sealed: bytes


class ItemInPeriod(NamedTuple):
    """An item by its code, whatever the edition of the instrument, in a period."""

    code: str
    period: str


@dataclass(slots=True)
class Past:
    """What was let out of an item in a period, the oldest release first.

    ``says_as`` tells of each district which of its answers are told as which; ``sums`` what of
    the answers behind it adds up, of an item that is a total.
    """

    figures: list[PastFigure] = field(default_factory=list)
    says_as: dict[UUID, dict[UUID, UUID]] = field(default_factory=lambda: defaultdict(dict))
    sums: list[Added] = field(default_factory=list)


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
    """Reads under an open seal; what it gives is still sealed, or a membership."""

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

    async def past(self, instrument: str, families: Families) -> dict[ItemInPeriod, Past]:
        """Gather all that was ever let out of an instrument's items, with who is behind it."""
        cells = await self._session.execute(PUBLISHED.where(Instrument.code == instrument))
        behind = await self._behind(instrument)
        found: dict[ItemInPeriod, Past] = defaultdict(Past)
        shares: dict[tuple[ItemInPeriod, CellName], list[tuple[UUID, str]]] = {}
        for cell_id, code, period, *named, category, factor, decimals in cells:
            place = ItemInPeriod(code, period)
            release_id, basis, group, statistic = named
            name = CellName(release_id, code, basis, group, statistic, period)
            for district, answer, says_as in behind[cell_id]:
                found[place].says_as[district][answer] = says_as
            if statistic is Statistic.PREVALENCE:
                shares.setdefault((place, name), []).append((cell_id, category))
            else:
                columns = columns_of(behind[cell_id], families.category(code))
                mean = PastFigure(name, columns, measured=(factor, decimals))
                found[place].figures.append(mean)
        for (place, name), told in shares.items():
            columns = columns_of(behind[told[0][0]], families.category(place.code))
            categories = tuple(category for _, category in told)
            found[place].figures.append(PastFigure(name, columns, categories))
        for place, sum_ in await self._sums(instrument):
            found[place].sums.append(sum_)
            for each in (sum_.total, *sum_.parts):
                told_as = found[ItemInPeriod(str(each.category), place.period)].says_as
                version = UUID(str(each.version))
                told_as[UUID(str(each.district))].setdefault(version, version)
        return found

    async def _sums(self, instrument: str) -> list[tuple[ItemInPeriod, Added]]:
        """List what adds up of the answers behind releases, by the total."""
        rows = await self._session.execute(
            select(
                Item.code,
                ReleaseSum.period,
                ReleaseSum.district_id,
                ReleaseSum.total,
                ReleaseSum.parts,
                ReleaseSum.certain,
            )
            .join(Item, Item.id == ReleaseSum.item_id)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .where(Instrument.code == instrument)
            .order_by(ReleaseSum.release_id, ReleaseSum.total)
        )
        return [
            (
                ItemInPeriod(code, period),
                Added(
                    Column(district, code, total),
                    tuple(Column(district, part, UUID(says_as)) for part, says_as in parts.items()),
                    certain,
                ),
            )
            for code, period, district, total, parts, certain in rows
        ]

    async def _behind(self, instrument: str) -> Mapping[UUID, Sequence[tuple[UUID, UUID, UUID]]]:
        """Tell of each cell whose answers went into it: district, answer, what it says as."""
        rows = await self._session.execute(
            select(
                CellContributor.cell_id,
                CellContributor.district_id,
                CellContributor.answer_id,
                CellContributor.says_as,
            )
            .join(Cell, Cell.id == CellContributor.cell_id)
            .join(Item, Item.id == Cell.item_id)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .where(Instrument.code == instrument)
            .order_by(CellContributor.cell_id, CellContributor.district_id)
        )
        behind: dict[UUID, list[tuple[UUID, UUID, UUID]]] = defaultdict(list)
        for cell_id, *who in rows:
            behind[cell_id].append((who[0], who[1], who[2]))
        return behind

    async def told_in(self, release_id: UUID) -> list[ItemInPeriod]:
        """Name the items and periods of which a release told something."""
        rows = await self._session.execute(
            select(Item.code, Cell.period)
            .join(Item, Item.id == Cell.item_id)
            .where(Cell.release_id == release_id, Cell.status == CellStatus.PUBLISHED)
            .distinct()
            .order_by(Item.code, Cell.period)
        )
        return [ItemInPeriod(code, period) for code, period in rows]

    async def secret(self, release_id: UUID) -> bytes:
        """Return what the proofs of inclusion in a release are made with."""
        asked = select(ReleaseSecret.secret).where(ReleaseSecret.release_id == release_id)
        return (await self._session.scalars(asked)).one()

    async def included(self, release_id: UUID) -> list[tuple[UUID, str, str, int]]:
        """List whose answers a release was computed from: district, item, period and version.

        Who stands behind a quantile is nobody's to know, its own district's neither: that it is in
        the lower half would be a rank (TR-25).
        """
        rows = await self._session.execute(
            select(
                CellContributor.district_id, Item.code, Cell.period, CellContributor.answer_version
            )
            .join(Cell, Cell.id == CellContributor.cell_id)
            .join(Item, Item.id == Cell.item_id)
            .where(Cell.release_id == release_id, Cell.statistic.not_in(QUANTILES))
            .distinct()
        )
        return [(district, code, period, version) for district, code, period, version in rows]


PUBLISHED: Select[*tuple[Any, ...]] = (
    select(
        Cell.id,
        Item.code,
        Cell.period,
        Cell.release_id,
        PeerGroup.basis,
        PeerGroup.name,
        Cell.statistic,
        Cell.category,
        Item.factor,
        Item.decimals,
    )
    .join(Item, Item.id == Cell.item_id)
    .join(Instrument, Instrument.id == Item.instrument_id)
    .join(Release, Release.id == Cell.release_id)
    .outerjoin(PeerGroup, PeerGroup.id == Cell.peer_group_id)
    .where(Cell.status == CellStatus.PUBLISHED)
    .order_by(Release.released_at, Release.id, Cell.position)
)
"""Every figure that was let out; one that was retracted is known all the same."""


def columns_of(
    behind: Sequence[tuple[UUID, UUID, UUID]], category: str | None
) -> tuple[Column, ...]:
    """Name the unknowns behind a cell."""
    return tuple(Column(district, category, says_as) for district, _, says_as in behind)
