"""The statements about instruments and their items."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from app.instruments.models import Instrument, Item
from app.instruments.schemas import InstrumentOrder, InstrumentSummary, InstrumentView, ItemView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.topics.models import Topic

ITEM = func.jsonb_build_object(
    *(part for name in ItemView.model_fields for part in (name, getattr(Item, name))), type_=JSONB
)
ITEMS = (
    select(func.jsonb_agg(aggregate_order_by(ITEM, Item.position), type_=JSONB))
    .where(Item.instrument_id == Instrument.id)
    .scalar_subquery()
    .label("items")
)
ITEMS_TOTAL = (
    select(func.count(Item.id))
    .where(Item.instrument_id == Instrument.id)
    .scalar_subquery()
    .label("items_total")
)
INSTRUMENT = Reading(
    select(Instrument.id, Instrument.code, Instrument.edition, Instrument.title, ITEMS).where(
        Instrument.id == bindparam("sought")
    ),
    InstrumentView,
    version="edition",
    never_null=["items"],
)
INSTRUMENTS = Listing(
    select(Instrument.id, Instrument.code, Instrument.edition, Instrument.title, ITEMS_TOTAL),
    InstrumentSummary,
    by=[Instrument.code, Instrument.edition, Instrument.id],
    filters={"code": Instrument.code},
    sorts={"code": Instrument.code, "title": Instrument.title},
    never_null=["items_total"],
)


class InstrumentReadings:
    """Instruments as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, instrument_id: UUID, fields: str | None) -> Rendered[InstrumentView]:
        """Find one instrument with its items, or raise ``NotFound``."""
        instrument = await self._reader.one(INSTRUMENT, fields, sought=instrument_id)
        if instrument is None:
            raise NotFound
        return instrument

    async def page(
        self, wanted: Wanted, sort: InstrumentOrder | None, *, code: Sequence[str] | None
    ) -> Rendered[Page[InstrumentSummary]]:
        """List the instruments, by code and edition unless sorted otherwise."""
        only = {"code": code}
        return await self._reader.page(INSTRUMENTS, wanted, sort=sort, only=only)


class InstrumentRepository:
    """Instruments as they are written."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def newest_edition(self, code: str) -> int:
        """Return the number of the newest edition of a code, 0 where there is none."""
        newest = select(func.max(Instrument.edition)).where(Instrument.code == code)
        return await self._session.scalar(newest) or 0

    async def editions(self, code: str) -> list[list[Item]]:
        """List the items of each edition of a code, the first edition first."""
        rows = await self._session.execute(
            select(Instrument.edition, Item)
            .join(Item, Item.instrument_id == Instrument.id)
            .where(Instrument.code == code)
            .order_by(Instrument.edition, Item.position)
        )
        found: dict[int, list[Item]] = {}
        for edition, item in rows:
            found.setdefault(edition, []).append(item)
        return list(found.values())

    async def topics(self, ids: Collection[UUID], codes: Collection[str]) -> list[Topic]:
        """Find the topics that these ids or codes name."""
        named = or_(Topic.id.in_(ids), Topic.code.in_(codes))
        return list(await self._session.scalars(select(Topic).where(named)))

    async def add(self, instrument: Instrument, items: Sequence[Item]) -> None:
        """Keep a new instrument and its items; what a part refers to has to be there first."""
        self._session.add(instrument)
        await self._session.flush()
        self._session.add_all(each for each in items if each.part_of is None)
        await self._session.flush()
        self._session.add_all(each for each in items if each.part_of is not None)
        await self._session.flush()
