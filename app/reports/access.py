"""Who gets what of progress reports."""

from typing import Annotated

from app.policy import Action, allowed
from app.reports.repository import ReportReadings
from app.reports.service import ReportService

ReadReports = Annotated[ReportReadings, allowed(ReportReadings, Action.REPORT_READ)]
PreviewReport = Annotated[ReportService, allowed(ReportService, Action.REPORT_PUBLISH)]
PublishReport = Annotated[ReportService, allowed(ReportService, Action.REPORT_PUBLISH, once=True)]
WithdrawReport = Annotated[ReportService, allowed(ReportService, Action.REPORT_PUBLISH)]
