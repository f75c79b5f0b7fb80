"""Who gets what of goals."""

from typing import Annotated

from app.goals.repository import GoalReadings
from app.goals.service import GoalService
from app.policy import Action, allowed

ReadGoals = Annotated[GoalReadings, allowed(GoalReadings, Action.GOAL_READ)]
ReadGoal = Annotated[GoalReadings, allowed(GoalReadings, Action.GOAL_READ, match=True)]
WriteGoal = Annotated[GoalService, allowed(GoalService, Action.GOAL_DRAFT)]
WriteGoals = Annotated[GoalService, allowed(GoalService, Action.GOAL_DRAFT, once=True)]
EditGoal = Annotated[GoalService, allowed(GoalService, Action.GOAL_DRAFT, match=True)]
