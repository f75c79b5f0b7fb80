"""An application in a server process of its own: the same server, set alike, for each of them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Final

from bench import cpu
from bench.drive import Outcome

ROOT: Final = Path(__file__).parent.parent
OPTIONS: Final = (
    *("--host", "127.0.0.1", "--loop", "uvloop", "--http", "httptools", "--lifespan", "on"),
    *("--no-access-log", "--no-server-header", "--log-level", "warning"),
    *("--timeout-keep-alive", "600"),
)
PATIENCE: Final = 60
"""Seconds after which an application that should have started will not."""


@dataclass(frozen=True)
class Request:
    """A request, as it is sent."""

    method: str
    path: str
    token: str
    headers: Mapping[str, str] | None = None
    body: bytes = b""

    def written(self) -> str:
        """Write it as it goes over the wire, in Latin-1 so that JSON takes it."""
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{name}: {value}" for name, value in self.all_headers().items()),
        ]
        return "\r\n".join(lines) + "\r\n\r\n" + self.body.decode("latin-1")

    def all_headers(self) -> dict[str, str]:
        """List the headers, with those that every request of its kind has."""
        told = {"Accept": "application/json", "Authorization": f"Bearer {self.token}"}
        if self.body:
            told |= {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        return told | dict(self.headers or {})


@dataclass(frozen=True)
class Served:
    """A running application."""

    process: int
    port: int

    def cpu(self) -> float:
        """Return the seconds of processor time it has used."""
        return cpu.of_process(self.process)

    def ask(self, request: Request) -> tuple[HTTPResponse, Any]:
        """Send one request, and read the answer and its JSON."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(request.method, request.path, request.body, request.all_headers())
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        return answer, json.loads(said) if said else None

    def drive(
        self, requests: list[Request], status: int, connections: int, seconds: float | None
    ) -> Outcome:
        """Send requests from a process of its own, for some seconds or each of them once."""
        orders = {
            "port": self.port,
            "requests": [request.written() for request in requests],
            "status": status,
            "connections": connections,
            "seconds": seconds,
        }
        ended = subprocess.run(
            [sys.executable, "-m", "bench.drive"],
            cwd=ROOT,
            input=json.dumps(orders),
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise RuntimeError(ended.stderr)
        return Outcome(**json.loads(ended.stdout))


@contextmanager
def serving(target: str, environment: Mapping[str, str], log: Path, *more: str) -> Iterator[Served]:
    """Serve an application meanwhile, by one worker and without a log of requests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", target, "--port", str(port), *OPTIONS, *more]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=said, stderr=said
        )
    try:
        wait_until_it_listens(process, port, log)
        yield Served(process.pid, port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return as soon as a connection is taken; raise what the process said where none will be."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(log.read_text())
