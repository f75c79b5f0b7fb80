"""Who reads what the consortium is, and who writes it down."""

from typing import Annotated

from app.consortium.repository import ConsortiumReadings
from app.consortium.service import ConsortiumService
from app.policy import Action, allowed, operated

ReadConsortium = Annotated[ConsortiumReadings, allowed(ConsortiumReadings, Action.CONSORTIUM_READ)]

setting_up_as_operator = operated(ConsortiumService, Action.CONSORTIUM_SET_UP)
