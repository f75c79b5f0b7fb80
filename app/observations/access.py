"""Who gets what of observations."""

from typing import Annotated

from app.observations.repository import ObservationReadings
from app.observations.series import SeriesReadings
from app.observations.service import ObservationService
from app.policy import Action, allowed

ReadObservations = Annotated[
    ObservationReadings, allowed(ObservationReadings, Action.OBSERVATION_READ)
]
ReadObservation = Annotated[
    ObservationReadings, allowed(ObservationReadings, Action.OBSERVATION_READ, match=True)
]
ReadSeries = Annotated[SeriesReadings, allowed(SeriesReadings, Action.OBSERVATION_READ)]
RecordObservations = Annotated[
    ObservationService, allowed(ObservationService, Action.OBSERVATION_RECORD, once=True)
]
RecordObservation = Annotated[
    ObservationService, allowed(ObservationService, Action.OBSERVATION_RECORD, match=True)
]
