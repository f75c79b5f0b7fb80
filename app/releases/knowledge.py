"""What may become known of an answer without giving away another: the bound of DR-11."""

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.charter.versions import charter_numbered
from app.disclosure.consents import answers_in, may_become_known
from app.disclosure.figures import Column, Figure, Setting
from app.instruments.models import Instrument, Item
from app.policy import Grant
from app.policy.rules.sharing import others_stay_unknown, refusals_are_few
from app.policy.seal import unsealed
from app.releases.contributions import item_of
from app.releases.deciding import setting_of
from app.releases.periods import known_of
from app.releases.records import Records
from app.releases.released import Released
from app.releases.seals import VaultSeal
from app.rounds.models import Round
from app.vocabulary import ItemKind

ONE_AT_A_TIME: Final = CapacityLimiter(1)
"""An audit takes a processor whole: a second one at once would leave none for other requests."""


class Told(NamedTuple):
    """All that was ever let out of an item in a period, and of what adds up with it.

    ``setting`` is what it is held against, ``category`` what tells the item's answers from others.
    """

    setting: Setting
    figures: Sequence[Figure]
    category: str | None

    def answers_of(self, district_id: UUID) -> frozenset[Column]:
        """Gather a district's answers to the item, those too that only stand behind a total."""
        ties = [*self.setting.ties, *self.setting.doubted]
        tied = {column for tie in ties for column in tie}
        of_district = answers_in(self.figures, district_id) | {
            column for column in tied if column.district == district_id
        }
        if self.category is None:
            return of_district
        return frozenset(each for each in of_district if item_of(each) == self.category)


class Knowledge:
    """Judges who may become known: it reads who is behind each figure, and opens no answer.

    It is judged as if whoever knows something told everybody else. What is released stands still
    meanwhile, of every round of the instrument, and stays so until what becomes known is written.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def require_hidden(self, round_id: UUID, item_id: UUID, district_id: UUID) -> None:
        """Insist that the others stay hidden when a district's answer becomes known (DR-11).

        Raises ``Conflict`` where the district was told too often that they would not (DR-14).
        """
        self._concerns(district_id)
        rounds = select(Round).where(Round.id == round_id)
        items = select(Item).where(Item.id == item_id)
        async with unsealed(self._grant, f"round:{round_id}") as session:
            of_round = (await session.scalars(rounds)).one()
            item = (await session.scalars(items)).one()
            await self._hold(session, Instrument.id == of_round.instrument_id)
            released = Released(session, VaultSeal(self._grant.keys))
            told = await told_of(session, released, of_round, {item.code})
        others_stay_unknown.require(await judged(told, district_id))

    async def require_hidden_on(self, topic_id: UUID, district_id: UUID) -> None:
        """Insist so for every item of a topic that asks what is done, in every period released."""
        self._concerns(district_id)
        told: list[Told | None] = []
        on_it = select(Item.instrument_id).where(Item.topic_id == topic_id)
        async with unsealed(self._grant, f"topic:{topic_id}") as session:
            await self._hold(session, Instrument.id.in_(on_it))
            rows = await session.execute(
                select(Round, Item.code)
                .join(Instrument, Instrument.id == Round.instrument_id)
                .join(Item, Item.instrument_id == Instrument.id)
                .where(
                    Item.topic_id == topic_id,
                    Item.kind != ItemKind.QUANTITATIVE,
                    Round.published_at.is_not(None),
                )
            )
            items: dict[Round, set[str]] = {}
            for of_round, code in rows:
                items.setdefault(of_round, set()).add(code)
            released = Released(session, VaultSeal(self._grant.keys))
            for of_round, codes in items.items():
                told += await told_of(session, released, of_round, codes)
        others_stay_unknown.require(await judged(told, district_id))

    def _concerns(self, district_id: UUID) -> None:
        """Insist that a district may still be told no, and have its ledger know if it is."""
        refusals_are_few.require(self._grant.heard.get(district_id, 0))
        self._grant.concerned = district_id

    async def _hold(self, session: AsyncSession, which: ColumnElement[bool]) -> None:
        """Hold what is released of instruments, in one order, as who publishes does."""
        codes = select(Instrument.code).where(which).distinct().order_by(Instrument.code)
        for code in (await session.scalars(codes)).all():
            await self._grant.hold(f"released:{code}")


async def told_of(
    session: AsyncSession, released: Released, of_round: Round, codes: set[str]
) -> list[Told | None]:
    """Gather all that was ever let out of items in the period of a round; null where a quantile is.

    Which answers a quantile is made of depends on what was answered (DR-07), and so would the
    verdict: who may become known would show who is in the middle. What adds up with an item is
    gathered with it.
    """
    if of_round.charter_version is None:
        return []
    charter, records = await charter_numbered(session, of_round.charter_version), Records(session)
    instrument = await records.instrument(of_round.instrument_id)
    offices = await records.offices()
    families = await records.families(instrument)
    known = await known_of(records, released, instrument, families)
    everything = await records.asked(of_round.instrument_id, families)
    found: list[Told | None] = []
    for asked in everything:
        together = families.together(asked.item.code)
        period = known.before(together, of_round.period)
        if asked.item.code not in codes or asked.public or not period.past:
            continue
        if any(each.name.statistic.is_quantile for each in period.past):
            found.append(None)
            continue
        family = [each for each in everything if each.item.code in together]
        setting = setting_of(family, period, offices, charter)
        figures = [figure for each in period.past for figure in each.figures()]
        found.append(Told(setting, figures, asked.category))
    return found


async def judged(told: Sequence[Told | None], district_id: UUID) -> bool:
    """Judge beside the event loop."""
    return await to_thread.run_sync(
        partial(others_stay_hidden, told, district_id), limiter=ONE_AT_A_TIME
    )


def others_stay_hidden(told: Sequence[Told | None], district_id: UUID) -> bool:
    """Judge what becomes known of each item; beside a quantile, nothing does."""
    return all(
        each is not None
        and may_become_known(each.figures, each.setting, each.answers_of(district_id)).allowed
        for each in told
    )
