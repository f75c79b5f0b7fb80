"""Who gets what of plans."""

from typing import Annotated

from app.plans.repository import PlanReadings
from app.plans.service import PlanService
from app.policy import Action, allowed

ReadPlans = Annotated[PlanReadings, allowed(PlanReadings, Action.PLAN_READ)]
ReadPlan = Annotated[PlanReadings, allowed(PlanReadings, Action.PLAN_READ, match=True)]
BeginPlan = Annotated[PlanService, allowed(PlanService, Action.PLAN_DRAFT)]
DraftPlan = Annotated[PlanService, allowed(PlanService, Action.PLAN_DRAFT, match=True)]
AdvancePlan = Annotated[PlanService, allowed(PlanService, Action.PLAN_ADVANCE)]
RecommendPlan = Annotated[PlanService, allowed(PlanService, Action.PLAN_RECOMMEND)]
