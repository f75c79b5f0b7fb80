"""Who gets what of departures and exports."""

from typing import Annotated

from app.departures.exports import ExportReadings
from app.departures.repository import DepartureReadings
from app.departures.service import DepartureService
from app.policy import Action, allowed

ReadDepartures = Annotated[DepartureReadings, allowed(DepartureReadings, Action.DEPARTURE_READ)]
AnnounceDeparture = Annotated[
    DepartureService, allowed(DepartureService, Action.DEPARTURE_ANNOUNCE)
]
ConfirmDeparture = Annotated[DepartureService, allowed(DepartureService, Action.DEPARTURE_CONFIRM)]
CancelDeparture = Annotated[DepartureService, allowed(DepartureService, Action.DEPARTURE_CANCEL)]
ReadExport = Annotated[ExportReadings, allowed(ExportReadings, Action.EXPORT_READ)]
