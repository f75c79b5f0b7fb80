"""Who gets what of decisions on plans."""

from typing import Annotated

from app.decisions.repository import DecisionReadings
from app.decisions.service import DecisionService
from app.policy import Action, allowed

ReadDecisions = Annotated[DecisionReadings, allowed(DecisionReadings, Action.PLAN_READ)]
ReadDecision = Annotated[DecisionReadings, allowed(DecisionReadings, Action.PLAN_READ, match=True)]
RecordDecision = Annotated[DecisionService, allowed(DecisionService, Action.PLAN_DECIDE)]
