"""Root starts the server, and never runs it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.embedded import binaries
from app.embedded.account import Account, account_for
from app.embedded.binaries import find_binaries, within_reach
from app.embedded.server import EmbeddedServer
from app.embedded.trouble import ServerTrouble

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
NOBODY = pwd.getpwnam("nobody")
SYSTEM_PYTHON = Path("/usr/bin/python3")


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every account reaches."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def hidden_copy(folder: Path) -> Path:
    """Copy the programs below a closed folder, as in a clone in the home of root."""
    prefix = find_binaries(None).folder.parent
    libraries = prefix.parent.parent / f"{prefix.parent.name}.libs"
    home = folder / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(prefix, home / "packages" / prefix.parent.name / prefix.name)
    if libraries.is_dir():
        shutil.copytree(libraries, home / "packages" / libraries.name)
    return home / "packages" / prefix.parent.name / prefix.name / "bin"


def ids(process: int, line: str) -> list[str]:
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(words.split()[1:] for words in status if words.startswith(line))


@pytest.fixture
def in_group_of_root() -> Iterator[None]:
    before = os.getgroups()
    os.setgroups([0])
    yield
    os.setgroups(before)


@pytest.fixture
def keeping_to_itself() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("in_group_of_root")
def test_the_server_has_no_right_of_root_left(tmp_path: Path, ask: Callable) -> None:
    with EmbeddedServer(tmp_path / "data", durable=False, account="nobody") as server:
        assert server.process is not None
        assert ids(server.process, "Uid") == [str(NOBODY.pw_uid)] * 4
        assert ids(server.process, "Gid") == [str(NOBODY.pw_gid)] * 4
        assert ids(server.process, "Groups") == []
        assert ids(server.process, "CapEff") == ["0000000000000000"]
        assert ask(server.admin_url(), "select 1") == 1


def test_data_below_a_closed_home_stay_there(tmp_path: Path, ask: Callable) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    nobody = Account("nobody", NOBODY.pw_uid, NOBODY.pw_gid)
    with EmbeddedServer(home / "var" / "data", durable=False, account="nobody") as server:
        assert not nobody.enters(home)
        ask(server.admin_url(), "create table kept as select 34 as number")
    with EmbeddedServer(home / "var" / "data", durable=False) as server:
        assert ask(server.admin_url(), "select number from kept") == 34
    assert (home / "var" / "data" / "cluster" / "PG_VERSION").stat().st_uid == nobody.uid


@pytest.mark.usefixtures("keeping_to_itself")
def test_programs_below_a_closed_home_are_copied_to_where_they_can_be_run(
    tmp_path: Path, public: Path, ask: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "SHELVES", (tmp_path / "as closed", public / "shelf"))
    hidden = hidden_copy(tmp_path)
    for _ in range(2):
        with EmbeddedServer(tmp_path / "data", durable=False, binaries=hidden) as server:
            ask(server.admin_url(), "create extension if not exists citext")
    (copy,) = (public / "shelf").iterdir()
    assert {path.stat().st_uid for path in copy.rglob("*")} == {0}
    assert [path for path in copy.rglob("*") if path.stat().st_mode & 0o022] == []


def test_a_shelf_that_others_may_write_to_is_not_used(
    tmp_path: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public.chmod(0o777)
    monkeypatch.setattr(binaries, "SHELVES", (public,))
    hidden = hidden_copy(tmp_path)
    nobody = Account("nobody", NOBODY.pw_uid, NOBODY.pw_gid)
    with pytest.raises(ServerTrouble) as refused:
        within_reach(find_binaries(hidden), nobody)
    assert str(refused.value) == (
        f"The account nobody cannot reach {hidden}, and neither {public} takes a copy: run this as"
        " an ordinary user."
    )


def test_data_stay_with_the_account_that_made_them(tmp_path: Path) -> None:
    cluster = tmp_path / "cluster"
    cluster.mkdir()
    os.chown(cluster, NOBODY.pw_uid, NOBODY.pw_gid)
    assert account_for(cluster, "postgres") == Account("nobody", NOBODY.pw_uid, NOBODY.pw_gid)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("root", "PostgreSQL must not run as root: name another account."),
        ("no-such-one", "This system has no account named no-such-one."),
    ],
)
def test_an_account_that_will_not_do_is_told(tmp_path: Path, wanted: str, sentence: str) -> None:
    with pytest.raises(ServerTrouble) as refused, EmbeddedServer(tmp_path / "d", account=wanted):
        pass
    assert str(refused.value) == sentence


@pytest.fixture
def as_nobody(public: Path, hold: Callable) -> Callable:
    """Enter a server as an ordinary user, with an interpreter and code that one can reach."""
    if not SYSTEM_PYTHON.exists():
        pytest.skip("no Python that every account reaches")
    recent = "import sys; sys.exit(sys.version_info < (3, 11))"
    if subprocess.run([SYSTEM_PYTHON, "-c", recent], check=False).returncode:
        pytest.skip("the Python that every account reaches is too old")
    code = public / "code"
    ours = Path(binaries.__file__).parents[1]
    shutil.copytree(ours / "embedded", code / "app" / "embedded")
    shutil.copy(ours / "trouble.py", code / "app")
    programs = public / "packages"
    shutil.copytree(hidden_copy(public).parents[2], programs)
    for path in (code, *code.rglob("*")):
        path.chmod(0o755)
    prefix = find_binaries(None).folder.parent

    def enter(data: Path) -> dict[str, object]:
        return hold(
            data,
            python=str(SYSTEM_PYTHON),
            code=code,
            binaries=programs / prefix.parent.name / prefix.name / "bin",
            user=NOBODY.pw_uid,
            group=NOBODY.pw_gid,
            extra_groups=[],
        ).says()

    return enter


def test_an_ordinary_user_runs_the_server_itself(
    public: Path, as_nobody: Callable, ask: Callable
) -> None:
    home = public / "nobody's"
    home.mkdir()
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    told = as_nobody(home / "data")
    assert ask(told["url"], "select 1") == 1
    assert ids(told["process"], "Uid") == [str(NOBODY.pw_uid)] * 4


def test_an_ordinary_user_is_told_that_the_folder_is_roots(
    public: Path, as_nobody: Callable
) -> None:
    with EmbeddedServer(public / "data", durable=False):
        assert as_nobody(public / "data") == {
            "trouble": f"The embedded PostgreSQL cannot use {public}/data/claim: Permission denied."
        }
