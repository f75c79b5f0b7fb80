"""``c34 demo`` as a person meets it: stopped, killed, started twice, in the way of others."""

import asyncio
import json
import re
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PASSWORDS
from processes import READY, TWELVE, Demo, c34, demo_in, running
from slow import slow
from twelve import expected, trimmed

from app.database import create_database, drop_database
from app.embedded.server import EmbeddedServer
from app.policy.lock import APP, RELEASE

NAME = "c34_demo_12"


@slow
def test_a_demo_that_was_killed_goes_on_and_starts_again_with_what_it_has(
    invented: Demo, twelve: tuple[Path, list[str]]
) -> None:
    release = invented.variables["RELEASE"]
    cells = invented.every(invented.variables["ANALYST"], f"/v1/releases/{release}/cells")

    assert trimmed(cells) == expected()
    assert twelve[1] == [release, release]


def test_every_line_it_prints_can_be_run(invented: Demo, twelve: tuple[Path, list[str]]) -> None:
    said = max(twelve[0].glob("said-*"), key=lambda file: file.stat().st_mtime_ns).read_text()
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("curl")]
    told = [
        subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout
        for line in lines
    ]
    answers = [json.loads(each) for each in told if each.startswith(b"{")]
    sheets = [each for each in told if each.startswith(b"goal.id,goal.code,")]

    assert [answer for answer in answers if "status" in answer and "code" in answer] == []
    assert (len(told), len(answers), len(sheets)) == (23, 22, 1)


def test_keys_are_for_their_owner_alone(invented: Demo, twelve: tuple[Path, list[str]]) -> None:
    modes = {
        path.name: oct(stat.S_IMODE(path.stat().st_mode))
        for path in (twelve[0] / "demo").iterdir()
        if path.suffix != ".lock"
    }

    assert modes == {
        "c34_demo_12": "0o700",
        "c34_demo_12.env": "0o600",
        "c34_demo_12.json": "0o600",
        "c34_demo_12.log": "0o600",
        "c34_demo_12.stewards": "0o600",
    }


def test_a_second_one_says_that_the_first_is_running(
    invented: Demo, twelve: tuple[Path, list[str]]
) -> None:
    second = c34(twelve[0], *TWELVE)

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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that takes the cluster and not the load, where one can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["/bin/mount", "-t", "tmpfs", "-o", "size=45m", "none", str(disk)]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["/bin/umount", str(disk)], check=True)


@slow
def test_a_full_disk_is_told_in_a_sentence(small_disk: Path) -> None:
    full = c34(small_disk / "var", "demo")
    sentence = r"c34: The disk .+ is full: make room and try again\..*\n"

    assert full.returncode == 1
    assert re.fullmatch(sentence, full.stderr), full.stderr


@slow
def test_who_stops_it_while_it_loads_goes_on_later_or_starts_afresh(tmp_path: Path) -> None:
    with running(tmp_path, *TWELVE) as command:
        command.until("A meeting")
        stopped = command.stop(), command.said.splitlines()[-1]
    before = json.loads((tmp_path / "demo" / f"{NAME}.json").read_text())
    with running(tmp_path, *TWELVE, "--reset") as command:
        command.until(READY)
        with demo_in(tmp_path, NAME) as demo:
            path = f"/v1/releases/{demo.variables['RELEASE']}/cells"
            told = trimmed(demo.every(demo.variables["ANALYST"], path))
            kept = [name for name in before if demo.keys[name] == before[name]]
            refused = demo.get(before["consortium_admin"], "/v1/me").status_code

    assert stopped == (1, "c34: Stopped while loading: the same command goes on from here.")
    assert told == expected()
    assert (kept, refused) == ([], 401)


@pytest.fixture
def elsewhere(tmp_path: Path, server: EmbeddedServer) -> dict[str, str]:
    """The settings of a migrated database in a PostgreSQL that is not the demo's."""
    name = "demo_elsewhere"
    asyncio.run(drop_database(server.admin_url(), name))
    asyncio.run(create_database(server.admin_url(), name))
    passwords = {"C34_APP_PASSWORD": PASSWORDS[APP], "C34_RELEASE_PASSWORD": PASSWORDS[RELEASE]}
    upgraded = c34(tmp_path, "db", "upgrade", "--admin-url", server.admin_url(name), **passwords)
    assert (upgraded.returncode, upgraded.stdout) == (0, "The schema is at revision 0010.\n")
    return {
        "DATABASE_URL": server.url(APP, PASSWORDS[APP], name),
        "RELEASE_DATABASE_URL": server.url(RELEASE, PASSWORDS[RELEASE], name),
    }


@slow
def test_it_loads_into_a_postgresql_of_ones_own(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    keyless = c34(tmp_path, *TWELVE, **elsewhere)
    made = c34(tmp_path, "keys", "make-master", **elsewhere)
    afresh = c34(tmp_path, *TWELVE, "--reset", **elsewhere)
    with running(tmp_path, *TWELVE, **elsewhere) as command:
        command.until(READY)
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
