"""Real servers to start, ask and kill."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.embedded.server import EmbeddedServer

ROOT = Path(__file__).parents[2]
HOLD = """
import json, sys
from pathlib import Path
from app.embedded.server import EmbeddedServer
from app.embedded.trouble import ServerTrouble
where, binaries = (Path(word) if word else None for word in sys.argv[1:])
try:
    with EmbeddedServer(where, binaries=binaries, durable=False) as server:
        print(json.dumps({"url": server.admin_url(), "process": server.process}), flush=True)
        sys.stdin.read()
except ServerTrouble as trouble:
    print(json.dumps({"trouble": str(trouble)}), flush=True)
"""


@dataclass
class Holder:
    """Another process that has entered the server of a folder."""

    shell: subprocess.Popen[str]

    def says(self) -> dict[str, Any]:
        assert self.shell.stdout is not None
        return json.loads(self.shell.stdout.readline())

    def leave(self) -> None:
        if self.shell.poll() is None:
            self.shell.communicate(timeout=30)


def _ask(url: str, question: str, *values: object) -> Any:
    async def asked() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(question, *values)
        finally:
            await connection.close()

    return asyncio.run(asked())


@pytest.fixture(scope="session")
def ask() -> Callable:
    """Ask a server for one value."""
    return _ask


@pytest.fixture(scope="session")
def until() -> Callable:
    """Wait for something that happens by itself, a minute at most."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    return wait


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One server for the tests that only look."""
    with EmbeddedServer(tmp_path_factory.mktemp("looked-at") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cluster that was stopped."""
    data = tmp_path_factory.mktemp("made") / "data"
    with EmbeddedServer(data, durable=False):
        return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of it, which takes less time than making a cluster."""
    subprocess.run(["/bin/cp", "-a", made, tmp_path / "data"], check=True)
    (tmp_path / "data" / "server.log").unlink()
    return tmp_path / "data"


@pytest.fixture
def hold() -> Iterator[Callable]:
    """Enter a folder's server from another process, which may be killed."""
    with ExitStack() as opened:

        def holder(
            data: Path,
            *,
            python: str = sys.executable,
            code: Path = ROOT,
            binaries: Path | str = "",
            **how: Any,
        ) -> Holder:
            shell = subprocess.Popen(
                [python, "-c", HOLD, str(data), str(binaries)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=code,
                env={"PYTHONPATH": str(code)},
                **how,
            )
            opened.enter_context(shell)
            opened.callback(Holder(shell).leave)
            return Holder(shell)

        yield holder
