"""The endpoints of goals."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.goals.access import EditGoal, ReadGoal, ReadGoals, WriteGoal, WriteGoals
from app.goals.schemas import (
    MOST_AT_ONCE,
    GoalContent,
    GoalDraft,
    GoalEntry,
    GoalRevision,
    GoalSort,
    GoalView,
)
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Code, Id, Instant
from app.vocabulary import FocusArea
from app.wire.batch import Batch, BatchResult
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1", tags=["goals"], route_class=Route)


@router.get("/goals")
async def list_goals(
    goals: ReadGoals,
    asked: Asked,
    sort: GoalSort | None = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    plan_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    focus_area: Annotated[list[FocusArea] | None, Query(max_length=5)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[GoalView]]:
    """List the goals of your own district's plans, plan by plan in the order of the plan."""
    only = {
        "district_id": district_id,
        "plan_id": plan_id,
        "focus_area": focus_area,
        "updated_at_gte": updated_at_gte,
    }
    return await goals.page(asked, sort, only)


@router.get("/goals/{goal_id}")
async def get_goal(goal_id: Id, goals: ReadGoal, fields: Fields = None) -> Rendered[GoalView]:
    """Read one goal; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await goals.get(goal_id, fields)


@router.post("/goals", status_code=status.HTTP_201_CREATED)
async def write_goal(draft: GoalDraft, goals: WriteGoal) -> Rendered[GoalView]:
    """Write a goal of a plan that is drafted or refined (TR-11); 409 where its code is taken."""
    return await goals.write(draft)


@router.patch("/goals/{goal_id}")
async def revise_goal(goal_id: Id, revision: GoalRevision, goals: EditGoal) -> Rendered[GoalView]:
    """Edit a goal while its plan is drafted or refined (TR-11); its code and its plan stay."""
    return await goals.revise(goal_id, revision)


@router.delete("/goals/{goal_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_goal(goal_id: Id, goals: EditGoal) -> None:
    """Delete a goal while its plan is drafted or refined (TR-11), with its indicators.

    While a target is set for one of them the goal stays (409): delete the target first.
    """
    await goals.remove(goal_id)


@router.put("/plans/{plan_id}/goals/by-code/{code}", responses={201: {"model": GoalView}})
async def put_goal(
    plan_id: Id, code: Code, content: GoalContent, goals: EditGoal
) -> Rendered[GoalView]:
    """Write the goal that a plan calls so (201), or replace what it says (200); see TR-11.

    What is there is replaced only for who sends its ETag in If-Match; who sends what is there
    already need not. A goal that is not told its `position` keeps the one it has.
    """
    return await goals.put(plan_id, code, content)


@router.post("/plans/{plan_id}/goals/batch")
async def put_goals(
    plan_id: Id,
    goals: WriteGoals,
    batch: Annotated[Batch[GoalEntry], rows_of(GoalEntry, limit=MOST_AT_ONCE)],
) -> BatchResult:
    """Write or edit many goals of a plan, as JSON or CSV; each is found by its code (TR-11).

    The last one to send a goal wins: there is no If-Match of a batch.
    """
    return await goals.put_all(plan_id, batch)
