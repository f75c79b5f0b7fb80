"""``c34 demo`` as a person meets it: stopped, killed, started twice, in the way of others."""

import asyncio
import json
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PASSWORDS
from processes import Demo, c34, demo_in, running
from twelve import expected, trimmed

from app.database import create_database, drop_database
from app.embedded.server import EmbeddedServer
from app.policy.lock import APP, RELEASE

TWELVE = ("demo", "--members", "12")
NAME = "c34_demo_12"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that was killed while districts answered."""
    data = tmp_path_factory.mktemp("killed") / "var"
    with running(data, *TWELVE) as command:
        command.until("Districts answer")
        command.process.kill()
        command.process.wait()
    return data


@pytest.fixture(scope="module")
def resumed(killed: Path) -> Iterator[Demo]:
    with running(killed, *TWELVE) as command:
        command.until("--reset starts afresh")
        with demo_in(killed, NAME) as demo:
            yield demo
        assert command.stop() == 0


def test_a_demo_that_was_killed_goes_on_to_the_same_end(resumed: Demo) -> None:
    cells = resumed.every(
        resumed.variables["ANALYST"], f"/v1/releases/{resumed.variables['RELEASE']}/cells"
    )

    assert trimmed(cells) == expected()


def test_every_line_it_prints_can_be_run(resumed: Demo, killed: Path) -> None:
    said = max(killed.glob("said-*"), key=lambda file: file.stat().st_mtime).read_text()
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("curl")]
    answers = [
        json.loads(subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout)
        for line in lines
    ]

    assert [answer for answer in answers if "status" in answer and "code" in answer] == []
    assert len(answers) == 7


def test_keys_are_for_their_owner_alone(resumed: Demo, killed: Path) -> None:
    modes = {
        path.name: oct(stat.S_IMODE(path.stat().st_mode))
        for path in (killed / "demo").iterdir()
        if path.suffix != ".lock"
    }

    assert modes == {
        "c34_demo_12.env": "0o600",
        "c34_demo_12.json": "0o600",
        "c34_demo_12.log": "0o600",
        "c34_demo_12.stewards": "0o600",
    }


def test_a_second_one_says_that_the_first_is_running(resumed: Demo, killed: Path) -> None:
    second = c34(killed, *TWELVE)

    assert (second.returncode, second.stdout, second.stderr) == (
        1,
        "",
        "c34: This demo is running already: stop it there first.\n",
    )


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = c34(tmp_path, *TWELVE, "--port", port)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"c34: Cannot listen on port {port} of 127.0.0.1: another program uses it, perhaps this"
        " one in another window. Stop what uses it, or choose another port with --port or"
        " C34_PORT.\n"
    )
    assert not (tmp_path / "pg").exists()


def test_it_starts_warm_and_afresh_only_when_asked(
    killed: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("again") / "var"
    releases = []
    for arguments in ((), (), ("--reset",)):
        with running(data, *TWELVE, *arguments) as command:
            command.until("--reset starts afresh")
            with demo_in(data, NAME) as demo:
                cells = f"/v1/releases/{demo.variables['RELEASE']}/cells"
                told = trimmed(demo.every(demo.variables["ANALYST"], cells))
                releases.append((demo.variables["RELEASE"], told == expected()))
            assert command.stop(signal.SIGTERM) == 0

    assert releases[0] == releases[1]
    assert [same for _, same in releases] == [True, True, True]
    assert len({release for release, _ in releases}) == 2


def test_who_stops_it_while_it_loads_is_told_how_to_go_on(tmp_path: Path) -> None:
    with running(tmp_path, *TWELVE) as command:
        command.until("Letting in")
        code = command.stop()

        assert code == 1
        assert command.said.splitlines()[-1] == (
            "c34: Stopped while loading: the same command goes on from here."
        )


@pytest.fixture
def elsewhere(tmp_path: Path, server: EmbeddedServer) -> dict[str, str]:
    """The settings of a migrated database in a PostgreSQL that is not the demo's."""
    name = "demo_elsewhere"
    asyncio.run(drop_database(server.admin_url(), name))
    asyncio.run(create_database(server.admin_url(), name))
    passwords = {"C34_APP_PASSWORD": PASSWORDS[APP], "C34_RELEASE_PASSWORD": PASSWORDS[RELEASE]}
    upgraded = c34(tmp_path, "db", "upgrade", "--admin-url", server.admin_url(name), **passwords)
    assert (upgraded.returncode, upgraded.stdout) == (0, "The schema is at revision 0001.\n")
    return {
        "DATABASE_URL": server.url(APP, PASSWORDS[APP], name),
        "RELEASE_DATABASE_URL": server.url(RELEASE, PASSWORDS[RELEASE], name),
    }


def test_it_loads_into_a_postgresql_of_ones_own(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    keyless = c34(tmp_path, *TWELVE, **elsewhere)
    made = c34(tmp_path, "keys", "make-master", **elsewhere)
    afresh = c34(tmp_path, *TWELVE, "--reset", **elsewhere)
    with running(tmp_path, *TWELVE, **elsewhere) as command:
        command.until("--reset starts afresh")
        with demo_in(tmp_path, NAME) as demo:
            cells = f"/v1/releases/{demo.variables['RELEASE']}/cells"
            told = trimmed(demo.every(demo.variables["ANALYST"], cells))
        assert command.stop() == 0
    (tmp_path / "demo" / f"{NAME}.json").unlink()
    strange = c34(tmp_path, *TWELVE, **elsewhere)

    assert told == expected()
    assert not (tmp_path / "pg").exists()
    assert (made.returncode, made.stderr) == (0, "")
    assert [each.returncode for each in (keyless, afresh, strange)] == [1, 1, 1]
    assert keyless.stderr == (
        f"c34: There is no {tmp_path}/keys/master.json: put it back from where you keep it apart,"
        " or make the first one with c34 keys make-master.\n"
    )
    assert afresh.stderr == (
        "c34: --reset drops the database of the embedded server alone: with DATABASE_URL set, drop"
        " that database yourself, make an empty one and run c34 db upgrade.\n"
    )
    assert strange.stderr == (
        "c34: The database of DATABASE_URL belongs to a consortium already, and the demo has no"
        " key for it: give the demo an empty database.\n"
    )
