"""What happens to progress reports."""

from functools import partial
from typing import Final
from uuid import UUID

from anyio import CapacityLimiter, to_thread

from app.clock import now
from app.db import new_id
from app.plans.models import Plan
from app.policy import Grant
from app.problems import Gone
from app.rendered import Rendered
from app.reports.content import Writer
from app.reports.gathered import Gathered
from app.reports.models import ProgressReport, ReportCell
from app.reports.repository import REPORT, SUMMARY, ReportRepository
from app.reports.schemas import ReportDraft, ReportPreview, ReportSummary, ReportView
from app.reports.withholding import Kept, cell_of, choose, figure_of, require_bounded

CREATED = 201
ONE_AT_A_TIME: Final = CapacityLimiter(1)
"""Choosing takes a processor whole: a second one at once would leave none for other requests."""


class ReportService:
    """Publishes the progress of a plan, and withdraws what was published."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._reports = ReportRepository(grant)

    async def preview(self, plan_id: UUID) -> ReportPreview:
        """Say what a report would show and withhold if it were published now; nothing is kept."""
        gathered, kept = await self._read(await self._reports.plan(plan_id))
        writer = Writer(gathered, kept)
        return ReportPreview(content=writer.content(), withheld=list(writer.withheld()))

    async def publish(self, plan_id: UUID, draft: ReportDraft) -> Rendered[ReportView]:
        """Freeze a plan as it stands, small cells withheld, for everybody."""
        plan = await self._reports.plan(plan_id)
        # A second report of the district has to see what this one shows.
        await self._grant.hold(f"reports:{plan.district_id}")
        gathered, kept = await self._read(plan)
        report = ProgressReport(
            id=new_id(),
            district_id=gathered.plan.district_id,
            plan_id=plan_id,
            title=draft.title,
            narrative=draft.narrative,
            published_at=now(),
            published_by=self._grant.principal.account,
            content=Writer(gathered, kept).content().model_dump(mode="json"),
        )
        cells = memory(report, gathered, kept)
        await self._reports.add(report, cells)
        told = {"step": "publish", "withheld": sum(not cell.shown for cell in cells)}
        self._record(report, told)
        at = f"/v1/progress-reports/{report.id}"
        return await self._grant.shown(REPORT, status=CREATED, location=at, sought=report.id)

    async def withdraw(self, report_id: UUID) -> Rendered[ReportSummary]:
        """Take a report back; what it showed is remembered. Raises ``Gone`` the second time."""
        report = await self._reports.report(report_id)
        if report.withdrawn_at is not None:
            raise Gone("The report is withdrawn already.")
        report.withdrawn_at = now()
        self._record(report, {"step": "withdraw"})
        return await self._grant.shown(SUMMARY, sought=report_id)

    async def _read(self, plan: Plan) -> tuple[Gathered, Kept]:
        """Read what a report is made of and choose what it withholds."""
        gathered = await self._reports.gather(plan, now().date())
        tables = gathered.tables()
        require_bounded(tables)
        # Large tables take seconds, which other requests should not wait for.
        kept = await to_thread.run_sync(partial(choose, tables), limiter=ONE_AT_A_TIME)
        return gathered, kept

    def _record(self, report: ProgressReport, told: dict[str, object]) -> None:
        """Write to the ledger what became of a report."""
        subject = f"progress_report:{report.id}"
        self._grant.record(subject, district=report.district_id, rule="TR-17", detail=told)


def memory(report: ProgressReport, gathered: Gathered, kept: Kept) -> list[ReportCell]:
    """Write down every cell that tells of students, shown or withheld, with its numbers."""
    cells = []
    for name, table in gathered.tables().items():
        kind = gathered.edition_of(name).kind
        for row in gathered.observations[name]:
            if cell_of(row) not in table.figures:
                continue
            known = figure_of(row, kind) is not None
            numbers = ("value", "numerator", "denominator") if known else ()
            cells.append(
                ReportCell(
                    district_id=report.district_id,
                    report_id=report.id,
                    **name._asdict(),
                    school_id=row.school_id,
                    breakdown=row.breakdown,
                    **{number: getattr(row, number) for number in numbers},
                    shown=cell_of(row) not in kept[name],
                )
            )
    return cells
