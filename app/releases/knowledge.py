"""What may become known of an answer without giving away another: the bound of DR-11."""

from asyncio import to_thread
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.charter.versions import charter_numbered
from app.disclosure.consents import answers_in, may_become_known
from app.disclosure.figures import Figure, Setting
from app.instruments.models import Instrument, Item
from app.policy import Grant
from app.policy.seal import unsealed
from app.releases.contributions import InPeriod
from app.releases.deciding import setting_of
from app.releases.records import ItemInPeriod, Records
from app.rounds.models import Round

Told = tuple[Setting, Sequence[Figure]]
"""All that was ever let out of an item in a period, and what it is held against."""


class Knowledge:
    """Judges who may become known: it reads who is behind each figure, and opens no answer.

    It is judged as if whoever knows something told everybody else. What is released stands still
    meanwhile, of every round of the instrument, and stays so until what becomes known is written.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def stays_hidden(self, round_id: UUID, item_id: UUID, district_id: UUID) -> bool:
        """Say whether the others stay hidden when a district's answer becomes known."""
        rounds = select(Round).where(Round.id == round_id)
        items = select(Item).where(Item.id == item_id)
        async with unsealed(self._grant, f"round:{round_id}") as session:
            of_round = (await session.scalars(rounds)).one()
            item = (await session.scalars(items)).one()
            await self._hold(session, Instrument.id == of_round.instrument_id)
            told = await told_of(session, of_round, {item.code})
        return await to_thread(others_stay_hidden, told, district_id)

    async def stays_hidden_on(self, topic_id: UUID, district_id: UUID) -> bool:
        """Say so of every item of a topic, in every period that was released."""
        told: list[Told] = []
        on_it = select(Item.instrument_id).where(Item.topic_id == topic_id)
        async with unsealed(self._grant, f"topic:{topic_id}") as session:
            await self._hold(session, Instrument.id.in_(on_it))
            rows = await session.execute(
                select(Round, Item.code)
                .join(Instrument, Instrument.id == Round.instrument_id)
                .join(Item, Item.instrument_id == Instrument.id)
                .where(Item.topic_id == topic_id, Round.published_at.is_not(None))
            )
            items: dict[Round, set[str]] = {}
            for of_round, code in rows:
                items.setdefault(of_round, set()).add(code)
            for of_round, codes in items.items():
                told += await told_of(session, of_round, codes)
        return await to_thread(others_stay_hidden, told, district_id)

    async def _hold(self, session: AsyncSession, which: ColumnElement[bool]) -> None:
        """Hold what is released of instruments, in one order, as who publishes does."""
        codes = select(Instrument.code).where(which).distinct().order_by(Instrument.code)
        for code in (await session.scalars(codes)).all():
            await self._grant.hold(f"released:{code}")


async def told_of(session: AsyncSession, of_round: Round, codes: set[str]) -> list[Told]:
    """Gather all that was ever let out of items in the period of a round."""
    if of_round.charter_version is None:
        return []
    charter, records = await charter_numbered(session, of_round.charter_version), Records(session)
    instrument = await records.instrument(of_round.instrument_id)
    offices = await records.offices()
    past = await records.past(instrument)
    consenting = await records.consenting(instrument)
    found: list[Told] = []
    for asked in await records.asked(of_round.instrument_id):
        place = ItemInPeriod(asked.item.code, of_round.period)
        if asked.item.code not in codes or asked.public or place not in past:
            continue
        figures = past[place].figures
        period = InPeriod(place.period, (), figures, {}, frozenset(consenting.get(place, ())))
        setting = setting_of(asked, period, offices, charter)
        found.append((setting, [figure for each in figures for figure in each.figures()]))
    return found


def others_stay_hidden(told: Sequence[Told], district_id: UUID) -> bool:
    """Judge what becomes known in each place."""
    return all(
        may_become_known(figures, setting, answers_in(figures, district_id)).allowed
        for setting, figures in told
    )
