"""Every way a request can fail, as problem details (RFC 9457).

The docstring of a class is what ``/problems/{code}`` tells an integrator about it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import quote

MEDIA_TYPE: Final = "application/problem+json"
LISTED: Final = 100
LONGEST_INSTANCE: Final = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request.

    ``pointer`` is a JSON pointer (RFC 6901) into the body, or ``?limit`` for a query parameter.
    ``row`` (the line of a CSV file, from 1) and ``column`` are told of spreadsheets only.
    """

    pointer: str
    code: str
    detail: str
    row: int | None = None
    column: str | None = None

    def told(self) -> dict[str, Any]:
        """Give the members that are set."""
        members = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        place = {"row": self.row, "column": self.column}
        return members | {name: value for name, value in place.items() if value is not None}


class Problem(Exception):  # noqa: N818 - the name the standard gives it
    """Something of ours failed.

    The fault is on our side, and your request may be right. Try again later; if it happens again,
    tell the operator the `request_id` of the answer, which finds the failure in the log.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    usual: ClassVar[str] = "Something of ours failed. The request id finds it in our log."

    def __init__(
        self,
        detail: str | None = None,
        *,
        rule: str | None = None,
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = self.usual if detail is None else detail
        self.rule = rule
        self.errors = list(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)

    def told(self, path: str, request_id: str) -> dict[str, Any]:
        """Give the members of the answer to the request for ``path``; no input is in them."""
        members: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": reference_to(path),
            "code": self.code,
            "request_id": request_id,
        }
        if self.rule is not None:
            members["rule"] = self.rule
        if self.errors:
            members["errors"] = [fault.told() for fault in self.errors[:LISTED]]
        return members

    def written(self, path: str, request_id: str) -> bytes:
        """Write the answer's body."""
        return json.dumps(self.told(path, request_id), separators=(",", ":")).encode()


def reference_to(path: str) -> str:
    """Write a path as a URI reference (RFC 3986), cut where it is long, and through no escape."""
    cut = quote(path, safe="/:@", errors="replace")[:LONGEST_INSTANCE]
    return cut[: cut.rindex("%")] if "%" in cut[-2:] else cut


class Malformed(Problem):
    """The request cannot be read at all, so nothing in it was looked at.

    The detail says which part of it is not what HTTP or this API expects.
    """

    status = 400
    code = "malformed_request"
    title = "Malformed request"
    usual = "The request cannot be read."


class MalformedJson(Malformed):
    """The body is not one JSON document in UTF-8 (RFC 8259).

    Refused besides what is no JSON at all: a member given twice, anything after the document, a
    byte-order mark, UTF-16, nesting deeper than 32 levels, and numbers of more than 400 characters.
    """

    code = "malformed_json"
    title = "Malformed JSON"
    usual = "The body is not one JSON document in UTF-8."


class MalformedHeader(Malformed):
    """A header is given twice where one is allowed, or its value is not of its form.

    The detail names the header. `If-Match` takes entity tags in double quotes, exactly as an
    `ETag` was sent.
    """

    code = "malformed_header"
    title = "Malformed header"
    usual = "A header is not of its form."


class MalformedIdempotencyKey(Malformed):
    """The `Idempotency-Key` is not 1 to 128 of the characters `A-Z a-z 0-9 . _ ~ : + / = -`.

    A random UUID is a good key. Quotation marks around it are allowed and not part of it.
    """

    code = "malformed_idempotency_key"
    title = "Malformed idempotency key"
    usual = "An Idempotency-Key is 1 to 128 letters, digits or . _ ~ : + / = - and given once."


class IdempotencyKeyRequired(Malformed):
    """The operation needs an `Idempotency-Key`, because doing it twice would do harm.

    Make a new key for each thing to be done, and send the same key when you try it again.
    """

    code = "idempotency_key_required"
    title = "Idempotency key required"
    usual = "This operation needs an Idempotency-Key header."


class Unauthenticated(Problem):
    """No credentials were sent, or none that hold.

    Send `Authorization: Bearer …` with an access token or a `c34_…` key. The answer is the same
    whatever is wrong with a token, so that it helps nobody to make one up.
    """

    status = 401
    code = "unauthenticated"
    title = "Unauthenticated"
    usual = "Send a bearer token that holds."
    challenge: ClassVar[str] = "Bearer"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"www-authenticate": self.challenge})


class TokenExpired(Unauthenticated):
    """The access token was good, and its time is over.

    Get a new one from where this one came from, and send the request again.
    """

    code = "token_expired"
    title = "Token expired"
    usual = "The token has expired. Get a new one."
    challenge = 'Bearer error="invalid_token", error_description="The token has expired."'


class Refused(Problem):
    """You may not do this, or not now; `rule` names the rule that spoke, where one did.

    The page of rules in the documentation says what each stands for. Sending the request again
    changes nothing.
    """

    status = 403
    code = "forbidden"
    title = "Forbidden"
    usual = "You may not do this."


class InsufficientScope(Refused):
    """Your role may allow this, but the token or key was not given the scope for it.

    A scope narrows what a role allows. Ask for a token or a key with the scope the detail names.
    """

    code = "insufficient_scope"
    title = "Insufficient scope"
    usual = "The token lacks the scope for this."

    def __init__(
        self, detail: str | None = None, *, scope: str | None = None, rule: str | None = None
    ) -> None:
        wanted = "" if scope is None else f', scope="{scope}"'
        challenge = f'Bearer error="insufficient_scope"{wanted}'
        super().__init__(detail, rule=rule, headers={"www-authenticate": challenge})


class NotFound(Problem):
    """There is nothing at this address, or nothing within your reach.

    The two look the same on purpose (TR-05), and so does an address that is not of its form.
    """

    status = 404
    code = "not_found"
    title = "Not found"
    usual = "There is nothing here, or nothing within your reach."

    def __init__(self) -> None:  # no detail: one body, whatever is not there
        super().__init__()


class MethodNotAllowed(Problem):
    """The address exists and does not take this method; `Allow` lists the ones it takes."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"
    usual = "This address does not take this method."


class RequestTimeout(Problem):
    """The body of the request came too slowly, and the connection was given up.

    Nothing was done. Send the request again, in smaller parts if the line is slow.
    """

    status = 408
    code = "request_timeout"
    title = "Request timeout"
    usual = "The body came too slowly."


class Conflict(Problem):
    """What is stored does not go together with this change.

    Something with the same natural key is there already, or something else still needs what the
    request would take away. Read the current state, then decide.
    """

    status = 409
    code = "conflict"
    title = "Conflict"
    usual = "What is stored does not go together with this change."


class InvalidTransition(Conflict):
    """The thing is in a state from which this step is not possible.

    The detail says where it stands; the state diagrams in the documentation show the steps.
    """

    code = "invalid_transition"
    title = "Invalid transition"
    usual = "This step is not possible from where it stands."


class PendingBatch(Conflict):
    """Too few contributors have changed since the release before to go into a new one together.

    Corrections, withdrawals and members that came late wait until there are enough of them, so that
    none can be told from the difference of two releases. Nothing is wrong with what was entered;
    earlier releases stay, and a withdrawal holds from the moment it was made.
    """

    code = "pending_batch"
    title = "Pending batch"
    usual = "Too few contributors have changed since the release before."


class InProgress(Conflict):
    """A request with the same `Idempotency-Key` is still running.

    Wait for it, then send the same request again to be given its answer.
    """

    code = "in_progress"
    title = "In progress"
    usual = "A request with this Idempotency-Key is still running."


class Gone(Problem):
    """It was here, it has been taken away, and it will not come back."""

    status = 410
    code = "gone"
    title = "Gone"
    usual = "It was here, and it will not come back."


class PreconditionFailed(Problem):
    """It has changed since you read it, so your change was not made.

    The `ETag` of the answer is the current one. Read it again, make your change on what is there
    now, and send that with the new tag in `If-Match`.
    """

    status = 412
    code = "precondition_failed"
    title = "Precondition failed"
    usual = "It has changed since you read it."


class BodyTooLarge(Problem):
    """The body of the request is larger than this address takes.

    Send the rows in several batches.
    """

    status = 413
    code = "body_too_large"
    title = "Body too large"
    usual = "The body is larger than this address takes."


class UnsupportedMediaType(Problem):
    """The body is of a type that this operation does not take, or its type is not told.

    JSON is sent as `application/json`, a change as `application/merge-patch+json`, rows also as
    `text/csv`; always in UTF-8 and without a `Content-Encoding`.
    """

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"
    usual = "The body is of a type that this operation does not take."


class Invalid(Problem):
    """The request can be read, and something in it is not as it has to be.

    `errors` lists the faults, up to 100: `pointer` says where (a JSON pointer into the body, or
    `?name` for a query parameter; of a spreadsheet `row` and `column` too), `code` and `detail` say
    what.
    """

    status = 422
    code = "validation_failed"
    title = "Validation failed"
    usual = "The request is not as it has to be."


class InvalidCursor(Invalid):
    """The cursor is not one of ours, or belongs to another list, other filters or another caller.

    Begin again without a cursor, and keep the filters unchanged from page to page.
    """

    code = "invalid_cursor"
    title = "Invalid cursor"
    usual = "The cursor does not belong to this list, these filters and this caller."


class IdempotencyKeyReused(Invalid):
    """The `Idempotency-Key` was used in the last 24 hours for a request that was not this one.

    A key stands for one request: make a new one for a new request.
    """

    code = "idempotency_key_reused"
    title = "Idempotency key reused"
    usual = "This Idempotency-Key was used for another request."


class PreconditionRequired(Problem):
    """A change needs `If-Match`, so that nobody overwrites what they have not seen.

    Read the thing first, and send its `ETag` in `If-Match`.
    """

    status = 428
    code = "precondition_required"
    title = "Precondition required"
    usual = "Send the ETag of what you read in If-Match."


class TooManyRequests(Problem):
    """You asked more in a while than your quota allows, and this request was not looked at.

    Wait the seconds that `Retry-After` tells. `RateLimit-Policy` and `RateLimit` of every answer
    tell your quota (`q` requests in `w` seconds), what is left of it (`r`), and in how many seconds
    it is whole again (`t`).
    """

    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    usual = "The quota is used up. Try again after the seconds in Retry-After."

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(headers={"retry-after": str(retry_after)})


class Unavailable(Problem):
    """We cannot do this now, and soon can again: nothing was done.

    Send the same request again after the seconds that `Retry-After` tells.
    """

    status = 503
    code = "unavailable"
    title = "Unavailable"
    usual = "This cannot be done now. Try again after the seconds in Retry-After."

    def __init__(self, detail: str | None = None, *, retry_after: int = 2) -> None:
        super().__init__(detail, headers={"retry-after": str(retry_after)})


def kinds_of_problem() -> dict[str, type[Problem]]:
    """List every kind of problem by its code, those of other modules too."""
    found: dict[str, type[Problem]] = {}
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    return dict(sorted(found.items()))
