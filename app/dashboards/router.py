"""The endpoint of dashboards."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from app.dashboards.access import ReadDashboard
from app.dashboards.asked import Question
from app.dashboards.schemas import DashboardView
from app.paging import Form
from app.rendered import Rendered
from app.scalars import Day, Id, WholeNumberText
from app.wire.described import TEXT
from app.wire.route import Route
from app.wire.sheets import Format, accepted

SHEETS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {each.media_type: {"schema": TEXT} for each in (Format.CSV, Format.JSONL)}}
}

router = APIRouter(prefix="/v1/districts", tags=["dashboards"], route_class=Route)


async def question(
    district_id: UUID,
    request: Request,
    plan_id: Annotated[
        Id | None, Query(description="A plan; where it is left out, the one in force.")
    ] = None,
    cohort: Annotated[
        Annotated[int, WholeNumberText(ge=1950, le=2100)] | None,
        Query(description="The year in which a class graduates: only its observations are shown."),
    ] = None,
    on: Annotated[
        Day | None, Query(description="The day to judge by; where it is left out, today in UTC.")
    ] = None,
    format: Form = None,  # noqa: A002 - the name of the parameter
) -> Question:
    """Read what is asked of a dashboard."""
    form = format or accepted(",".join(request.headers.getlist("accept")))
    return Question(district_id, plan_id, cohort, on, form)


@router.get("/{district_id}/dashboard", responses=SHEETS)
async def get_dashboard(
    dashboards: ReadDashboard, asked: Annotated[Question, Depends(question)]
) -> Rendered[DashboardView]:
    """Read your own district's plan with every goal, indicator and measure, and how each stands.

    Beside each measure stand its newest observation of the whole district, its target, the status
    computed from the two with all it was computed from, a flag that a person set (TR-16), and what
    the benchmark released of it, for a district that shared (TR-24). Without `plan_id` it is the
    plan of the whole district that is active, else in review, else approved, else the newest that
    is being made; a school's where the district has none.

    With `cohort=2034` the observations are those of the class of 2034, by the grade it was in, and
    are judged by the same targets; measures that are not told by grade are left out. Send the ETag
    back in If-None-Match: it is answered 304 without a look at the rows while nothing has changed.
    As CSV or JSON Lines it has a line for each measure of an indicator.
    """
    return await dashboards.show(asked)
