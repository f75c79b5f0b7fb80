"""The dashboard of a district, as its readers see it."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from app import clock
from app.dashboards.asked import Question
from app.dashboards.benchmarks import LINKED_CELLS, RELEASES
from app.dashboards.lines import sheet
from app.dashboards.readings import OF_CLASS, TOTALS, VERSIONS
from app.dashboards.released import beside_measures, shown_to
from app.dashboards.schemas import DashboardView
from app.dashboards.written import dashboard
from app.policy import Grant
from app.policy.reading import tagged
from app.problems import NotFound
from app.rendered import Rendered
from app.wire.sheets import Format

EDITION: Final = sha256(
    f"{TOTALS.edition}{OF_CLASS.edition}{DashboardView.model_json_schema()}".encode()
).hexdigest()[:8]
"""Names this way of showing a dashboard."""
NOT_MODIFIED: Final = 304


class DashboardReadings:
    """Dashboards of the caller's own districts."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def show(self, asked: Question) -> Rendered[DashboardView]:
        """Write a dashboard, or raise ``NotFound``; what the caller already has is not read."""
        if asked.district not in self._reach.districts:
            raise NotFound
        (versions,) = await self._reader.records(VERSIONS, district=asked.district)
        today = clock.now().date()
        on = asked.on or today
        etag = etag_of(versions, asked, on, today)
        if self._reader.has(etag):
            return Rendered(status_code=NOT_MODIFIED, headers=tagged(etag))
        rows = await self._rows(asked, on)
        if not rows and asked.plan is not None:
            raise NotFound
        head = {"district_id": asked.district, "on": on, "cohort": asked.cohort}
        released = await self._released(asked.district, today) if versions["linked"] else {}
        body = dashboard(head, rows, on, released)
        if asked.format is Format.JSON:
            return Rendered(body, headers=tagged(etag))
        name = f'attachment; filename="dashboard.{asked.format.value}"'
        headers = tagged(etag) | {"content-disposition": name}
        written = sheet(body, asked.format)
        return Rendered(written, headers=headers, media_type=asked.format.media_type)

    async def _rows(self, asked: Question, on: date) -> list[Mapping[str, Any]]:
        """Read everything, in its order."""
        told = {"district": asked.district, "plan": asked.plan, "on": on}
        if asked.cohort is None:
            return await self._reader.records(TOTALS, **told)
        return await self._reader.records(OF_CLASS, cohort=asked.cohort, **told)

    async def _released(self, district: UUID, today: date) -> Mapping[UUID, bytes]:
        """Read what was released beside the district's measures, as far as it may be seen."""
        releases = await self._reader.rows(RELEASES, district=district)
        shown = shown_to(releases, today)
        if not shown:
            return {}
        cells = await self._reader.rows(LINKED_CELLS, district=district, releases=shown)
        return beside_measures(cells)


def etag_of(versions: Mapping[str, Any], asked: Question, on: date, today: date) -> str:
    """Name a dashboard by the newest changes of all that it shows, without a look at that.

    A released figure is shown for a time only (TR-24), so today is named beside the day asked
    about where there may be one.
    """
    newest = ".".join(str(versions[name] or 0) for name in ("own", "common", "shared"))
    days = f"{on}.{today}" if versions["linked"] else f"{on}"
    of = f"{asked.plan or ''}.{asked.cohort or ''}"
    return f'"{newest}-{days}-{of}-{EDITION}-{asked.format.value}"'
