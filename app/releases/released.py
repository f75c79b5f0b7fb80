"""What the vault reads of what was let out before, and who stands behind it.

Every statement here runs while the seal is open, and on the session that the vault was given.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.disclosure.figures import Column
from app.instruments.models import Instrument, Item
from app.releases.contributions import CellName, PastFigure
from app.releases.families import Added, Families
from app.releases.models import (
    Cell,
    CellMembership,
    Release,
    ReleaseSecret,
    ReleaseSums,
    VaultKey,
)
from app.releases.seals import Member, VaultSeal
from app.rounds.models import PeerGroup, Round
from app.vocabulary import QUANTILES, CellStatus, Statistic


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


class Released:
    """Reads under an open seal what was let out.

    Who stands behind a figure is sealed beside it. Where that does not open, or is not there,
    ``SealBroken`` is raised, and nothing is planned or published: a figure of which nobody knows
    whom it tells of could be completed by any other.
    """

    def __init__(self, session: AsyncSession, seal: VaultSeal) -> None:
        self._session = session
        self._seal = seal

    async def learn_keys(self) -> None:
        """Have the seal learn the data keys of the vault."""
        rows = await self._session.execute(select(VaultKey.version, VaultKey.wrapped))
        self._seal.learn({row.version: row.wrapped for row in rows})

    async def past(self, instrument: str, families: Families) -> dict[ItemInPeriod, Past]:
        """Gather all that was ever let out of an instrument's items, with who is behind it."""
        await self.learn_keys()
        found: dict[ItemInPeriod, Past] = defaultdict(Past)
        cells = await self._session.execute(PUBLISHED.where(Instrument.code == instrument))
        for figure, behind in self._figures(cells, families):
            past = found[ItemInPeriod(figure.name.item, figure.name.period)]
            past.figures.append(figure)
            for each in behind:
                past.says_as[each.district_id][each.answer_id] = each.says_as
        for place, sum_ in await self._sums(instrument):
            found[place].sums.append(sum_)
            for column in (sum_.total, *sum_.parts):
                told_as = found[ItemInPeriod(str(column.category), place.period)].says_as
                version = UUID(str(column.version))
                told_as[UUID(str(column.district))].setdefault(version, version)
        return found

    def _figures(
        self, cells: Iterable[Any], families: Families
    ) -> Iterator[tuple[PastFigure, Sequence[Member]]]:
        """Open who stands behind each figure; the shares of the options of an item are one."""
        shares: dict[CellName, tuple[list[Member], list[str]]] = {}
        for (
            *sealed,
            category,
            factor,
            decimals,
            release,
            item,
            basis,
            group,
            told_as,
            when,
        ) in cells:
            name = CellName(release, item, basis, group, told_as, when)
            behind = self._seal.members(*sealed)
            if told_as is Statistic.PREVALENCE:
                shares.setdefault(name, (behind, []))[1].append(category)
            else:
                columns = columns_of(behind, families.category(item))
                yield PastFigure(name, columns, measured=(factor, decimals)), behind
        for name, (behind, told) in shares.items():
            columns = columns_of(behind, families.category(name.item))
            yield PastFigure(name, columns, tuple(told)), behind

    async def _sums(self, instrument: str) -> list[tuple[ItemInPeriod, Added]]:
        """List what adds up of the answers behind releases, by the total."""
        rows = await self._session.execute(
            select(Release.id, ReleaseSums.key_version, ReleaseSums.sealed)
            .outerjoin(ReleaseSums, ReleaseSums.release_id == Release.id)
            .join(Round, Round.id == Release.round_id)
            .join(Instrument, Instrument.id == Round.instrument_id)
            .where(Instrument.code == instrument)
            .order_by(Release.released_at, Release.id)
        )
        return [
            (ItemInPeriod(str(sum_.total.category), period), sum_)
            for row in rows
            for period, sum_ in self._seal.sums(*row)
        ]

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
        await self.learn_keys()
        asked = select(ReleaseSecret.key_version, ReleaseSecret.sealed).where(
            ReleaseSecret.release_id == release_id
        )
        key_version, sealed = (await self._session.execute(asked)).one()
        return self._seal.secret(release_id, key_version, sealed)

    async def included(self, release_id: UUID) -> list[tuple[UUID, str, str, int]]:
        """List whose answers a release was computed from: district, item, period and version.

        Who stands behind a quantile is nobody's to know, its own district's neither: that it is in
        the lower half would be a rank (TR-25).
        """
        await self.learn_keys()
        rows = await self._session.execute(
            BEHIND.where(Cell.release_id == release_id, Cell.statistic.not_in(QUANTILES))
        )
        included = {
            (each.district_id, code, period, each.answer_version)
            for *sealed, code, period in rows
            for each in self._seal.members(*sealed)
        }
        return list(included)


BEHIND: Final[Select[*tuple[Any, ...]]] = (
    select(Cell.id, CellMembership.key_version, CellMembership.sealed, Item.code, Cell.period)
    .outerjoin(CellMembership, CellMembership.cell_id == Cell.id)
    .join(Item, Item.id == Cell.item_id)
    .where(Cell.status == CellStatus.PUBLISHED)
)
"""The published cells, with what is sealed beside each; it is null where it was taken away."""
PUBLISHED: Final[Select[*tuple[Any, ...]]] = (
    BEHIND.with_only_columns(
        Cell.id,
        CellMembership.key_version,
        CellMembership.sealed,
        Cell.category,
        Item.factor,
        Item.decimals,
        Cell.release_id,
        Item.code,
        PeerGroup.basis,
        PeerGroup.name,
        Cell.statistic,
        Cell.period,
    )
    .join(Instrument, Instrument.id == Item.instrument_id)
    .join(Release, Release.id == Cell.release_id)
    .outerjoin(PeerGroup, PeerGroup.id == Cell.peer_group_id)
    .order_by(Release.released_at, Release.id, Cell.position)
)
"""Every figure that was let out; one that was retracted is known all the same."""


def columns_of(behind: Sequence[Member], category: str | None) -> tuple[Column, ...]:
    """Name the unknowns behind a cell."""
    return tuple(Column(each.district_id, category, each.says_as) for each in behind)
