"""The endpoints of what boards decide on plans."""

from fastapi import APIRouter, status

from app.decisions.access import ReadDecision, ReadDecisions, RecordDecision
from app.decisions.schemas import AmendmentDraft, DecisionDraft, DecisionView
from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Id
from app.wire.route import Route

router = APIRouter(prefix="/v1/plans/{plan_id}", tags=["plans"], route_class=Route)


@router.post("/decisions", status_code=status.HTTP_201_CREATED)
async def decide_plan(
    plan_id: Id, draft: DecisionDraft, decisions: RecordDecision
) -> Rendered[DecisionView]:
    """Record the vote of the board on a plan that was recommended to it.

    More votes for it than against approve the plan; a vote that is lost is recorded too, and
    leaves the plan as it is. TR-13 refuses whoever recommended the plan, TR-11 a plan that is not
    recommended (409).
    """
    return await decisions.decide(plan_id, draft)


@router.get("/decisions")
async def list_decisions(
    plan_id: Id, decisions: ReadDecisions, asked: Asked
) -> Rendered[Page[DecisionView]]:
    """List what the board decided on a plan, amendments too, in the order it was recorded."""
    return await decisions.page(plan_id, asked)


@router.get("/decisions/{decision_id}")
async def get_decision(
    plan_id: Id, decision_id: Id, decisions: ReadDecision, fields: Fields = None
) -> Rendered[DecisionView]:
    """Read one decision of the board on a plan."""
    return await decisions.get(plan_id, decision_id, fields)


@router.post("/amendments", status_code=status.HTTP_201_CREATED)
async def amend_plan(
    plan_id: Id, draft: AmendmentDraft, decisions: RecordDecision
) -> Rendered[DecisionView]:
    """Record the vote of the board on a minor amendment of a plan that it approved (TR-11).

    More votes for it than against change the plan as `changes` says, which is read as a merge
    patch; a vote that is lost is recorded too, and changes nothing. What goes further than the
    title, the mission and the values takes a plan that follows this one.
    """
    return await decisions.amend(plan_id, draft)
