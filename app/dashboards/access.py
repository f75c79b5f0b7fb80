"""Who gets what of dashboards."""

from typing import Annotated

from app.dashboards.repository import DashboardReadings
from app.policy import Action, allowed

ReadDashboard = Annotated[
    DashboardReadings, allowed(DashboardReadings, Action.DASHBOARD_READ, match=True)
]
