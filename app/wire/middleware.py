"""The one layer around the application: ids, limits, headers, the answer to any error, the log."""

import re
from collections.abc import Collection
from time import perf_counter
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.wire.answers import REQUEST_ID, answer_to, new_request_id
from app.wire.body import BoundedBody, Limits
from app.wire.origins import Origins
from app.wire.route import NOTICE, TEMPLATE

EXCHANGE: Final = "c34.exchange"
QUOTA: Final = "c34.quota"
"""In the scope: the headers that tell a caller its quota, once it is known."""
PRINCIPAL: Final = "c34.principal"
"""In the scope: the id of the account that calls, once it is known."""
ID_FORM: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
POLICY: Final = b"content-security-policy"
NOTHING: Final = (POLICY, b"default-src 'none'; frame-ancestors 'none'")
CACHE: Final = b"cache-control"
NOT_STORED: Final = (CACHE, b"no-store")
UNKNOWN: Final = 401
GONE_AWAY: Final = 499
"""What the log tells of a request whose caller did not wait for the answer."""
log = structlog.get_logger("c34.access")


class Wire:
    """Surrounds the application; an error that comes this far is answered, never passed on.

    A server would close the connection, and log what the error says. HEAD is served as GET without
    its body. What is logged of a request is its operation, never its values. Pages of ``origins``
    may read every answer, also that to an error.
    """

    def __init__(
        self, app: ASGIApp, limits: Limits | None = None, origins: Collection[str] = ()
    ) -> None:
        self.app = app
        self.limits = limits or Limits()
        self.served: ASGIApp = Origins(self.serve, origins) if origins else self.serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        inner: Scope = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        inner[REQUEST_ID] = told_id(scope) or new_request_id()
        inner[EXCHANGE] = exchange = Exchange(scope["method"], inner, send)
        tokens = structlog.contextvars.bind_contextvars(request_id=inner[REQUEST_ID])
        try:
            await self.served(inner, receive, exchange.send)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)
            log.info(
                "request",
                method=scope["method"],
                path=inner.get(TEMPLATE),
                status=exchange.status,
                ms=round((perf_counter() - began) * 1000, 1),
                request_id=inner[REQUEST_ID],
                principal=principal_of(inner),
            )

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its body bounded; answer whatever that raises."""
        body = BoundedBody(scope, receive, self.limits)
        exchange: Exchange = scope[EXCHANGE]
        try:
            await body.believe()
            await self.app(scope, body.receive, send)
        except ClientDisconnect:
            return  # nobody is left to be answered
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is answered
            answer = answer_to(scope, error)
            if not exchange.started:  # else it stays cut off, and the server closes the connection
                await answer(scope, receive, send)


class Exchange:
    """The answer to one request, with the headers that every answer has."""

    def __init__(self, method: str, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.send_on = send
        self.status = GONE_AWAY
        self.started = False
        self.without_body = method == "HEAD"

    async def send(self, message: Message) -> None:
        """Send a part of the answer on."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            message["headers"] = self.completed(list(message.get("headers", ())))
        elif self.without_body and message["type"] == "http.response.body":
            if message.get("more_body", False):
                return
            message = {"type": "http.response.body", "body": b""}
        await self.send_on(message)

    def completed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Add the headers that every answer has, where it did not choose its own."""
        names = {name for name, _ in headers}
        headers.append((b"x-request-id", self.scope[REQUEST_ID].encode("ascii")))
        headers.extend(SECURITY)
        headers.extend(self.scope.get(NOTICE, ()))
        if self.status != UNKNOWN:  # nothing tells a key that was revoked from one that never was
            headers.extend(self.scope.get(QUOTA, ()))
        if POLICY not in names:
            headers.append(NOTHING)
        if CACHE not in names and self.scope["path"].startswith("/v1"):
            headers.append(NOT_STORED)
        return headers


def told_id(scope: Scope) -> str | None:
    """Return the request id that the caller chose, if it is one that a log can hold."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and ID_FORM.fullmatch(value):
            return str(value, "ascii")
    return None


def principal_of(scope: Scope) -> str | None:
    """Return the id of the account that called, where it is known."""
    known = scope.get(PRINCIPAL)
    return None if known is None else str(known)
