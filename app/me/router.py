"""The endpoint that tells a caller about itself."""

from fastapi import APIRouter

from app.me.access import ReadMe
from app.me.schemas import MeView
from app.wire.route import Route

router = APIRouter(prefix="/v1/me", tags=["me"], route_class=Route)


@router.get("")
async def get_me(me: ReadMe) -> MeView:
    """Say who the caller is, its roles and how far they reach, its scopes, and what it may do."""
    return await me.get()
