"""The headers of requests and answers, as the contract describes them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.wire.headers import LONGEST_KEY

TAG: Final = '"7-5c1f0a2e-json"'
IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes it safe to send the request again: the answer is kept for 24 hours.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "pattern": "^[A-Za-z0-9._~:+/=-]+$",
    },
    "example": "0198c0de-7c3a-7000-8000-3f1c0ffee002",
}
IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of what you read; the change is made only while it stands.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 1000},
    "example": TAG,
}
IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of what you have: the answer is 304, and empty, while it stands.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 1000},
    "example": TAG,
    "required": False,
}
PREFER: Final = {
    "name": "Prefer",
    "in": "header",
    "description": "`respond-async` (RFC 7240) where the work may be long: the answer is 202 at"
    " once, and `Location` names the job that will hold what comes of it.",
    "schema": {"type": "string", "maxLength": 200},
    "example": "respond-async",
    "required": False,
}
NOT_MODIFIED: Final = {"304": {"description": "What you have still stands."}}
TEXT: Final = {"type": "string", "maxLength": 100_000_000}
EXAMPLES: Final = {
    "text/csv": "id,version\r\n0198c0de-7c3a-7000-8000-3f1c0ffee003,7\r\n",
    "application/jsonl": '{"id":"0198c0de-7c3a-7000-8000-3f1c0ffee003","version":7}\n',
}
"""What a list looks like beside JSON."""
OF_QUOTAS: Final = ("RateLimit", "RateLimit-Policy")
HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    "WWW-Authenticate": {
        "description": "How to authenticate (RFC 6750).",
        "schema": {"type": "string", "maxLength": 500},
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 86_400},
    },
    "ETag": {
        "description": "Names this state of it: send it in `If-Match` with a change, in"
        " `If-None-Match` with a read.",
        "schema": {"type": "string", "maxLength": 100},
        "example": TAG,
    },
    "Location": {
        "description": "The address of what was made.",
        "schema": {"type": "string", "maxLength": 500, "format": "uri-reference"},
        "example": "/v1/jobs/0198c0de-7c3a-7000-8000-3f1c0ffee004",
    },
    "Preference-Applied": {
        "description": "The preference that was followed (RFC 7240).",
        "schema": {"type": "string", "maxLength": 200},
        "example": "respond-async",
    },
    "Link": {
        "description": 'The address of what follows, as `rel="next"`, where there is more.',
        "schema": {"type": "string", "maxLength": 4000},
        "example": '<?cursor=BqXr&limit=50>; rel="next"',
    },
    "RateLimit-Policy": {
        "description": "Your quota, where there is one: `q` requests in `w` seconds.",
        "schema": {"type": "string", "maxLength": 100},
        "example": '"default";q=600;w=60',
    },
    "RateLimit": {
        "description": "What is left of your quota: `r` requests in the next `t` seconds.",
        "schema": {"type": "string", "maxLength": 100},
        "example": '"default";r=583;t=12',
    },
}


def referred(name: str) -> dict[str, str]:
    """Refer to the one description of a header."""
    return {"$ref": f"#/components/headers/{name}"}


def accepted(ref: str) -> dict[str, Any]:
    """Describe the answer to a request that is queued."""
    return {
        "description": "Queued: the job says what becomes of it.",
        "headers": {name: referred(name) for name in ("Location", "Preference-Applied")},
        "content": {"application/json": {"schema": {"$ref": ref}}},
    }


def tell(operation: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Say of every answer of an operation that is no failure that it has these headers."""
    for status, answer in operation["responses"].items():
        if status < "4" and "$ref" not in answer:
            answer.setdefault("headers", {}).update({name: referred(name) for name in names})


def tell_forms(operation: Mapping[str, Any], media_types: Iterable[str]) -> None:
    """Say in which forms beside JSON an operation answers, a page of many at a time."""
    for media_type in media_types:
        content = operation["responses"]["200"]["content"]
        content.setdefault(media_type, {"schema": TEXT, "example": EXAMPLES.get(media_type)})
        tell(operation, ("Link",))
