"""The endpoints of plans and of the steps of their lifecycle."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.paging import Asked, Fields, Page
from app.plans.access import (
    AdvancePlan,
    BeginPlan,
    DraftPlan,
    ReadPlan,
    ReadPlans,
    RecommendPlan,
)
from app.plans.schemas import PlanContent, PlanDraft, PlanRevision, PlanSort, PlanView
from app.rendered import Rendered
from app.scalars import Code, Id, Instant
from app.vocabulary import PlanLifecycle
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["plans"], route_class=Route)


@router.get("/plans")
async def list_plans(
    plans: ReadPlans,
    asked: Asked,
    sort: PlanSort | None = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    lifecycle: Annotated[list[PlanLifecycle] | None, Query(max_length=8)] = None,
    school_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[PlanView]]:
    """List the plans of your own district, by title where `sort` does not say otherwise."""
    only = {
        "district_id": district_id,
        "lifecycle": lifecycle,
        "school_id": school_id,
        "updated_at_gte": updated_at_gte,
    }
    return await plans.page(asked, sort, only)


@router.get("/plans/{plan_id}")
async def get_plan(plan_id: Id, plans: ReadPlan, fields: Fields = None) -> Rendered[PlanView]:
    """Read one plan; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await plans.get(plan_id, fields)


@router.post("/plans", status_code=status.HTTP_201_CREATED)
async def begin_plan(draft: PlanDraft, plans: BeginPlan) -> Rendered[PlanView]:
    """Begin a plan, in drafting; 409 where the district has one of this code already.

    A plan that is to follow another is begun by `POST /v1/plans/{plan_id}/supersede`.
    """
    return await plans.begin(draft)


@router.patch("/plans/{plan_id}")
async def revise_plan(plan_id: Id, revision: PlanRevision, plans: DraftPlan) -> Rendered[PlanView]:
    """Edit a plan while it is drafted or refined; TR-11 refuses it later (409).

    The title, the mission and the values of an approved plan are amended by a decision of the
    board: `POST /v1/plans/{plan_id}/amendments`.
    """
    return await plans.revise(plan_id, revision)


@router.delete("/plans/{plan_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_plan(plan_id: Id, plans: DraftPlan) -> None:
    """Delete a plan that was never sent out, with its goals, their indicators and their measures.

    The measures themselves stay, and so does the plan (409) while a target is set in it. TR-11
    keeps every plan that was sent out.
    """
    await plans.remove(plan_id)


@router.put("/districts/{district_id}/plans/by-code/{code}", responses={201: {"model": PlanView}})
async def put_plan(
    district_id: Id, code: Code, content: PlanContent, plans: DraftPlan
) -> Rendered[PlanView]:
    """Begin the plan that a district calls so (201), or replace what it says (200; TR-11).

    What is there is replaced only for who sends its ETag in If-Match; who sends what is there
    already need not.
    """
    return await plans.put(district_id, code, content)


@router.post("/plans/{plan_id}/send-out")
async def send_out_plan(plan_id: Id, plans: AdvancePlan) -> Rendered[PlanView]:
    """Send a drafted or refined plan out for feedback; it takes no edits until it is refined."""
    return await plans.move(plan_id, "send_out")


@router.post("/plans/{plan_id}/refine")
async def refine_plan(plan_id: Id, plans: AdvancePlan) -> Rendered[PlanView]:
    """Take a plan back from feedback, or from the board's table, and let it be edited again."""
    return await plans.move(plan_id, "refine")


@router.post("/plans/{plan_id}/recommend")
async def recommend_plan(plan_id: Id, plans: RecommendPlan) -> Rendered[PlanView]:
    """Recommend a refined plan to the board; another records the board's vote (TR-13)."""
    return await plans.move(plan_id, "recommend")


@router.post("/plans/{plan_id}/activate")
async def activate_plan(plan_id: Id, plans: AdvancePlan) -> Rendered[PlanView]:
    """Put an approved plan to work, or one that was in review.

    The plan that it follows is superseded at the same time.
    """
    return await plans.move(plan_id, "activate")


@router.post("/plans/{plan_id}/review")
async def review_plan(plan_id: Id, plans: AdvancePlan) -> Rendered[PlanView]:
    """Take an active plan into review; `activate` puts it to work again."""
    return await plans.move(plan_id, "review")
