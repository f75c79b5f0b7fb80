"""A request that is kept, and sent again to the application itself."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from starlette.types import ASGIApp, Message, Scope

from app.wire.answers import request_id

KEPT: Final = (b"accept", b"content-type")
"""Headers that say what a request means; who sends it is told by other means."""


def packed(scope: Scope, body: bytes) -> bytes:
    """Write a request down."""
    headers = [(str(n, "latin-1"), str(v, "latin-1")) for n, v in scope["headers"] if n in KEPT]
    query = str(scope["query_string"], "latin-1")
    told = [scope["method"], scope["path"], query, headers, request_id(scope)]
    head = json.dumps(told).encode()
    return len(head).to_bytes(4, "big") + head + body


async def replayed(app: ASGIApp, kept: bytes, told: Mapping[str, Any]) -> tuple[int, bytes]:
    """Send a request that was written down; ``told`` is what its scope holds besides.

    Returns the status and the body of the answer.
    """
    split = 4 + int.from_bytes(kept[:4], "big")
    method, path, query, headers, asked_as = json.loads(kept[4:split])
    listed = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "headers": [*listed, (b"x-request-id", asked_as.encode("ascii"))],
        "client": None,
        "server": None,
        **told,
    }
    messages = messages_of(kept[split:])
    answer = Answer()

    async def receive() -> Message:
        return next(messages)

    await app(scope, receive, answer.send)
    return answer.status, bytes(answer.body)


def messages_of(body: bytes) -> Iterator[Message]:
    """Send a body, and leave."""
    yield {"type": "http.request", "body": body, "more_body": False}
    while True:
        yield {"type": "http.disconnect"}


class Answer:
    """Collects what an application answers."""

    def __init__(self) -> None:
        self.status = 0
        self.body = bytearray()

    async def send(self, message: Message) -> None:
        """Take a part of it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")
