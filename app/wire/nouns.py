"""Finding an operation by the noun that its path begins with, before router after router is asked.

FastAPI asks each router in turn, and each router its operations; with twenty routers that took as
long as all else that it does for a request.
"""

from collections.abc import Iterable
from typing import Final

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

DEPTH: Final = 3
"""Parts of ``/v1/goals`` between its slashes, the empty one before the first included."""


def noun_of(path: str) -> str:
    """Return the beginning of a path that names its noun: ``/v1/goals`` of ``/v1/goals/{id}``."""
    return "/".join(path.split("/", DEPTH)[:DEPTH])


class Nouns:
    """Asks the routes of a path's noun alone; what none of them takes is asked of every route."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self.routes: dict[str, list[BaseRoute]] = {}
        for route in routes:
            paths = (context.path for context in iter_route_contexts([route]))
            for noun in {noun_of(path) for path in paths if path is not None}:
                self.routes.setdefault(noun, []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the operation that takes it."""
        if scope["type"] == "http":
            for route in self.routes.get(noun_of(scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    await route.handle(scope, receive, send)
                    return
        await self.app(scope, receive, send)
