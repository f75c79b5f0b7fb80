"""The endpoints of measures."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.measures.access import DefineMeasure, DefineMeasures, KeepMeasure, ReadMeasures
from app.measures.schemas import (
    MOST_AT_ONCE,
    EditionDraft,
    EditionView,
    MeasureContent,
    MeasureDraft,
    MeasureEntry,
    MeasureRevision,
    MeasureSort,
    MeasureView,
)
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code, Id, Instant
from app.vocabulary import MeasureKind
from app.wire.batch import Batch, BatchResult
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1", tags=["measures"], route_class=Route)


@router.get("/measures")
async def list_measures(
    measures: ReadMeasures,
    asked: Asked,
    sort: MeasureSort | None = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    code: Annotated[list[Code] | None, Query(max_length=60)] = None,
    kind: Annotated[list[MeasureKind] | None, Query(max_length=5)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[MeasureView]]:
    """List the measures of your own district, by code where `sort` does not say otherwise.

    Each comes with the newest edition of its definition.
    """
    only = {
        "district_id": district_id,
        "code": code,
        "kind": kind,
        "updated_at_gte": updated_at_gte,
    }
    return await measures.page(asked, sort, only)


@router.get("/measures/{measure_id}")
async def get_measure(
    measure_id: Id, measures: ReadMeasures, fields: Fields = None
) -> Rendered[MeasureView]:
    """Read one measure with the newest edition of its definition.

    Send its ETag back in If-None-Match to be told 304 while it stands.
    """
    return await measures.get(measure_id, fields)


@router.post("/measures", status_code=status.HTTP_201_CREATED)
async def define_measure(draft: MeasureDraft, measures: DefineMeasure) -> Rendered[MeasureView]:
    """Define a new measure; 409 where the district has one of this code already."""
    return await measures.define(draft)


@router.patch("/measures/{measure_id}")
async def rename_measure(
    measure_id: Id, revision: MeasureRevision, measures: KeepMeasure
) -> Rendered[MeasureView]:
    """Give a measure another name; for another definition, post an edition (TR-15)."""
    return await measures.rename(measure_id, revision)


@router.get("/measures/{measure_id}/editions")
async def list_measure_editions(
    measure_id: Id, measures: ReadMeasures, asked: Asked
) -> Rendered[Page[EditionView]]:
    """List every edition of a measure's definition, the first one first."""
    return await measures.editions(measure_id, asked)


@router.post("/measures/{measure_id}/editions", status_code=status.HTTP_201_CREATED)
async def add_measure_edition(
    measure_id: Id, draft: EditionDraft, measures: DefineMeasure
) -> Rendered[EditionView]:
    """Replace the definition of a measure by another edition; no edition is ever changed (TR-15).

    With `era_break` nothing that was measured before is compared with what is measured from now
    on, and a target needs a new baseline. Another kind, unit or factor is always such a break.
    """
    return await measures.add_edition(measure_id, draft)


@router.put(
    "/districts/{district_id}/measures/by-code/{code}", responses={201: {"model": MeasureView}}
)
async def put_measure(
    district_id: Id, code: Code, content: MeasureContent, measures: KeepMeasure
) -> Rendered[MeasureView]:
    """Define the measure that a district calls so (201), or give it another name (200).

    Another definition is refused (409, TR-15): post it as an edition. A name is replaced only for
    who sends the ETag in If-Match; who sends what is there already need not.
    """
    return await measures.put(district_id, code, content)


@router.post("/districts/{district_id}/measures/batch")
async def put_measures(
    district_id: Id,
    measures: DefineMeasures,
    batch: Annotated[Batch[MeasureEntry], rows_of(MeasureEntry, limit=MOST_AT_ONCE, csv=False)],
) -> BatchResult:
    """Define many measures of a district, as JSON; each is found by its code, or is new.

    Of one that is there already the name is replaced; another definition is refused (TR-15).
    """
    return await measures.put_all(district_id, batch)
