"""The endpoints of observations: all of them are of exactly one district."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.measures.scalars import PeriodText
from app.measuring.words import ValueStatus
from app.observations.access import (
    ReadObservation,
    ReadObservations,
    ReadSeries,
    RecordObservation,
    RecordObservations,
)
from app.observations.schemas import (
    MOST_AT_ONCE,
    CorrectionView,
    ObservationDraft,
    ObservationEntry,
    ObservationRevision,
    ObservationSort,
    ObservationView,
    SeriesAsked,
    SeriesView,
)
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code, FlagText, Id, Instant, ShortText, WholeNumberText
from app.wire.batch import Batch
from app.wire.route import Route
from app.wire.rows import rows_of
from app.wire.together import PutResult

router = APIRouter(prefix="/v1/districts/{district_id}", tags=["observations"], route_class=Route)
GraduationYear = Annotated[int, WholeNumberText(ge=1900, le=2300)]


@router.get("/observations")
async def list_observations(
    district_id: Id,
    observations: ReadObservations,
    *,
    asked: Asked,
    sort: ObservationSort | None = None,
    measure_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    school_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    period: Annotated[list[PeriodText] | None, Query(max_length=60)] = None,
    status: Annotated[list[ValueStatus] | None, Query(max_length=5)] = None,
    class_of: Annotated[
        list[GraduationYear] | None,
        Query(max_length=60, description="The year in which a grade's students graduate."),
    ] = None,
    total: Annotated[
        FlagText | None, Query(description="Without a breakdown, or with one.")
    ] = None,
    district_wide: Annotated[
        FlagText | None, Query(description="Of the whole district, or of a school.")
    ] = None,
    dimension: Annotated[
        Code | None, Query(description="Broken down by it, by others besides or not.")
    ] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[ObservationView]]:
    """List the observations of your own district, by the first day of their periods.

    Another district's look as if there were no such district (TR-05), and there is no order by
    value (TR-25).
    """
    only = {
        "measure_id": measure_id,
        "school_id": school_id,
        "period": period,
        "status": status,
        "class_of": class_of,
        "updated_at_gte": updated_at_gte,
    }
    own = {"total": total, "district_wide": district_wide, "dimension": dimension}
    return await observations.page(district_id, asked, sort, only, own)


@router.get("/observations/{observation_id}")
async def get_observation(
    district_id: Id, observation_id: Id, observations: ReadObservation, fields: Fields = None
) -> Rendered[ObservationView]:
    """Read one observation; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await observations.get(district_id, observation_id, fields)


@router.get("/observations/{observation_id}/corrections")
async def list_corrections(
    district_id: Id, observation_id: Id, observations: ReadObservations, asked: Asked
) -> Rendered[Page[CorrectionView]]:
    """List what an observation said before each correction: who corrected it, when and why."""
    return await observations.corrections(district_id, observation_id, asked)


@router.put("/observations", responses={201: {"model": ObservationView}})
async def put_observation(
    district_id: Id, draft: ObservationDraft, observations: RecordObservation
) -> Rendered[ObservationView]:
    """Enter an observation (201), or correct the one that is there (200).

    It is found by its measure, edition, school, period and breakdown. What is there is corrected
    only for who sends its ETag in If-Match; who sends what is there already need not.
    `If-None-Match: *` enters and never corrects. What it said before is kept, with the reason.
    """
    return await observations.put(district_id, draft)


@router.patch("/observations/{observation_id}")
async def revise_observation(
    district_id: Id,
    observation_id: Id,
    revision: ObservationRevision,
    observations: RecordObservation,
) -> Rendered[ObservationView]:
    """Correct what an observation says; what it is of stays. What it said before is kept."""
    return await observations.revise(district_id, observation_id, revision)


@router.post("/observations/batch")
async def put_observations(
    district_id: Id,
    observations: RecordObservations,
    batch: Annotated[Batch[ObservationEntry], rows_of(ObservationEntry, limit=MOST_AT_ONCE)],
    reason: Annotated[
        ShortText | None,
        Query(description="Why those are corrected that are there; kept with what they said."),
    ] = None,
) -> Rendered[PutResult]:
    """Enter or correct up to 10,000 observations, as JSON or CSV, in one transaction.

    Each is found by its measure, edition, school, period and breakdown, or is new; a row that says
    what is there changes nothing. In a file a dimension has a column of its own, `breakdown.grade`
    say, which is empty where the row is of all grades. All that is wrong is told at once, with row
    and column, and an atomic batch then stores nothing. Nothing is lost on the way: after a broken
    connection send the same request with the same Idempotency-Key, and it is done once. The last
    one to send an observation wins: there is no If-Match of a batch.
    """
    return await observations.put_all(district_id, batch, reason)


@router.get("/measures/{measure_id}/series")
async def get_series(
    district_id: Id,
    measure_id: Id,
    series: ReadSeries,
    asked: Annotated[SeriesAsked, Query()],
) -> SeriesView:
    """Read the values of one measure in the order of their periods, of one school or the district.

    A point that `breaks` is of another era than those before it, and not to be compared with them
    (TR-15). Schools or groups are put together on request, by the sums of their parts.
    """
    return await series.get(district_id, measure_id, asked)
