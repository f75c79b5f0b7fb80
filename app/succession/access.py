"""Who begins the plan that follows a plan."""

from typing import Annotated

from app.policy import Action, allowed
from app.succession.service import SuccessionService

FollowPlan = Annotated[SuccessionService, allowed(SuccessionService, Action.PLAN_DRAFT)]
