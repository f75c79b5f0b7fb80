"""The endpoint of explanations."""

from fastapi import APIRouter

from app.explaining.access import Explain
from app.explaining.schemas import ExplanationView, Question
from app.wire.route import Route

router = APIRouter(prefix="/v1/charter", tags=["charter"], route_class=Route)


@router.post("/explain")
async def explain(question: Question, explanations: Explain) -> ExplanationView:
    """Ask whether you may do something, and which rules say so; nothing is done, or recorded.

    `action` is the name of a scope; the members beside it say to what. The checks come in the order
    of the gate: the scope (TR-01), the role (TR-02), the reach (TR-05), then the rules about the
    state of things, as far as they can be asked beforehand; the rest is `not_evaluated`, and says
    why. The answer tells nothing that the request itself would not: what is not there and what is
    out of reach look the same.
    """
    return await explanations.explain(question)
