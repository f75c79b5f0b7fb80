"""Turns whatever a request raised into its answer, and logs what an operator has to know."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import Scope
from uuid_utils import uuid7

from app.problems import (
    MEDIA_TYPE,
    BodyTooLarge,
    Gone,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Problem,
    Refused,
    RequestTimeout,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from app.wire.drivers import kinds_of, places_of, problem_of_driver
from app.wire.faults import problem_of_validation

REQUEST_ID: Final = "c34.request_id"
FAILED: Final = 500
NOT_ALLOWED: Final = 405
BY_STATUS: Final[Mapping[int, type[Problem]]] = {
    kind.status: kind
    for kind in (
        Malformed,
        Unauthenticated,
        Refused,
        NotFound,
        MethodNotAllowed,
        RequestTimeout,
        Gone,
        BodyTooLarge,
        UnsupportedMediaType,
        Unavailable,
    )
}
log = structlog.get_logger("c34.wire")


class Routed(Protocol):
    """An application that knows its routes."""

    @property
    def routes(self) -> list[Any]:
        """The routes."""


def new_request_id() -> str:
    """Make an id that sorts by time."""
    return str(uuid7())


def request_id(scope: Scope) -> str:
    """Return the id of a request, and make one where none was made before."""
    told: str = scope.get(REQUEST_ID) or scope.setdefault(REQUEST_ID, new_request_id())
    return told


def problem_of(error: Exception) -> Problem:
    """Name the problem that an error is to the caller; one that nobody foresaw is internal."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return problem_of_validation(error)
    if isinstance(error, HTTPException):
        return BY_STATUS.get(
            error.status_code, Malformed if error.status_code < FAILED else Problem
        )()
    return problem_of_driver(error) or Problem()


def answer_to(scope: Scope, error: Exception) -> Response:
    """Write the answer to a request that raised ``error``, and log a failure of ours."""
    problem = problem_of(error)
    if not isinstance(error, Problem | RequestValidationError | HTTPException):
        report(scope, error, problem)
    headers = {"cache-control": "no-store", **problem.headers}
    if problem.status == NOT_ALLOWED:
        headers["allow"] = ", ".join(methods_at(scope))
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=headers)
    body = problem.written(scope["path"], request_id(scope))
    return Response(body, problem.status, headers, media_type=MEDIA_TYPE)


def report(scope: Scope, error: Exception, problem: Problem) -> None:
    """Log a failure by types and places; what an error says may hold what people entered."""
    tell = log.error if problem.status in {FAILED, 422} else log.warning
    tell(
        "request_failed",
        request_id=request_id(scope),
        status=problem.status,
        errors=list(kinds_of(error)),
        places=[f"{module}:{line} {function}" for module, function, line in places_of(error)],
    )


def methods_at(scope: Scope) -> list[str]:
    """List every method that some route takes at the path of a request."""
    app: Routed = scope["app"]
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    found = {"OPTIONS"}
    for context in iter_route_contexts(app.routes):
        pattern = getattr(context, "path_regex", None)
        if context.methods and pattern is not None and pattern.match(path):
            found |= context.methods
    if "GET" in found:
        found.add("HEAD")
    return sorted(found)


async def answer(request: Request, error: Exception) -> Response:
    """Answer a request that raised, as an exception handler."""
    return answer_to(request.scope, error)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of an application as a problem.

    ``Exception`` itself is left to ``Wire``: a handler for it would raise again, and drop the
    connection.
    """
    kinds: tuple[type[Exception], ...] = (
        Problem,
        RequestValidationError,
        HTTPException,
        SQLAlchemyError,
    )
    for kind in kinds:
        app.add_exception_handler(kind, answer)
