"""The endpoints of progress reports."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.reports.access import PreviewReport, PublishReport, ReadReports, WithdrawReport
from app.reports.schemas import (
    ReportDraft,
    ReportPreview,
    ReportSort,
    ReportSummary,
    ReportView,
)
from app.scalars import Id
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["progress reports"], route_class=Route)


@router.get("/districts/{district_id}/progress-reports")
async def list_progress_reports(
    district_id: Id,
    reports: ReadReports,
    asked: Asked,
    sort: ReportSort | None = None,
    plan_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
) -> Rendered[Page[ReportSummary]]:
    """List what one district published, the newest first; no token is needed.

    A district that published nothing and one that is not there look the same.
    """
    return await reports.page(district_id, asked, sort, plan_id)


@router.get("/progress-reports/{report_id}", responses={410: {"description": "Gone."}})
async def get_progress_report(
    report_id: Id, reports: ReadReports, fields: Fields = None
) -> Rendered[ReportView]:
    """Read a progress report; no token is needed, and anyone may keep the answer for a minute.

    Cells that tell of fewer than ten students are `withheld`, and so is what would tell of them
    (TR-17). A report that its district has withdrawn is 410.
    """
    return await reports.get(report_id, fields)


@router.get("/plans/{plan_id}/progress-reports/preview")
async def preview_progress_report(plan_id: Id, reports: PreviewReport) -> ReportPreview:
    """See what a report would show if it were published now, and which cells it would withhold.

    Nothing is stored. Until an observation, a target or the plan changes, publishing shows the
    same, on the same day.
    """
    return await reports.preview(plan_id)


@router.post("/plans/{plan_id}/progress-reports", status_code=status.HTTP_201_CREATED)
async def publish_progress_report(
    plan_id: Id, draft: ReportDraft, reports: PublishReport
) -> Rendered[ReportView]:
    """Publish how a plan stands, for everybody: a snapshot that does not change.

    It has the goals with their indicators and measures, the newest total of each measure with its
    breakdowns of the same period, targets and computed statuses. What it shows counts for good:
    later reports withhold what would, together with it, tell of fewer than ten students (TR-17).
    409 where what was shown before leaves no way to keep that.
    """
    return await reports.publish(plan_id, draft)


@router.post("/progress-reports/{report_id}/withdraw")
async def withdraw_progress_report(
    report_id: Id, reports: WithdrawReport
) -> Rendered[ReportSummary]:
    """Withdraw a report of your own district: reading it is 410 from then on.

    Who has read it has read it: later reports go on as if it were there.
    """
    return await reports.withdraw(report_id)
