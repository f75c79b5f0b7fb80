"""Links as they are read and kept, and what they fill in."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.instruments.models import Instrument, Item
from app.links.models import Link
from app.links.prefilled import prefilled
from app.links.readings import LINK, LINKED_ITEMS, LINKS, ROUND, SERIES
from app.links.schemas import LinkSort, LinkView, PrefillView
from app.measures.models import Measure, MeasureEdition
from app.paging import Page, Wanted
from app.policy import Grant
from app.problems import NotFound
from app.rendered import Rendered


class LinkReadings:
    """Links as their district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def get(
        self, district_id: UUID, instrument_code: str, item_code: str, fields: str | None
    ) -> Rendered[LinkView]:
        """Find the link of an item, or raise ``NotFound``."""
        named = {"district": district_id, "instrument": instrument_code, "item": item_code}
        link = await self._reader.one(LINK, fields, **named)
        if link is None:
            raise NotFound
        return link

    async def page(
        self, district_id: UUID, wanted: Wanted, sort: LinkSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[LinkView]]:
        """List the links of a district by instrument and item, or raise ``NotFound``."""
        self._reach.require(district_id)
        return await self._reader.page(LINKS, wanted, sort=sort, only=only, district=district_id)


class PrefillReadings:
    """What a district's own observations would answer to a round."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def get(self, round_id: UUID, district_id: UUID) -> PrefillView:
        """Fill in what is linked, or raise ``NotFound``; no answer is opened for it."""
        asked = await self._reader.row(ROUND, round=round_id)
        if asked is None or not self._reach.covers(district_id):
            raise NotFound
        items = await self._reader.rows(LINKED_ITEMS, round=round_id, district=district_id)
        measures = list({each.measure_id for each in items})
        series = await self._reader.rows(SERIES, measures=measures, district=district_id)
        return PrefillView(
            round_id=round_id,
            district_id=district_id,
            period=asked.period,
            items=[
                prefilled(
                    item,
                    asked.period,
                    [each for each in series if each.measure_id == item.measure_id],
                )
                for item in items
            ],
        )


class LinkRepository:
    """Links as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def item(self, instrument_code: str, item_code: str) -> Item:
        """Find an item in the newest edition that has it, or raise ``NotFound``."""
        found: Item | None = await self._session.scalar(
            select(Item)
            .join(Instrument, Instrument.id == Item.instrument_id)
            .where(Instrument.code == instrument_code, Item.code == item_code)
            .order_by(Instrument.edition.desc())
            .limit(1)
        )
        if found is None:
            raise NotFound
        return found

    async def edition(self, district_id: UUID, measure_id: UUID) -> MeasureEdition | None:
        """Find the newest edition of a measure of a district."""
        found: MeasureEdition | None = await self._session.scalar(
            select(MeasureEdition)
            .join(
                Measure,
                (Measure.district_id == MeasureEdition.district_id)
                & (Measure.id == MeasureEdition.measure_id)
                & (Measure.edition == MeasureEdition.edition),
            )
            .where(Measure.district_id == district_id, Measure.id == measure_id)
        )
        return found

    async def link(self, district_id: UUID, instrument_code: str, item_code: str) -> Link | None:
        """Find the link of an item."""
        found: Link | None = await self._session.scalar(
            select(Link).where(
                Link.district_id == district_id,
                Link.instrument_code == instrument_code,
                Link.item_code == item_code,
            )
        )
        return found

    def add(self, link: Link) -> None:
        """Keep a new link."""
        self._session.add(link)
