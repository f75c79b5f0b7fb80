"""Who gets what of measures."""

from typing import Annotated

from app.measures.repository import MeasureReadings
from app.measures.service import MeasureService
from app.policy import Action, allowed

ReadMeasures = Annotated[MeasureReadings, allowed(MeasureReadings, Action.MEASURE_READ)]
DefineMeasure = Annotated[MeasureService, allowed(MeasureService, Action.MEASURE_DEFINE)]
DefineMeasures = Annotated[
    MeasureService, allowed(MeasureService, Action.MEASURE_DEFINE, once=True)
]
KeepMeasure = Annotated[MeasureService, allowed(MeasureService, Action.MEASURE_DEFINE, match=True)]
