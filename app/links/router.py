"""The endpoints of links, and of what they fill in."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.links.access import KeepLink, ReadLink, ReadLinks, ReadPrefill
from app.links.schemas import LinkContent, LinkSort, LinkView, PrefillView
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code, Id, Instant
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["links"], route_class=Route)
LINK = "/districts/{district_id}/links/{instrument_code}/{item_code}"


@router.get("/districts/{district_id}/links")
async def list_links(
    district_id: Id,
    links: ReadLinks,
    asked: Asked,
    *,
    sort: LinkSort | None = None,
    instrument_code: Annotated[list[Code] | None, Query(max_length=60)] = None,
    item_code: Annotated[list[Code] | None, Query(max_length=60)] = None,
    measure_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[LinkView]]:
    """List which of your own district's measures answers which item of the benchmarks.

    They come by instrument and item where `sort` does not say otherwise.
    """
    only = {
        "instrument_code": instrument_code,
        "item_code": item_code,
        "measure_id": measure_id,
        "updated_at_gte": updated_at_gte,
    }
    return await links.page(district_id, asked, sort, only)


@router.get(LINK)
async def get_link(
    district_id: Id,
    instrument_code: Code,
    item_code: Code,
    links: ReadLink,
    fields: Fields = None,
) -> Rendered[LinkView]:
    """Read which measure answers an item; its ETag lets you change it, and spares reading again."""
    return await links.get(district_id, instrument_code, item_code, fields)


@router.put(LINK, responses={201: {"model": LinkView}})
async def put_link(
    district_id: Id,
    instrument_code: Code,
    item_code: Code,
    content: LinkContent,
    links: KeepLink,
) -> Rendered[LinkView]:
    """Say which of your own district's measures answers an item (201), or another one (200).

    It holds for every edition of the instrument. The item is quantitative, and the newest edition
    of the measure is in its unit, a ratio where the item is one, and times the same factor; else a
    422 says what differs. What is there is replaced only for who sends its ETag in If-Match.
    """
    return await links.put(district_id, instrument_code, item_code, content)


@router.delete(LINK, status_code=status.HTTP_204_NO_CONTENT)
async def remove_link(
    district_id: Id, instrument_code: Code, item_code: Code, links: KeepLink
) -> None:
    """Take a link away: no measure answers the item any more; what was answered stays."""
    await links.remove(district_id, instrument_code, item_code)


@router.get("/rounds/{round_id}/districts/{district_id}/prefill")
async def get_prefill(round_id: Id, district_id: Id, prefill: ReadPrefill) -> PrefillView:
    """Read what your own district's observations would answer to the linked items of a round.

    Each is the observation of the round's period, of the whole district and in total, with its id
    and version, and with what to look at before it is entered: what would be refused, another
    period or unit, an estimate, a denominator below 10, a value far from that of the period before.
    Nothing is stored and no answer is opened: enter what is right by the operations of answers,
    with a comment where nothing was collected. To your own district's data stewards alone (TR-04).
    """
    return await prefill.get(round_id, district_id)
