"""What went wrong, in a sentence."""

import errno
from pathlib import Path

import pytest

from app.embedded import account, binaries, socket_folder
from app.embedded.binaries import find_binaries
from app.embedded.folder import Claim, DataFolder
from app.embedded.socket_folder import socket_folder as give_socket_folder
from app.embedded.trouble import ServerTrouble, explain, passes_by_itself, trouble_with

HOME = Path("/var/c34")


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        (
            "FATAL:  could not resize shared memory segment: No space left on device",
            1,
            "There is too little shared memory for PostgreSQL: enlarge /dev/shm and try again.",
        ),
        (
            "PANIC:  could not write to file: No space left on device",
            -6,
            "The disk that holds /var/c34 is full: make room and try again.",
        ),
        (
            "initdb: error: could not create directory: Read-only file system",
            1,
            "The folder /var/c34 cannot be written to: its file system is read-only.",
        ),
        (
            "FATAL:  could not map anonymous shared memory: Cannot allocate memory",
            1,
            "There is too little memory to run PostgreSQL: free some and try again.",
        ),
        (
            "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use",
            1,
            "Another PostgreSQL still uses the data in /var/c34: stop it and try again.",
        ),
        (
            "LOG:  starting\n2026-11-22 UTC [1] FATAL:  could not open file: no such file\nLOG:  x",
            1,
            "PostgreSQL does not run: could not open file: no such file (see /var/c34/server.log).",
        ),
        (
            "launch: cannot run /x/postgres: Permission denied",
            1,
            "PostgreSQL does not run: cannot run /x/postgres: Permission denied (see /var/c34/server.log).",
        ),
        (
            "FATAL:  password authentication failed",
            -9,
            "PostgreSQL ended with SIGKILL (see /var/c34/server.log).",
        ),
        ("", 3, "PostgreSQL ended with exit code 3 (see /var/c34/server.log)."),
    ],
)
def test_last_words_become_a_sentence(said: str, code: int, sentence: str) -> None:
    assert explain(said, code, HOME) == sentence


def test_only_a_server_still_leaving_is_worth_waiting_for() -> None:
    assert passes_by_itself("pre-existing shared memory block") is True
    assert passes_by_itself("No space left on device") is False


def test_what_the_system_refuses_becomes_a_sentence() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/var/c34/claim")
    assert str(trouble_with(full, HOME)) == (
        "The disk that holds /var/c34 is full: make room and try again."
    )


def test_a_setting_without_programs_is_told(tmp_path: Path) -> None:
    with pytest.raises(ServerTrouble) as refused:
        find_binaries(tmp_path)
    assert str(refused.value) == f"There is no PostgreSQL 15 or newer in {tmp_path}."


def pretend_programs(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_programs_are_taken_from_the_setting_before_all_others(tmp_path: Path) -> None:
    programs = pretend_programs(tmp_path / "bin", "16.4 (a build of our own)")
    assert find_binaries(programs) == binaries.Binaries(programs, 16)


def test_programs_of_the_system_serve_where_the_wheel_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(pretend_programs(tmp_path / "bin", "17.2")))
    assert find_binaries(None) == binaries.Binaries(tmp_path / "bin", 17)


def test_programs_too_old_are_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ServerTrouble):
        find_binaries(pretend_programs(tmp_path / "bin", "14.9"))


def test_a_system_without_a_spare_account_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "UNPRIVILEGED", ("no-such-one", "nor-this"))
    with pytest.raises(ServerTrouble) as refused:
        account.account_for(tmp_path / "cluster", None)
    assert str(refused.value) == (
        "PostgreSQL must not run as root and this system has no account named no-such-one or"
        " nor-this: name one to run it, or run this as an ordinary user."
    )


def test_data_of_another_user_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account.os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(ServerTrouble) as refused:
        account.account_for(tmp_path, None)
    assert str(refused.value) == (
        f"The data in {tmp_path} belong to another user: run this as root or as that user, or"
        " choose another data folder."
    )


def test_a_socket_gets_a_short_path_even_where_folders_for_temporary_files_have_long_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setattr(socket_folder.tempfile, "gettempdir", lambda: str(long))
    given = give_socket_folder(None, None)
    given.rmdir()
    assert given.parent == Path("/tmp")  # noqa: S108 - where it must fall back to


def test_a_folder_another_account_could_enter_is_not_taken_for_the_socket(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir(mode=0o755)
    given = give_socket_folder(None, earlier)
    given.rmdir()
    assert given != earlier


def test_a_socket_folder_that_was_cleaned_away_is_made_again(tmp_path: Path) -> None:
    assert give_socket_folder(None, tmp_path / "earlier") == tmp_path / "earlier"


def test_a_claim_half_told_tells_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    claim = Claim(folder)
    (tmp_path / "claim").write_text('{"process": 1, "so')
    assert claim.told() is None
    claim.close()


def test_a_long_log_is_set_aside(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.log.open("wb") as log:
        log.truncate(10_000_001)
    assert folder.log_begun() == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["server.log.1"]
