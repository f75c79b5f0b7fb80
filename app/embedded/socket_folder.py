"""The private folder of the server's socket: short, since a socket's path has 107 bytes at most."""

import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Final

from app.embedded.account import Account
from app.embedded.trouble import ServerTrouble

LONGEST: Final = 103
"""Bytes that every system allows for a socket's path; Linux has four more."""

PORT: Final = 5432
"""Names the socket's file; nothing listens on the network."""

_PLAIN: Final = re.compile(r"[\w./-]+", re.ASCII)


def socket_folder(account: Account | None, earlier: Path | None) -> Path:
    """Give a folder that only the server's account enters: the earlier one, while it stands.

    :raises ServerTrouble: no short enough folder can be made.
    """
    if earlier is not None and stands(earlier, account):
        return earlier
    for place in _places(account):
        try:
            made = Path(tempfile.mkdtemp(prefix="c34-", dir=place))
        except OSError:
            continue
        if account is not None:
            os.chown(made, account.uid, account.gid)
        return made
    raise ServerTrouble(
        "No folder was found for the socket of PostgreSQL: let /tmp be written to, or set TMPDIR"
        " to a folder with a short path."
    )


def stands(folder: Path, account: Account | None) -> bool:
    """Make sure that the folder is there, even if a cleaner of old files took it, and private."""
    owner = account.uid if account else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        facts = folder.lstat()
        ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == owner
        return ours and not facts.st_mode & 0o077
    except OSError:
        return False
    return True


def _places(account: Account | None) -> list[Path]:
    """List where the folder may be made, the most private place first."""
    mine = os.environ.get("XDG_RUNTIME_DIR")
    first = [Path("/run")] if account else [Path(mine)] if mine else []
    places = [*first, Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - mkdtemp makes it
    return [place for place in places if place.is_dir() and _serves(place, account)]


def _serves(place: Path, account: Account | None) -> bool:
    name = str(place / "c34-12345678" / f".s.PGSQL.{PORT}")
    plain = _PLAIN.fullmatch(name) is not None
    return plain and len(name) <= LONGEST and (account is None or account.enters(place))
