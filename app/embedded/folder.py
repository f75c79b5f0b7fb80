"""The data folder: what lies in it, and which process may run its server."""

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from app.embedded.trouble import ServerTrouble

LOG_KEPT: Final = 10_000_000
"""Bytes of server log beyond which a start begins a new one and keeps the old one beside it."""

_NOTE_LENGTH: Final = 512


class DataFolder:
    """The folder of one embedded server: cluster, password, log and claim."""

    def __init__(self, home: Path) -> None:
        self.home: Final = home
        self.cluster: Final = home / "cluster"
        self.unfinished: Final = home / "cluster.unfinished"
        self.log: Final = home / "server.log"

    def make(self) -> None:
        """Make the folder, closed to other accounts, where there is none; never alter one."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)

    def opened(self, name: str, flags: int) -> int:
        """Open a file of the folder, private to whoever owns the folder."""
        held = os.open(self.home / name, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:  # a start by root must not lock out the folder's owner
            owner = self.home.stat()
            os.fchown(held, owner.st_uid, owner.st_gid)
        return held

    def password(self) -> str:
        """Return the administrator's password, made at random for a cluster to come.

        :raises ServerTrouble: there are data, and the password that opens them is gone.
        """
        path = self.home / "admin-password"
        if path.exists():
            return path.read_text().strip()
        if self.cluster.exists():
            raise ServerTrouble(
                f"The file {path} is missing and the data cannot be opened without it: restore it"
                " from a backup, or remove the folder to start afresh."
            )
        with os.fdopen(self.opened("admin-password.new", os.O_WRONLY | os.O_TRUNC), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        (self.home / "admin-password.new").rename(path)
        self.settle()
        return path.read_text()

    def log_opened(self) -> int:
        """Open the server's log for appending."""
        return self.opened(self.log.name, os.O_WRONLY | os.O_APPEND)

    def log_begun(self) -> int:
        """Set a long log aside and return how many bytes are in the one to be written."""
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.stat().st_size if self.log.exists() else 0

    def log_since(self, begun: int) -> str:
        """Return the last words logged, at most 4,096 bytes, none from before ``begun``."""
        with self.log.open("rb") as log:
            size = os.fstat(log.fileno()).st_size
            log.seek(max(begun, size - 4096))
            return log.read().decode(errors="replace")

    def settle(self) -> None:
        """Make renames in the folder survive a power cut."""
        held = os.open(self.home, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)


@dataclass(frozen=True, slots=True)
class Note:
    """What the process that runs the server tells the others."""

    process: int
    socket: str
    ready: bool

    @property
    def holds(self) -> bool:
        """Say whether the server is ready and the process that says so lives."""
        if not self.ready:
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # it lives, under another account
            return True
        return True


class Claim:
    """The right to run the server of a folder: one process has it, and loses it with its life."""

    def __init__(self, folder: DataFolder) -> None:
        self._held = folder.opened("claim", os.O_RDWR)

    def take(self) -> bool:
        """Take the claim if no one has it."""
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def tell(self, socket: Path, ready: bool) -> None:
        """Tell the other processes where the server listens; only the claim's holder does."""
        words = json.dumps(asdict(Note(os.getpid(), str(socket), ready)))
        # Always as long, so that a disk that has become full takes it too.
        os.pwrite(self._held, words.ljust(_NOTE_LENGTH).encode(), 0)

    def told(self) -> Note | None:
        """Return what the holder, or the one before it, told last."""
        try:
            return Note(**json.loads(os.pread(self._held, _NOTE_LENGTH, 0)))
        except (ValueError, TypeError):  # empty, or half written this very moment
            return None

    def close(self) -> None:
        """Give the claim up."""
        os.close(self._held)
