"""The application factory."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app.districts.router import router as districts
from app.health.router import router as health
from app.identity.issuer import LocalIssuer
from app.me.router import router as me
from app.policy.gate import Gate, House
from app.policy.idempotency import Replayed, answer_again
from app.wire.answers import install_problem_handlers

ROUTERS: Sequence[APIRouter] = (health, me, districts)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a request may hold, in bytes."""

    body: int = 2 * 1024**2
    batch: int = 16 * 1024**2


def gates_of(dependant: Dependant) -> list[Gate]:
    """List the gates an endpoint passes through."""
    inner = [gate for child in dependant.dependencies for gate in gates_of(child)]
    return [dependant.call, *inner] if isinstance(dependant.call, Gate) else inner


def every_endpoint_has_one_gate(app: FastAPI) -> None:
    """Refuse to start with an endpoint that names no authority, or two."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and len(gates_of(route.dependant)) != 1:
            raise TypeError(f"{route.name} must take exactly one authority.")


def create_app(
    open_house: Callable[[], AbstractAsyncContextManager[House]],
    issuer: LocalIssuer,
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
) -> FastAPI:
    """Assemble the application; ``open_house`` is entered when it starts to serve."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_house() as house:
            app.state.house = house
            yield

    app = FastAPI(
        title="Consortium 2034",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.issuer = issuer
    install_problem_handlers(app)
    app.add_exception_handler(Replayed, answer_again)
    for router in ROUTERS:
        app.include_router(router)
    every_endpoint_has_one_gate(app)
    return app
