"""Both demos, each loaded once by the command itself and served on a real socket."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import READY, TWELVE, Demo, demo_in, running


@pytest.fixture(scope="session")
def california(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("california") / "var"
    with running(data, "demo") as command:
        command.until(READY)
        with demo_in(data, "c34_demo") as demo:
            yield demo
        assert command.stop() == 0


@pytest.fixture(scope="session")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A data folder whose demo was killed while districts answered, then went on and was stopped.

    With it the ids of what was released.
    """
    data = tmp_path_factory.mktemp("invented") / "var"
    with running(data, *TWELVE) as command:
        command.until("Districts answer")
        command.process.kill()
        command.process.wait()
    with running(data, *TWELVE) as command:
        command.until(READY)
        with demo_in(data, "c34_demo_12") as demo:
            releases = [demo.variables["RELEASE"]]
        assert command.stop(signal.SIGTERM) == 0
    return data, releases


@pytest.fixture(scope="session")
def invented(twelve: tuple[Path, list[str]]) -> Iterator[Demo]:
    data, releases = twelve
    with running(data, *TWELVE) as command:
        command.until(READY)
        with demo_in(data, "c34_demo_12") as demo:
            releases.append(demo.variables["RELEASE"])
            yield demo
        assert command.stop() == 0
