"""What happens to links."""

from uuid import UUID

from app.db import new_id
from app.instruments.models import Item
from app.links.fit import Scale, differences
from app.links.models import Link
from app.links.readings import LINK
from app.links.repository import LinkRepository
from app.links.schemas import LinkContent, LinkView
from app.measures.models import MeasureEdition
from app.policy import Grant
from app.problems import Fault, NotFound
from app.rendered import Rendered
from app.vocabulary import ItemKind
from app.wire.faults import invalid

CREATED = 201
WHERE = "/measure_id"


class LinkService:
    """Says which of a district's measures answers an item."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._links = LinkRepository(grant)

    async def put(
        self, district_id: UUID, instrument_code: str, item_code: str, content: LinkContent
    ) -> Rendered[LinkView]:
        """Link an item to a measure, or to another one; raises ``NotFound`` for no such item."""
        self._grant.reach.require(district_id)
        item = await self._links.item(instrument_code, item_code)
        await self._grant.hold(f"links:{district_id}")
        edition = await self._links.edition(district_id, content.measure_id)
        if edition is None:
            raise invalid([Fault(WHERE, "unknown_reference", "There is no such measure.")])
        require_fit(item, edition)
        named = {"instrument_code": instrument_code, "item_code": item_code}
        link = await self._links.link(district_id, **named)
        status, at = 200, None
        if link is None:
            self._grant.absent()
            link = Link(id=new_id(), district_id=district_id, **named, **content.model_dump())
            self._links.add(link)
            status, at = CREATED, path_of(link)
        else:
            self._grant.replace(LINK, link, content.model_dump())
        return await self._grant.shown(LINK, status=status, location=at, **which(link))

    async def remove(self, district_id: UUID, instrument_code: str, item_code: str) -> None:
        """Take a link away, for a caller who has seen it, or raise ``NotFound``."""
        self._grant.reach.require(district_id)
        link = await self._links.link(district_id, instrument_code, item_code)
        if link is None:
            raise NotFound
        self._grant.unchanged(LINK, link.version)
        await self._grant.remove(link)


def require_fit(item: Item, edition: MeasureEdition) -> None:
    """Raise ``Invalid`` with all that keeps a measure from telling what an item asks."""
    if item.kind is not ItemKind.QUANTITATIVE:
        detail = "A measure answers a quantitative item alone."
        raise invalid([Fault(WHERE, "not_quantitative", detail)])
    apart = differences(Scale(item.unit, item.factor), Scale(edition.unit, edition.factor))
    if faults := [Fault(WHERE, each.code, each.detail) for each in apart]:
        raise invalid(faults)


def path_of(link: Link) -> str:
    """Give the address of a link."""
    return f"/v1/districts/{link.district_id}/links/{link.instrument_code}/{link.item_code}"


def which(link: Link) -> dict[str, UUID | str]:
    """Name a link by its natural key."""
    return {
        "district": link.district_id,
        "instrument": link.instrument_code,
        "item": link.item_code,
    }
