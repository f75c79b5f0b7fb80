"""The endpoints of indicators and the measures that tell."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.indicators.access import (
    EditIndicator,
    ReadIndicator,
    ReadIndicators,
    WriteIndicator,
    WriteIndicators,
)
from app.indicators.schemas import (
    MOST_AT_ONCE,
    IndicatorContent,
    IndicatorDraft,
    IndicatorEntry,
    IndicatorRevision,
    IndicatorSort,
    IndicatorView,
)
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code, Id, Instant
from app.wire.batch import Batch, BatchResult
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1", tags=["indicators"], route_class=Route)


@router.get("/indicators")
async def list_indicators(
    indicators: ReadIndicators,
    asked: Asked,
    sort: IndicatorSort | None = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    goal_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[IndicatorView]]:
    """List the indicators of your own district's goals, goal by goal in the order of the goal."""
    only = {"district_id": district_id, "goal_id": goal_id, "updated_at_gte": updated_at_gte}
    return await indicators.page(asked, sort, only)


@router.get("/indicators/{indicator_id}")
async def get_indicator(
    indicator_id: Id, indicators: ReadIndicator, fields: Fields = None
) -> Rendered[IndicatorView]:
    """Read one indicator; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await indicators.get(indicator_id, fields)


@router.post("/indicators", status_code=status.HTTP_201_CREATED)
async def write_indicator(
    draft: IndicatorDraft, indicators: WriteIndicator
) -> Rendered[IndicatorView]:
    """Write an indicator of a goal whose plan is drafted or refined (TR-11)."""
    return await indicators.write(draft)


@router.patch("/indicators/{indicator_id}")
async def revise_indicator(
    indicator_id: Id, revision: IndicatorRevision, indicators: EditIndicator
) -> Rendered[IndicatorView]:
    """Edit an indicator while its plan is drafted or refined (TR-11); its code and goal stay."""
    return await indicators.revise(indicator_id, revision)


@router.delete("/indicators/{indicator_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_indicator(indicator_id: Id, indicators: EditIndicator) -> None:
    """Delete an indicator while its plan is drafted or refined (TR-11).

    While a target is set for it the indicator stays (409): delete the target first.
    """
    await indicators.remove(indicator_id)


@router.put("/goals/{goal_id}/indicators/by-code/{code}", responses={201: {"model": IndicatorView}})
async def put_indicator(
    goal_id: Id, code: Code, content: IndicatorContent, indicators: EditIndicator
) -> Rendered[IndicatorView]:
    """Write the indicator that a goal calls so (201), or replace what it says (200); see TR-11.

    What is there is replaced only for who sends its ETag in If-Match; who sends what is there
    already need not. One that is not told its `position` keeps the one it has.
    """
    return await indicators.put(goal_id, code, content)


@router.post("/goals/{goal_id}/indicators/batch")
async def put_indicators(
    goal_id: Id,
    indicators: WriteIndicators,
    batch: Annotated[Batch[IndicatorEntry], rows_of(IndicatorEntry, limit=MOST_AT_ONCE)],
) -> BatchResult:
    """Write or edit many indicators of a goal, as JSON or CSV; each is found by its code (TR-11).

    The last one to send an indicator wins: there is no If-Match of a batch.
    """
    return await indicators.put_all(goal_id, batch)


@router.put(
    "/indicators/{indicator_id}/measures/{measure_id}", responses={201: {"model": IndicatorView}}
)
async def name_measure(
    indicator_id: Id, measure_id: Id, indicators: WriteIndicator
) -> Rendered[IndicatorView]:
    """Name a measure that tells of an indicator (201), after those it has; see TR-11.

    One that is named already stays where it is (200). It takes no If-Match: nothing is replaced.
    """
    return await indicators.name(indicator_id, measure_id)


@router.delete(
    "/indicators/{indicator_id}/measures/{measure_id}", status_code=status.HTTP_204_NO_CONTENT
)
async def unname_measure(indicator_id: Id, measure_id: Id, indicators: EditIndicator) -> None:
    """Name a measure no more; If-Match takes the ETag of the indicator, which changes (TR-11).

    While a target is set for the two the measure stays (409): delete the target first.
    """
    await indicators.unname(indicator_id, measure_id)
