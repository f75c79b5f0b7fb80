"""Who gets what of instruments."""

from typing import Annotated

from app.instruments.repository import InstrumentReadings
from app.instruments.service import InstrumentService
from app.policy import Action, allowed

ReadInstruments = Annotated[InstrumentReadings, allowed(InstrumentReadings, Action.INSTRUMENT_READ)]
DraftInstrument = Annotated[InstrumentService, allowed(InstrumentService, Action.INSTRUMENT_DRAFT)]
