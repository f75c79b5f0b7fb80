"""The endpoints that tell whoever watches the service how it is."""

from fastapi import APIRouter

from app.health.access import AskAlive, AskReady
from app.health.schemas import Alive, Ready
from app.wire.route import Route

router = APIRouter(tags=["health"], route_class=Route)


@router.get("/live")
async def ask_alive(_life: AskAlive) -> Alive:
    """Say that the process answers, whatever the database does: restart it when this fails."""
    return Alive()


@router.get("/ready")
async def ask_ready(_readiness: AskReady) -> Ready:
    """Say that requests can be served: send it none while this answers 503."""
    return Ready()
