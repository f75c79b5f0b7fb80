"""The endpoint of the consortium."""

from fastapi import APIRouter

from app.consortium.access import ReadConsortium
from app.consortium.schemas import ConsortiumView
from app.rendered import Rendered
from app.wire.route import Route

router = APIRouter(prefix="/v1/consortium", tags=["consortium"], route_class=Route)


@router.get("")
async def get_consortium(consortium: ReadConsortium) -> Rendered[ConsortiumView]:
    """Read what the consortium is for, what it holds to, and which charter is in force.

    404 until an operator has set it up.
    """
    return await consortium.get()
