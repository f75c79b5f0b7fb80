"""The embedded server in bad days: kills, crashes, full disks, two at once."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from app.embedded.account import account_for
from app.embedded.binaries import find_binaries
from app.embedded.cluster import Cluster
from app.embedded.folder import Claim, DataFolder
from app.embedded.server import EmbeddedServer
from app.embedded.trouble import ServerTrouble

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def gone(process: int) -> bool:
    """Say whether the process has ended, reaped or not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def answers(ask: Callable, server: EmbeddedServer) -> bool:
    try:
        return ask(server.admin_url(), "select 1") == 1
    except (OSError, asyncpg.PostgresError):
        return False


def test_a_killed_parent_takes_the_server_along_cleanly(
    data: Path, hold: Callable, ask: Callable, until: Callable
) -> None:
    parent = hold(data)
    told = parent.says()
    ask(told["url"], "create table kept as select 34 as number")
    os.kill(parent.shell.pid, signal.SIGKILL)
    until(lambda: gone(told["process"]))
    log = (data / "server.log").read_text()
    assert log.rstrip().endswith("database system is shut down")
    with EmbeddedServer(data, durable=False) as server:
        assert ask(server.admin_url(), "select number from kept") == 34
    log = (data / "server.log").read_text()
    assert log.count("database system was interrupted") == 0


def test_a_start_right_after_the_kill_of_the_parent_waits_for_the_old_server(
    data: Path, hold: Callable, ask: Callable
) -> None:
    parent = hold(data)
    url = parent.says()["url"]
    os.kill(parent.shell.pid, signal.SIGKILL)
    with EmbeddedServer(data, durable=False) as server:
        assert server.admin_url() == url
        assert ask(server.admin_url(), "select 1") == 1


def test_a_killed_server_is_restarted_at_the_same_address(
    data: Path, ask: Callable, until: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    with EmbeddedServer(data) as server:
        ask(server.admin_url(), "create table kept as select 34 as number")
        url, before = server.admin_url(), server.process
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until(lambda: server.process != before and answers(ask, server))
        assert ask(url, "select number from kept") == 34
        assert server.trouble is None
    assert [record.message for record in caplog.records] == [
        f"The embedded PostgreSQL is down and being restarted. PostgreSQL ended with SIGKILL (see {data / 'server.log'}).",
        "The embedded PostgreSQL is up again.",
    ]


def test_a_killed_server_is_restarted_once_its_last_query_has_ended(
    data: Path, ask: Callable, until: Callable
) -> None:
    def work(url: str) -> None:
        with pytest.raises((OSError, asyncpg.PostgresError)):
            ask(url, "select sum(n) + pg_sleep(60)::text::int from generate_series(1, 8000000) n")

    with EmbeddedServer(data, durable=False) as server:
        url, before = server.admin_url(), server.process
        assert before is not None
        working = threading.Thread(target=work, args=[url])
        working.start()
        busy = "select count(*) from pg_stat_activity where query like 'select sum%'"
        until(lambda: ask(url, busy) == 1)
        os.kill(before, signal.SIGKILL)
        until(lambda: server.process != before and answers(ask, server))
        working.join()
    log = (data / "server.log").read_text()
    assert log.count("pre-existing shared memory block") > 0


def test_a_server_that_cannot_come_back_says_so_until_it_can(
    data: Path,
    ask: Callable,
    until: Callable,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.embedded.server.LONGEST_PAUSE", 0.2)
    control = data / "cluster" / "global" / "pg_control"
    with EmbeddedServer(data, durable=False) as server:
        assert server.process is not None
        control.rename(data / "set-aside")
        os.kill(server.process, signal.SIGKILL)
        until(lambda: str(server.trouble).endswith("It has died 5 times in a row."))
        (data / "set-aside").rename(control)
        until(lambda: answers(ask, server))
        assert server.trouble is None
    said = [record.message for record in caplog.records]
    log = data / "server.log"
    assert said == [
        f"The embedded PostgreSQL is down and being restarted. PostgreSQL ended with SIGKILL (see {log}).",
        f"The embedded PostgreSQL is down and being restarted. PostgreSQL does not run: could not find the database system (see {log}). It has died 5 times in a row.",
        "The embedded PostgreSQL is up again.",
    ]


def test_leaving_does_not_wait_for_a_server_that_cannot_come_back(
    data: Path, until: Callable
) -> None:
    with EmbeddedServer(data, durable=False) as server:
        assert server.process is not None
        (data / "cluster" / "global" / "pg_control").unlink()
        os.kill(server.process, signal.SIGKILL)
        until(lambda: server.trouble is not None)
    assert gone(server.process)


def test_a_second_process_uses_the_server_of_the_first_and_takes_over_when_it_leaves(
    data: Path, hold: Callable, ask: Callable, until: Callable
) -> None:
    first = hold(data)
    told = first.says()
    with EmbeddedServer(data, durable=False) as second:
        assert second.admin_url() == told["url"]
        assert second.process is None
        first.leave()
        until(lambda: second.process is not None and answers(ask, second))
        assert second.admin_url() == told["url"]


def test_a_second_process_leaves_the_server_of_the_first_running(
    data: Path, hold: Callable, ask: Callable
) -> None:
    with EmbeddedServer(data, durable=False) as first:
        second = hold(data)
        assert second.says() == {"url": first.admin_url(), "process": None}
        second.leave()
        assert ask(first.admin_url(), "select 1") == 1


def test_processes_that_start_at_once_share_one_server(tmp_path: Path, hold: Callable) -> None:
    told = [holder.says() for holder in [hold(tmp_path / "data") for _ in range(4)]]
    assert len({one["url"] for one in told}) == 1
    assert len([one for one in told if one["process"] is not None]) == 1


def test_half_a_cluster_left_by_a_kill_is_made_anew(tmp_path: Path, ask: Callable) -> None:
    half = tmp_path / "data" / "cluster.unfinished"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedServer(tmp_path / "data", durable=False) as server:
        assert ask(server.admin_url(), "select 1") == 1
    assert not half.exists()


def test_a_recorded_process_number_that_is_a_strangers_by_now_is_no_hindrance(
    data: Path, ask: Callable
) -> None:
    recorded = data / "cluster" / "postmaster.pid"
    owner = recorded.parent.stat()
    with subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid, extra_groups=[]) as stranger:
        recorded.write_text(f"{stranger.pid}\n/gone\n1\n5432\n/gone\n\n1 1\nready\n")
        os.chown(recorded, owner.st_uid, owner.st_gid)
        with EmbeddedServer(data, durable=False) as server:
            assert ask(server.admin_url(), "select 1") == 1
        stranger.kill()


def test_a_server_left_running_by_a_killed_process_is_relieved(data: Path, ask: Callable) -> None:
    folder = DataFolder(data)
    note = Claim(folder).told()
    assert note is not None
    account = account_for(folder.cluster, None)
    stray = Cluster(folder, find_binaries(None), account, durable=False)
    running = stray.start(Path(note.socket))
    assert stray.becomes_ready(running)
    with EmbeddedServer(data, durable=False) as server:
        assert gone(running.pid)
        assert ask(server.admin_url(), "select 1") == 1
    assert running.wait() == 0


def test_data_of_another_major_version_are_left_alone(data: Path) -> None:
    (data / "cluster" / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerTrouble) as refused, EmbeddedServer(data):
        pass
    assert str(refused.value) == (
        f"The data in {data} were made by PostgreSQL 17 and the programs in"
        f" {find_binaries(None).folder} are of version 18: name the programs of PostgreSQL 17 in"
        " the settings."
    )


def test_a_lost_password_is_told(data: Path) -> None:
    path = data / "admin-password"
    path.unlink()
    with pytest.raises(ServerTrouble) as refused, EmbeddedServer(data):
        pass
    assert str(refused.value) == (
        f"The file {path} is missing and the data cannot be opened without it: restore it from a"
        " backup, or remove the folder to start afresh."
    )


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    data = tmp_path / "file" / "data"
    with pytest.raises(ServerTrouble) as refused, EmbeddedServer(data):
        pass
    assert str(refused.value) == f"The embedded PostgreSQL cannot use {data}: Not a directory."


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable]:
    """A disk of so many megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = []

    def of(megabytes: int) -> Path:
        words = ["/bin/mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(disk)]
        if subprocess.run(words, check=False).returncode:
            pytest.skip("no disk can be mounted here")
        mounted.append(disk)
        return disk

    yield of
    for place in mounted:
        subprocess.run(["/bin/umount", str(place)], check=True)


@as_root
def test_a_disk_too_full_for_a_cluster_is_told(small_disk: Callable) -> None:
    disk = small_disk(20)
    with pytest.raises(ServerTrouble) as refused, EmbeddedServer(disk / "data"):
        pass
    assert str(refused.value) == (
        f"The disk that holds {disk / 'data'} is full: make room and try again."
    )


@as_root
def test_a_disk_that_fills_up_loses_nothing_and_the_server_comes_back_once_there_is_room(
    small_disk: Callable, ask: Callable, until: Callable
) -> None:
    disk = small_disk(96)
    fill = "insert into kept select $1::int, repeat(md5(random()::text), 20000) returning number"
    with EmbeddedServer(disk / "data") as server:
        url = server.admin_url()
        ask(url, "create table kept (number int, weight text)")
        ask(url, "alter table kept alter weight set storage external")
        (disk / "ballast").write_bytes(b"0" * 12_000_000)
        written = fill_up(lambda number: ask(url, fill, number))
        (disk / "ballast").unlink()
        until(lambda: answers(ask, server))
        assert ask(url, "select count(*) from kept") == written
        assert ask(url, fill, written + 1) == written + 1


def fill_up(write: Callable[[int], int]) -> int:
    """Write until the disk is full and return how often that was acknowledged."""
    written = 0
    while True:
        try:
            written = write(written + 1)
        except (OSError, asyncpg.DiskFullError, asyncpg.PostgresConnectionError):
            return written
