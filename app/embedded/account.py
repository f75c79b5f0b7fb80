"""Who runs the server: never root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.embedded.trouble import ServerTrouble

UNPRIVILEGED: Final = ("postgres", "nobody")
"""Accounts that root falls back to, the one meant for databases first."""

OPENED: Final = Path("/proc/self/fd")
"""Where a Linux process finds what it has open; the way to data below a closed folder."""


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account of the system that root hands the server to."""

    name: str
    uid: int
    gid: int

    def enters(self, folder: Path) -> bool:
        """Say whether the mode bits let the account go down to the folder; lists are not read."""
        return all(self._passes(step) for step in (folder, *folder.parents))

    def _passes(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)


def account_for(cluster: Path, wanted: str | None) -> Account | None:
    """Choose the account that runs the server; none when we are not root and run it ourselves.

    Data that exist stay with the account that owns them, whatever is wanted.
    """
    if os.geteuid() != 0:
        _refuse_data_of_others(cluster)
        return None
    if not OPENED.is_dir():
        raise ServerTrouble(
            "On this system the embedded PostgreSQL cannot be run by root: run this as an"
            " ordinary user."
        )
    if cluster.exists():
        return _known(cluster.stat().st_uid, cluster)
    if wanted is not None:
        return _named(wanted)
    for name in UNPRIVILEGED:
        try:
            return _named(name)
        except ServerTrouble:
            continue
    raise ServerTrouble(
        "PostgreSQL must not run as root and this system has no account named"
        f" {' or '.join(UNPRIVILEGED)}: name one to run it, or run this as an ordinary user."
    )


def _refuse_data_of_others(cluster: Path) -> None:
    if cluster.exists() and cluster.stat().st_uid != os.geteuid():
        raise ServerTrouble(
            f"The data in {cluster} belong to another user: run this as root or as that user,"
            " or choose another data folder."
        )


def _named(name: str) -> Account:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise ServerTrouble(f"This system has no account named {name}.") from None
    return _unprivileged(found)


def _known(uid: int, cluster: Path) -> Account:
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        raise ServerTrouble(
            f"The data in {cluster} belong to user number {uid}, which this system does not know."
        ) from None
    return _unprivileged(found)


def _unprivileged(found: pwd.struct_passwd) -> Account:
    if found.pw_uid == 0:
        raise ServerTrouble("PostgreSQL must not run as root: name another account.")
    return Account(name=found.pw_name, uid=found.pw_uid, gid=found.pw_gid)
