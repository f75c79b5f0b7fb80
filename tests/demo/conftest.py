"""Both demos, each loaded once by the command itself and served on a real socket."""

from collections.abc import Iterator

import pytest
from processes import Demo, demo_in, running


@pytest.fixture(scope="session")
def california(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("california") / "var"
    with running(data, "demo") as command:
        command.until("The demo is ready")
        with demo_in(data, "c34_demo") as demo:
            yield demo
        assert command.stop() == 0


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("invented") / "var"
    with running(data, "demo", "--members", "12") as command:
        command.until("The demo is ready")
        with demo_in(data, "c34_demo_12") as demo:
            yield demo
        assert command.stop() == 0
