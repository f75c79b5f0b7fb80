"""The failures of an operation, as the contract documents them: problem details, and those only."""

from collections.abc import Mapping
from http import HTTPStatus
from inspect import cleandoc
from typing import Any, Final

from app.problems import (
    MEDIA_TYPE,
    BodyTooLarge,
    Conflict,
    Fault,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    Refused,
    RequestTimeout,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
    kinds_of_problem,
)
from app.wire.described import OF_QUOTAS, referred

EVERYWHERE: Final[tuple[type[Problem], ...]] = (Malformed, TooManyRequests, Problem, Unavailable)
OF_CALLERS: Final[tuple[type[Problem], ...]] = (Unauthenticated, Refused)
OF_BODIES: Final[tuple[type[Problem], ...]] = (
    RequestTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    Invalid,
)
OF_CONDITIONS: Final[tuple[type[Problem], ...]] = (PreconditionFailed, PreconditionRequired)
DOCUMENTED: Final[tuple[type[Problem], ...]] = (
    *EVERYWHERE,
    *OF_CALLERS,
    *OF_BODIES,
    *OF_CONDITIONS,
    NotFound,
    Conflict,
    Gone,
)
RESPONSES: Final[Mapping[str, type[Problem]]] = {str(kind.status): kind for kind in DOCUMENTED}
SENDS: Final[Mapping[type[Problem], tuple[str, ...]]] = {
    Unauthenticated: ("WWW-Authenticate",),
    PreconditionFailed: ("ETag",),
    TooManyRequests: ("Retry-After", *OF_QUOTAS),
    Unavailable: ("Retry-After",),
}


def failures_of(operation: Mapping[str, Any], *, public: bool, writes: bool) -> list[str]:
    """List the statuses with which an operation can fail, by what it takes and does."""
    parameters = operation.get("parameters", ())
    taken = {each["in"] for each in parameters} | {each["name"].lower() for each in parameters}
    kinds = {
        *EVERYWHERE,
        *(() if public else OF_CALLERS),
        *((NotFound,) if "path" in taken else ()),
        *((Invalid,) if taken & {"query", "idempotency-key"} else ()),
        *((Conflict,) if writes and not public else ()),
        *(OF_CONDITIONS if "if-match" in taken else ()),
        *(OF_BODIES if "requestBody" in operation else ()),
    }
    return sorted(str(kind.status) for kind in kinds)


def response_to(status: str) -> dict[str, str]:
    """Refer to the one description of a failure."""
    return {"$ref": f"#/components/responses/{name_of(RESPONSES[status])}"}


def name_of(kind: type[Problem]) -> str:
    """Name a failure in the contract."""
    return "InternalError" if kind is Problem else kind.__name__


def responses() -> dict[str, Any]:
    """Describe every failure, with an example."""
    return {name_of(kind): described(kind) for kind in sorted(RESPONSES.values(), key=name_of)}


def described(kind: type[Problem]) -> dict[str, Any]:
    """Describe one failure."""
    schema = {"$ref": "#/components/schemas/Problem"}
    answer: dict[str, Any] = {
        "description": cleandoc(kind.__doc__ or HTTPStatus(kind.status).phrase),
        "content": {MEDIA_TYPE: {"schema": schema, "example": example(kind)}},
    }
    if kind in SENDS:
        answer["headers"] = {name: referred(name) for name in SENDS[kind]}
    return answer


def example(kind: type[Problem]) -> dict[str, Any]:
    """Show what a failure looks like."""
    shown = {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.usual,
        "instance": "/v1/districts",
        "code": kind.code,
        "request_id": "0198c0de-7c3a-7000-8000-3f1c0ffee001",
    }
    if kind is Invalid:
        shown["errors"] = [Fault("/name", "required", "Required.").told()]
    return shown


def schemas() -> dict[str, Any]:
    """Describe a problem and a fault."""
    text = {"type": "string", "maxLength": 2000}
    fault = {
        "pointer": {
            **text,
            "description": "A JSON pointer (RFC 6901) into the body, or `?name` for a parameter.",
        },
        "code": {**text, "description": "Stable, for programs."},
        "detail": {**text, "description": "For people; it holds nothing of what was sent."},
        "row": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2**31 - 1,
            "description": "The line of a CSV file, counted from 1.",
        },
        "column": {**text, "description": "The column of a CSV file."},
    }
    problem = {
        "type": {**text, "format": "uri-reference", "description": "The page about the problem."},
        "title": text,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": text,
        "instance": {**text, "format": "uri-reference", "description": "The path asked for."},
        "code": {"type": "string", "enum": list(kinds_of_problem())},
        "request_id": {"type": "string", "maxLength": 64, "description": "Finds it in the log."},
        "rule": {"type": "string", "maxLength": 16, "description": "The rule that spoke."},
        "errors": {
            "type": "array",
            "maxItems": 100,
            "items": {"$ref": "#/components/schemas/Fault"},
            "description": "All that is wrong with the request, up to 100 faults.",
        },
    }
    optional = {"rule", "errors", "row", "column"}
    return {
        name: {
            "type": "object",
            "description": told,
            "properties": members,
            "required": [each for each in members if each not in optional],
        }
        for name, told, members in (
            ("Fault", "One thing wrong with a request.", fault),
            ("Problem", "Why a request failed (RFC 9457).", problem),
        )
    }
