"""The endpoint of the plan that follows a plan."""

from fastapi import APIRouter, status

from app.plans.schemas import PlanView
from app.rendered import Rendered
from app.scalars import Id
from app.succession.access import FollowPlan
from app.succession.schemas import FollowerDraft
from app.wire.route import Route

router = APIRouter(prefix="/v1/plans", tags=["plans"], route_class=Route)


@router.post("/{plan_id}/supersede", status_code=status.HTTP_201_CREATED)
async def supersede_plan(
    plan_id: Id, draft: FollowerDraft, succession: FollowPlan
) -> Rendered[PlanView]:
    """Begin the plan that follows an approved one, in drafting, with `supersedes_id` set.

    It takes over the mission, the values, the goals, their indicators and which measures tell of
    them; the series of the measures go on. Targets are set anew, for their baselines and their
    ends were those of the plan before. The plan before stays at work, and is superseded when the
    new one becomes active. Refused for a plan that was never approved (TR-11), and while another
    plan follows it (409).
    """
    return await succession.follow(plan_id, draft)
