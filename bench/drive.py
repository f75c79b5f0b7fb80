"""A light HTTP client in a process of its own: sends requests over connections that stay open.

Reads its orders as JSON from standard input and writes what came of them to standard output. It
looks at the status and the length of each answer and at nothing else.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle
from typing import Any, Final

import uvloop

HEAD_ENDS: Final = b"\r\n\r\n"
LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
STATUS: Final = slice(9, 12)


@dataclass
class Outcome:
    """How many requests were answered, in how many seconds, and with how many bytes."""

    requests: int
    seconds: float
    received: int


class Connection(asyncio.Protocol):
    """One connection: sends the next request when the last one is answered in full."""

    def __init__(self, requests: list[bytes], status: bytes, seconds: float | None) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answered = self.received = 0
        self._requests = iter(requests) if seconds is None else cycle(requests)
        self._until = None if seconds is None else time.monotonic() + seconds
        self._status = status
        self._held = bytearray()
        self._expected = 0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        over = self._until is not None and time.monotonic() >= self._until
        request = None if over else next(self._requests, None)
        if request is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Count an answer when all of it is here, and send the next request."""
        self._held += data
        if not self._expected:
            end = self._held.find(HEAD_ENDS)
            if end < 0:
                return
            self._expected = end + len(HEAD_ENDS) + self._length(bytes(self._held[:end]))
        if len(self._held) < self._expected:
            return
        self.answered += 1
        self.received += self._expected
        self._held.clear()
        self._expected = 0
        self._send()

    def _length(self, head: bytes) -> int:
        """Return the length of a body, or end everything where the answer is not the right one."""
        if head[STATUS] != self._status:
            self._fail(f"expected {self._status.decode()}: {head.decode('latin-1')}")
        length = LENGTH.search(head)
        if length is None and self._status != b"304":
            self._fail("an answer without its length")
        return int(length[1]) if length and self._status != b"304" else 0

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))
        raise RuntimeError(why)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail where the other side closed before the end."""
        if not self.done.done():
            self.done.set_exception(exc or RuntimeError("The connection was closed."))


async def drive(
    port: int, requests: list[bytes], status: int, connections: int, seconds: float | None
) -> Outcome:
    """Send requests over and over for some seconds, or each of them once."""
    loop = asyncio.get_running_loop()
    shares = [requests[start::connections] for start in range(connections)]
    began = time.monotonic()
    opened = []
    for share in shares:
        driven = partial(Connection, share, b"%d" % status, seconds)
        opened.append(await loop.create_connection(driven, "127.0.0.1", port))
    await asyncio.gather(*(connection.done for _, connection in opened))
    took = time.monotonic() - began
    return Outcome(
        sum(connection.answered for _, connection in opened),
        took,
        sum(connection.received for _, connection in opened),
    )


def main() -> None:
    """Do as ordered on standard input."""
    orders = json.load(sys.stdin)
    orders["requests"] = [request.encode("latin-1") for request in orders["requests"]]
    print(json.dumps(asdict(uvloop.run(drive(**orders)))))


if __name__ == "__main__":
    main()
