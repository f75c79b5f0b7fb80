"""The route class of every router: reads a request strictly before its endpoint sees it."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import (  # the variable: nothing else tells what include_router added
    APIRoute,
    _effective_route_context_var,
)

from app.problems import Fault, Invalid, Problem
from app.wire.asked import Asked, StrictRequest
from app.wire.deprecation import deprecation_of
from app.wire.direct import Direct
from app.wire.faults import invalid, problem_of_validation
from app.wire.headers import given_once
from app.wire.later import LATER, is_to_be_queued, prefers_later, queued

KEEP: Final = "c34.keep"
"""In the scope: takes the response while the transaction of the request is still open."""
TEMPLATE: Final = "c34.template"
"""In the scope: the path of the operation, without the values in it."""
NOTICE: Final = "c34.notice"
"""In the scope: the headers with which an operation announces its end."""
REFUSED: Final[ContextVar[Problem | None]] = ContextVar("refused", default=None)
"""What the wire has against the request at hand."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """Reads JSON, media types, parameters and headers strictly; gives ``KEEP`` the response."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.deprecation = deprecation_of(endpoint)
        if self.deprecation is not None:
            options["deprecated"] = True
        super().__init__(path, refusable(endpoint), **options)

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler; function-scoped dependencies are open until ours returns."""
        handle = super().get_route_handler()
        included = _effective_route_context_var.get()
        route: Any = self
        if included is not None and included.original_route is self:
            route = included
        handle = Direct.by(route) or handle
        asked = Asked.by(route)
        template: str = route.path_format
        notice = self.deprecation.headers if self.deprecation is not None else ()

        async def strictly(request: Request) -> Response:
            scope = request.scope
            scope[TEMPLATE], scope[NOTICE] = template, notice
            given = given_once(scope["headers"])
            strict = StrictRequest(scope, request.receive)
            faults = asked.faults_of(strict)
            refusal = await asked.refusal_of(strict, given)
            later = strict if asked.later and prefers_later(scope["headers"]) else None
            waiting = LATER.set(later)
            try:
                response = await answered(handle, strict, faults, refusal)
            finally:
                LATER.reset(waiting)
            keep: Callable[[Response], Awaitable[None]] | None = scope.get(KEEP)
            if keep is not None:
                await keep(response)
            return response

        return strictly


async def answered(
    handle: Handler, request: Request, faults: list[Fault], refusal: Problem | None
) -> Response:
    """Run an operation: who calls is asked first, then all that is wrong is told at once."""
    refused = refusal or (invalid(faults) if faults else None)
    waiting = REFUSED.set(refused)
    try:
        return await handle(request)
    except RequestValidationError as error:
        problem = problem_of_validation(error, faults)
        if refusal is not None and isinstance(problem, Invalid):  # of a body that was not read
            raise refusal from None
        raise problem from None
    finally:
        REFUSED.reset(waiting)


def refuse_what_was_refused() -> None:
    """Raise what the wire has against the request at hand, if anything."""
    if (problem := REFUSED.get()) is not None:
        raise problem


def refusable(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Keep an endpoint from running when the wire refused the request, or it is to run later.

    The refusal comes last, so that a caller without authority is told that and nothing else.
    """
    if inspect.iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            refuse_what_was_refused()
            if (request := is_to_be_queued()) is not None:
                return await queued(request)
            return await endpoint(*args, **kwargs)

        return awaited

    @wraps(endpoint)
    def called(*args: Any, **kwargs: Any) -> Any:
        refuse_what_was_refused()
        return endpoint(*args, **kwargs)

    return called
