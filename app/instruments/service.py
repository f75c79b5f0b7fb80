"""What happens to instruments: they are written, once."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from app.db import new_id
from app.instruments.breakdowns import broken_otherwise, misplaced
from app.instruments.models import Instrument, Item
from app.instruments.repository import InstrumentRepository
from app.instruments.schemas import InstrumentDraft, InstrumentView, ItemDraft, ItemView
from app.policy import Grant
from app.problems import Fault
from app.wire.faults import invalid


class InstrumentService:
    """Writes instruments and their further editions."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._instruments = InstrumentRepository(grant)

    async def write(self, draft: InstrumentDraft) -> InstrumentView:
        """Write an instrument, or the next edition of one; raise ``Invalid`` with every fault."""
        topics = await self._topics_of(draft.items)
        faults = [
            *repeated(draft.items),
            *unknown(draft.items, topics),
            *misplaced(draft.items),
        ]
        if faults:
            raise invalid(faults)
        await self._grant.hold(f"instrument:{draft.code}")
        faults = [*broken_otherwise(draft.items, await self._instruments.editions(draft.code))]
        if faults:
            raise invalid(faults)
        instrument = Instrument(
            id=new_id(),
            code=draft.code,
            title=draft.title,
            edition=await self._instruments.newest_edition(draft.code) + 1,
        )
        items = [
            Item(
                id=new_id(),
                instrument_id=instrument.id,
                position=place,
                topic_id=topics[topic_of(each)],
                **each.model_dump(exclude={"topic_id", "topic_code"}),
            )
            for place, each in enumerate(draft.items, start=1)
        ]
        await self._instruments.add(instrument, items)
        self._grant.record(f"instrument:{instrument.id}", detail={"items": len(items)})
        return InstrumentView(
            id=instrument.id,
            code=instrument.code,
            edition=instrument.edition,
            title=instrument.title,
            items=[ItemView.model_validate(item) for item in items],
        )

    async def _topics_of(self, items: Sequence[ItemDraft]) -> dict[UUID | str, UUID]:
        """Find the topics of items, by the ids and by the codes that name them."""
        names = {topic_of(each) for each in items}
        found = await self._instruments.topics(
            [name for name in names if isinstance(name, UUID)],
            [name for name in names if isinstance(name, str)],
        )
        return {name: topic.id for topic in found for name in (topic.id, topic.code)}


def topic_of(item: ItemDraft) -> UUID | str:
    """Return what names the topic of an item: its id, or else its code."""
    return item.topic_id or item.topic_code or ""


def repeated(items: Sequence[ItemDraft]) -> Iterator[Fault]:
    """Find the items whose code another one before them has."""
    seen: set[str] = set()
    for place, each in enumerate(items):
        if each.code in seen:
            yield Fault(f"/items/{place}/code", "duplicate", "Another item has this code.")
        seen.add(each.code)


def unknown(items: Sequence[ItemDraft], topics: Mapping[UUID | str, UUID]) -> Iterator[Fault]:
    """Find the items whose topic is not there."""
    for place, each in enumerate(items):
        if topic_of(each) not in topics:
            name = "topic_code" if each.topic_id is None else "topic_id"
            detail = "There is no such topic."
            yield Fault(f"/items/{place}/{name}", "unknown_reference", detail)
