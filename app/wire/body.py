"""The body of a request, bounded in size and in time (neither is the server's business)."""

from asyncio import get_running_loop, timeout_at
from dataclasses import dataclass
from typing import Final

from starlette.types import Message, Receive, Scope

from app.problems import BodyTooLarge, RequestTimeout

CLOSE: Final = {"connection": "close"}
PATIENCE: Final = 2.0
"""Seconds for which the rest of a body that is too large is thrown away."""
WASTE: Final = 4
"""Times the limit: how much of such a body is thrown away at most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a body may be, in bytes, and how long it may take, in seconds."""

    body: int = 2 * 2**20
    batch: int = 16 * 2**20
    seconds: float = 20.0

    def of(self, method: str, path: str) -> int:
        """Return the bytes that an operation takes: batches, which are posted, are larger."""
        return self.batch if method == "POST" and path.endswith("/batch") else self.body


class BoundedBody:
    """Receives a body, and raises ``BodyTooLarge`` or ``RequestTimeout``."""

    def __init__(self, scope: Scope, receive: Receive, limits: Limits) -> None:
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"")
        self.limit = limits.of(scope["method"], scope["path"])
        self.seconds = limits.seconds
        self.receive_on = receive
        self.received = 0
        self.complete = False
        self.deadline: float | None = None
        self.declared = int(declared) if declared.isdigit() else 0
        self.expected = b"expect" in headers

    async def believe(self) -> None:
        """Raise ``BodyTooLarge`` where the sender says that it will be."""
        if self.declared > self.limit:
            raise BodyTooLarge(headers=await self.drained())

    async def receive(self) -> Message:
        """Return the next part of the body; after the last one, wait for the caller to leave."""
        if self.complete:
            return await self.receive_on()
        if self.deadline is None:
            self.deadline = get_running_loop().time() + self.seconds
        message = await self.part(self.deadline)
        if self.received > self.limit:
            raise BodyTooLarge(headers=await self.drained())
        return message

    async def part(self, deadline: float) -> Message:
        """Return the next part of the body, if it comes in time."""
        try:
            async with timeout_at(deadline):
                message = await self.receive_on()
        except TimeoutError:
            raise RequestTimeout(headers=CLOSE) from None
        self.received += len(message.get("body", b""))
        self.complete = not message.get("more_body", False)
        return message

    async def drained(self) -> dict[str, str]:
        """Throw away the rest within reason, so that its sender gets to read the answer.

        Returns the headers of that answer: where more is still to come, the connection ends.
        """
        most = WASTE * self.limit
        if self.expected or self.declared > most:
            return CLOSE
        deadline = get_running_loop().time() + PATIENCE
        try:
            while not self.complete and self.received <= most:
                await self.part(deadline)
        except RequestTimeout:
            return CLOSE
        return {} if self.complete else CLOSE
