"""The endpoints of instruments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.instruments.access import DraftInstrument, ReadInstruments
from app.instruments.schemas import (
    InstrumentDraft,
    InstrumentOrder,
    InstrumentSummary,
    InstrumentView,
)
from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code
from app.wire.route import Route

router = APIRouter(prefix="/v1/instruments", tags=["instruments"], route_class=Route)


@router.get("")
async def list_instruments(
    instruments: ReadInstruments,
    asked: Asked,
    sort: Annotated[InstrumentOrder | None, Query(description=SORT)] = None,
    code: Annotated[list[Code] | None, Query(max_length=20)] = None,
) -> Rendered[Page[InstrumentSummary]]:
    """List the instruments by code and edition, without their items."""
    return await instruments.page(asked, sort, code=code)


@router.get("/{instrument_id}")
async def get_instrument(
    instrument_id: UUID, instruments: ReadInstruments, fields: Fields = None
) -> Rendered[InstrumentView]:
    """Read one edition of an instrument with its items; it never changes."""
    return await instruments.get(instrument_id, fields)


@router.post("", status_code=status.HTTP_201_CREATED)
async def draft_instrument(
    draft: InstrumentDraft, instruments: DraftInstrument, response: Response
) -> InstrumentView:
    """Write an instrument with all its items; a code that is there already gets its next edition.

    An instrument is never changed, so that answers of several rounds can be compared. Each item is
    on one topic, named by `topic_id` or by `topic_code`. A quantitative item is a plain value, or a
    ratio of a `numerator` and a `denominator` (two counts) times `factor`.

    Plain values may be broken down: an item that is `part_of` another has its unit, decimals,
    bounds, disclosure and cost, is no total itself, and has at least one other part beside it. All
    parts together are the total, as a district attests where it answers each of them. A later
    edition breaks a total down into the same parts, or takes new codes.
    """
    instrument = await instruments.write(draft)
    response.headers["location"] = f"/v1/instruments/{instrument.id}"
    return instrument
