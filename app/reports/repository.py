"""The statements about progress reports."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute

from app.db import Base
from app.goals.models import Goal
from app.indicators.models import Indicator, IndicatorMeasure
from app.measures.models import Measure, MeasureEdition
from app.observations.models import Observation
from app.paging import Page, Wanted
from app.plans.models import Plan
from app.policy import Grant, Listing, Reading
from app.problems import Gone, NotFound
from app.rendered import Rendered
from app.reports.gathered import Gathered, baseline_of, table_of
from app.reports.models import ProgressReport, ReportCell
from app.reports.schemas import ReportSort, ReportState, ReportSummary, ReportView
from app.reports.withholding import TableName, remembered
from app.schools.models import School
from app.small_cells.cells import Snapshot
from app.targets.models import StatusOverride, Target

PUBLIC: Final = {"cache-control": "public, max-age=60"}
"""Anyone may keep it for a minute, which is how long a withdrawn report may still be shown."""
EVERY_REPORT = select(*(getattr(ProgressReport, name) for name in ReportSummary.model_fields))
SUMMARY = Reading(
    EVERY_REPORT.where(ProgressReport.id == bindparam("sought")), ReportSummary, version="version"
)
REPORTS = Listing(
    EVERY_REPORT.where(
        ProgressReport.district_id == bindparam("district_id"),
        ProgressReport.withdrawn_at.is_(None),
    ),
    ReportSummary,
    by=[ProgressReport.published_at, ProgressReport.id],
    filters={"plan_id": ProgressReport.plan_id},
    sorts={"published_at": ProgressReport.published_at},
)
STATE = Reading(
    select(ProgressReport.withdrawn_at).where(ProgressReport.id == bindparam("sought")),
    ReportState,
)
REPORT = Reading(
    select(*(getattr(ProgressReport, name) for name in ReportView.model_fields)).where(
        ProgressReport.id == bindparam("sought")
    ),
    ReportView,
    version="version",
)


class ReportReadings:
    """Progress reports as everybody sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, report_id: UUID, fields: str | None) -> Rendered[ReportView]:
        """Find one report; raises ``NotFound``, or ``Gone`` once it was withdrawn."""
        state = await self._reader.row(STATE, sought=report_id)
        if state is None:
            raise NotFound
        if state.withdrawn_at is not None:
            raise Gone("The district has withdrawn this report.")
        report = await self._reader.one(REPORT, fields, sought=report_id)
        if report is None:
            raise NotFound
        report.headers.update(PUBLIC)
        return report

    async def page(
        self,
        district_id: UUID,
        wanted: Wanted,
        sort: ReportSort | None,
        plan_id: list[UUID] | None,
    ) -> Rendered[Page[ReportSummary]]:
        """List the reports of one district, the newest first where no other order is asked for."""
        only = {"plan_id": plan_id}
        page = await self._reader.page(
            REPORTS, wanted, sort=sort or "-published_at", only=only, district_id=district_id
        )
        page.headers.update(PUBLIC)
        return page


class ReportRepository:
    """What reports are made of, and the reports as they are added and withdrawn."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session
        self._reach = grant.reach

    async def plan(self, plan_id: UUID) -> Plan:
        """Find a plan, or raise ``NotFound``."""
        plan = await self._session.scalar(select(Plan).where(Plan.id == plan_id))
        if plan is None:
            raise NotFound
        return plan

    async def report(self, report_id: UUID) -> ProgressReport:
        """Find a report of one's own district, or raise ``NotFound``: anyone's can be read."""
        report = await self._session.scalar(
            select(ProgressReport).where(ProgressReport.id == report_id)
        )
        if report is None or not self._reach.covers(report.district_id):
            raise NotFound
        return report

    async def add(self, report: ProgressReport, cells: Iterable[Base]) -> None:
        """Keep a new report, and what it was made of."""
        self._session.add(report)
        await self._session.flush()
        self._session.add_all(cells)
        await self._session.flush()

    async def gather(self, plan: Plan, on: date) -> Gathered:
        """Read everything that a report on a plan is made of."""
        goals = await self._of(Goal.plan_id, [plan.id], Goal.position, Goal.id)
        indicators = await self._of(Indicator.goal_id, ids(goals), Indicator.position, Indicator.id)
        tells = IndicatorMeasure
        links = await self._of(tells.indicator_id, ids(indicators), tells.position, tells.id)
        targets = await self._of(Target.indicator_id, ids(indicators))
        measures = sorted({link.measure_id for link in links})
        editions = grouped(
            await self._of(MeasureEdition.measure_id, measures, MeasureEdition.edition),
            "measure_id",
        )
        newest = await self._newest(measures, on)
        observations = await self._observations(newest, targets)
        return Gathered(
            on=on,
            plan=plan,
            goals=goals,
            indicators=grouped(indicators, "goal_id"),
            links=grouped(links, "indicator_id"),
            measures=by_id(await self._of(Measure.id, measures)),
            editions=editions,
            newest={each.measure_id: each for each in newest},
            observations=observations,
            targets={(each.indicator_id, each.measure_id): each for each in targets},
            overrides=await self._overrides(ids(targets)),
            schools=by_id(await self._of(School.district_id, [plan.district_id])),
            before=await self._before(list(observations), editions),
        )

    async def _newest(self, measures: list[UUID], on: date) -> list[Observation]:
        """Find the total of each measure that ends last, its period having begun."""
        return await self._all(
            select(Observation)
            .where(
                Observation.measure_id.in_(measures),
                Observation.school_id.is_(None),
                Observation.breakdown == {},
                Observation.starts <= on,
            )
            .ext(distinct_on(Observation.measure_id))
            .order_by(
                Observation.measure_id,
                Observation.ends.desc(),
                Observation.edition.desc(),
                Observation.starts,
            )
        )

    async def _observations(
        self, newest: list[Observation], targets: list[Target]
    ) -> dict[TableName, list[Observation]]:
        """Read the tables of the newest totals, and of baselines the total alone."""
        names = {table_of(each) for each in newest}
        baselines = {name for target in targets if (name := baseline_of(target))} - names
        table = tuple_(Observation.measure_id, Observation.edition, Observation.period)
        total = (Observation.school_id.is_(None), Observation.breakdown == {})
        found = await self._all(
            select(Observation)
            .where(
                or_(table.in_(sorted(names)), table.in_(sorted(baselines)) & total[0] & total[1])
            )
            .order_by(Observation.id)
        )
        rows: dict[TableName, list[Observation]] = {}
        for each in found:
            rows.setdefault(table_of(each), []).append(each)
        return rows

    async def _overrides(self, targets: list[UUID]) -> dict[UUID, StatusOverride]:
        """Find the flag of each target that is in force: the newest one that was not lifted."""
        found = await self._all(
            select(StatusOverride)
            .where(StatusOverride.target_id.in_(targets), StatusOverride.lifted_at.is_(None))
            .order_by(StatusOverride.at, StatusOverride.id)
        )
        return {each.target_id: each for each in found}

    async def _before(
        self, names: list[TableName], editions: dict[UUID, list[MeasureEdition]]
    ) -> dict[TableName, list[Snapshot]]:
        """Remember what was ever shown and withheld of tables, report by report, in order.

        Reports that were withdrawn are among them: who has read them has read them.
        """
        table = tuple_(ReportCell.measure_id, ReportCell.edition, ReportCell.period)
        found = await self._all(
            select(ReportCell)
            .join(ProgressReport, ProgressReport.id == ReportCell.report_id)
            .where(table.in_(names))
            .order_by(
                ProgressReport.published_at,
                ReportCell.report_id,
                *(ReportCell.measure_id, ReportCell.edition, ReportCell.period),
            )
        )
        snapshots: dict[TableName, list[Snapshot]] = {}
        for (_, name), cells in groupby(
            found,
            lambda each: (each.report_id, TableName(each.measure_id, each.edition, each.period)),
        ):
            kind = editions[name.measure_id][name.edition - 1].kind
            snapshots.setdefault(name, []).append(remembered(cells, kind))
        return snapshots

    async def _of(
        self, column: InstrumentedAttribute[UUID], wanted: list[UUID], *order: Any
    ) -> list[Any]:
        """Read the rows that belong to any of these, in an order."""
        return await self._all(select(column.class_).where(column.in_(wanted)).order_by(*order))

    async def _all(self, statement: Any) -> list[Any]:
        return list(await self._session.scalars(statement))


def ids(rows: Iterable[Any]) -> list[UUID]:
    """List the ids of rows."""
    return [row.id for row in rows]


def by_id(rows: Iterable[Any]) -> dict[UUID, Any]:
    """Find rows by their ids."""
    return {row.id: row for row in rows}


def grouped(rows: Iterable[Any], column: str) -> dict[UUID, list[Any]]:
    """Find rows by what they belong to, in their order."""
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found
