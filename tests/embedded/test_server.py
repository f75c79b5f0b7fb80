"""The embedded server in good days."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from app.embedded.server import EmbeddedServer
from app.embedded.trouble import ServerTrouble


def test_it_listens_on_no_network_and_logs_no_values(server: EmbeddedServer, ask: Callable) -> None:
    names = (
        "fsync",
        "jit",
        "listen_addresses",
        "log_error_verbosity",
        "log_min_error_statement",
        "log_parameter_max_length",
        "log_parameter_max_length_on_error",
        "password_encryption",
        "server_encoding",
        "synchronous_commit",
        "unix_socket_permissions",
    )
    found = ask(
        server.admin_url(),
        "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings"
        " where name = any($1)",
        names,
    )
    assert found == (
        "fsync=on jit=off listen_addresses= log_error_verbosity=terse"
        " log_min_error_statement=panic log_parameter_max_length=0"
        " log_parameter_max_length_on_error=0 password_encryption=scram-sha-256"
        " server_encoding=UTF8 synchronous_commit=on unix_socket_permissions=0700"
    )


def test_every_way_in_asks_for_a_password(server: EmbeddedServer, ask: Callable) -> None:
    ways = ask(server.admin_url(), "select array_agg(distinct auth_method) from pg_hba_file_rules")
    assert ways == ["scram-sha-256"]


def test_a_wrong_password_is_refused(server: EmbeddedServer, ask: Callable) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(server.url("c34_admin", "a guess", "postgres"), "select 1")


def test_text_is_sorted_without_a_library_of_the_system(
    server: EmbeddedServer, ask: Callable
) -> None:
    found = ask(
        server.admin_url(),
        "select datlocprovider::text || ' ' || datlocale from pg_database"
        " where datname = 'postgres'",
    )
    assert found == "b C.UTF-8"


def test_the_extensions_of_the_schema_are_there(server: EmbeddedServer, ask: Callable) -> None:
    found = ask(
        server.admin_url(),
        "select array_agg(name::text order by name) from pg_available_extensions"
        " where name in ('btree_gist', 'citext', 'pg_trgm', 'unaccent')",
    )
    assert found == ["btree_gist", "citext", "pg_trgm", "unaccent"]


def test_the_administrator_is_the_only_superuser(server: EmbeddedServer, ask: Callable) -> None:
    found = ask(
        server.admin_url(),
        "select array_agg(rolname::text || rolsuper) from pg_roles where rolcanlogin",
    )
    assert found == ["c34_admintrue"]


def test_what_the_server_keeps_is_closed_to_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with EmbeddedServer(data, durable=False) as server:
        socket = Path(server.admin_url().partition("host=")[2])
        modes = {
            path.name: oct(stat.S_IMODE(path.stat().st_mode))
            for path in (data, *data.iterdir(), socket / ".s.PGSQL.5432")
        }
        assert oct(stat.S_IMODE(socket.stat().st_mode)) == "0o700"
    assert modes == {
        "data": "0o700",
        "cluster": "0o700",
        "admin-password": "0o600",
        "server.log": "0o600",
        "claim": "0o600",
        ".s.PGSQL.5432": "0o700",
    }


def test_data_outlast_a_stop_and_the_next_start_needs_no_recovery(
    tmp_path: Path, ask: Callable
) -> None:
    with EmbeddedServer(tmp_path / "data") as server:
        ask(server.admin_url(), "create table kept as select 34 as number")
    (tmp_path / "data" / "server.log").unlink()
    with EmbeddedServer(tmp_path / "data") as server:
        assert ask(server.admin_url(), "select number from kept") == 34
    said = (tmp_path / "data" / "server.log").read_text()
    assert said.count("database system was shut down at") == 1


def test_the_socket_goes_with_the_server(data: Path) -> None:
    with EmbeddedServer(data, durable=False) as server:
        socket = Path(server.admin_url().partition("host=")[2])
        assert (socket / ".s.PGSQL.5432").is_socket()
    assert not socket.exists()
    with pytest.raises(ServerTrouble, match=r"^The embedded PostgreSQL is not running\.$"):
        server.admin_url()


def test_a_path_too_long_for_a_socket_is_no_hindrance(tmp_path: Path, ask: Callable) -> None:
    data = tmp_path / ("a long name " * 10) / ("and another one " * 8) / "data"
    assert len(str(data)) > 250
    with EmbeddedServer(data, durable=False) as server:
        assert ask(server.admin_url(), "select 1") == 1


def test_a_relative_folder_stays_where_it_was_named(
    tmp_path: Path, ask: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server = EmbeddedServer(Path("var/data"), durable=False)
    monkeypatch.chdir("/")
    with server:
        assert ask(server.admin_url(), "select 1") == 1
    assert (tmp_path / "var" / "data" / "cluster").is_dir()


def test_parent_folders_keep_their_modes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o750)
    with EmbeddedServer(home / "var" / "data", durable=False):
        assert stat.S_IMODE(home.stat().st_mode) == 0o750


def test_the_server_outlives_the_thread_that_entered_it(data: Path, ask: Callable) -> None:
    server = EmbeddedServer(data, durable=False)
    entering = threading.Thread(target=server.__enter__)
    entering.start()
    entering.join()
    try:
        before = server.process
        assert ask(server.admin_url(), "select pg_sleep(0.2)::text") == ""
        assert server.process == before
    finally:
        server.__exit__(None, None, None)


def test_an_interrupt_from_the_keyboard_is_not_for_the_server(server: EmbeddedServer) -> None:
    assert server.process is not None
    assert os.getsid(server.process) == server.process


def test_nothing_of_our_environment_reaches_the_server(
    tmp_path: Path, ask: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGDATA", "PGPORT", "PGOPTIONS", "PGHOST", "PGUSER"):
        monkeypatch.setenv(name, "--nonsense")
    monkeypatch.setenv("LC_ALL", "xx_XX")
    server = EmbeddedServer(tmp_path / "data", durable=False)
    with server:
        for name in ("PGDATA", "PGPORT", "PGOPTIONS", "PGHOST", "PGUSER"):
            monkeypatch.delenv(name)
        assert ask(server.admin_url(), "select 1") == 1


def test_a_value_that_is_refused_is_not_in_the_log(data: Path, ask: Callable) -> None:
    with EmbeddedServer(data, durable=False) as server:
        ask(server.admin_url(), "create table one (answer text primary key check (answer > 'b'))")
        ask(server.admin_url(), "insert into one values ($1)", "canary 7341")
        with pytest.raises(asyncpg.UniqueViolationError):
            ask(server.admin_url(), "insert into one values ($1)", "canary 7341")
        with pytest.raises(asyncpg.CheckViolationError):
            ask(server.admin_url(), "insert into one values ('a canary 7341')")
    said = (data / "server.log").read_text()
    assert said.count("ERROR:") == 2
    assert said.count("7341") == 0
