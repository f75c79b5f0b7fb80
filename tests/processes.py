"""The command line as a person runs it: a process of its own, in a folder of its own."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

C34 = Path(sys.executable).with_name("c34")
TWELVE = ("demo", "--members", "12")
READY = "--reset starts afresh"
"""The last thing that a demo says before it only serves."""
PATIENCE = 600
"""Seconds after which something that should have come will not."""


def surroundings(data: Path, **more: str) -> dict[str, str]:
    """The environment of a command: this one's, without what is set for the service."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("C34_") and "DATABASE_URL" not in name
    }
    return {**kept, "C34_DATA": str(data), "C34_PORT": "0", **more}


def c34(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [C34, *arguments],
        env=surroundings(data, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@dataclass
class Running:
    """A command that runs on, and what it has said."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()

    def until(self, words: str) -> None:
        """Wait until it says something; fail as soon as it cannot any more."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.said:
            ended = self.process.poll()
            assert ended is None, f"ended with {ended}: {self.said}"
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def running(data: Path, *arguments: str, **more: str) -> Iterator[Running]:
    """Run a command meanwhile."""
    data.mkdir(parents=True, exist_ok=True)
    log = data / f"said-{time.monotonic_ns()}.txt"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [C34, *arguments],
            env=surroundings(data, **more),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Running(process, log)
    finally:
        process.kill()
        process.wait(PATIENCE)


@dataclass(frozen=True)
class Demo:
    """A demo that is loaded, as it tells a shell, and the keys it keeps."""

    variables: dict[str, str]
    keys: dict[str, str]
    http: httpx.Client

    def get(self, key: str, path: str, **asked: Any) -> httpx.Response:
        """Read something with a key."""
        return self.http.get(path, params=asked, headers={"Authorization": f"Bearer {key}"})

    def told(self, key: str, path: str, **asked: Any) -> Any:
        """Read something that is there; numbers with a fraction are exact."""
        answer = self.get(key, path, **asked)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text, parse_float=Decimal)

    def every(self, key: str, path: str, **asked: Any) -> list[Any]:
        """Read a whole list."""
        rows, page = [], self.told(key, path, limit=200, **asked)
        rows += page["data"]
        while page["has_more"]:
            page = self.told(key, path, limit=200, cursor=page["next_cursor"], **asked)
            rows += page["data"]
        return rows


@contextmanager
def demo_in(data: Path, database: str) -> Iterator[Demo]:
    """Look at a demo that says it is ready."""
    folder = data / "demo"
    lines = shlex.split((folder / f"{database}.env").read_text())
    variables = dict(line.split("=", 1) for line in lines)
    keys = json.loads((folder / f"{database}.json").read_text())
    with httpx.Client(base_url=variables["URL"], timeout=60) as http:
        yield Demo(variables, keys, http)
