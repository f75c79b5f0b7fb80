"""Goals."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from sqlmodel import col, select

from bench.peers.template.deps import CurrentUser, SessionDep
from bench.peers.template.models import Goal, GoalPublic, GoalsPublic

router = APIRouter(prefix="/goals", tags=["goals"])


@router.get("", response_model=GoalsPublic)
def read_goals(
    session: SessionDep,
    current_user: CurrentUser,
    skip: int = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Retrieve goals."""
    statement = select(Goal).order_by(col(Goal.id)).offset(skip).limit(limit)
    if not current_user.is_superuser:
        statement = statement.where(col(Goal.district_id).in_(current_user.district_ids))
    return GoalsPublic(data=session.exec(statement).all())


@router.get("/{goal_id}", response_model=GoalPublic)
def read_goal(session: SessionDep, current_user: CurrentUser, goal_id: uuid.UUID) -> Any:
    """Get a goal by its id."""
    goal = session.get(Goal, goal_id)
    if not goal:
        raise HTTPException(status_code=404, detail="Goal not found")
    if not current_user.is_superuser and goal.district_id not in current_user.district_ids:
        raise HTTPException(status_code=403, detail="Not enough permissions")
    return goal
