"""Who gets what of indicators."""

from typing import Annotated

from app.indicators.repository import IndicatorReadings
from app.indicators.service import IndicatorService
from app.policy import Action, allowed

ReadIndicators = Annotated[IndicatorReadings, allowed(IndicatorReadings, Action.INDICATOR_READ)]
ReadIndicator = Annotated[
    IndicatorReadings, allowed(IndicatorReadings, Action.INDICATOR_READ, match=True)
]
WriteIndicator = Annotated[IndicatorService, allowed(IndicatorService, Action.INDICATOR_DRAFT)]
WriteIndicators = Annotated[
    IndicatorService, allowed(IndicatorService, Action.INDICATOR_DRAFT, once=True)
]
EditIndicator = Annotated[
    IndicatorService, allowed(IndicatorService, Action.INDICATOR_DRAFT, match=True)
]
