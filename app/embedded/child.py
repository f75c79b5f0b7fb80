"""Starting a program of PostgreSQL as our child, under the account that may run it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.embedded import launch
from app.embedded.account import OPENED, Account


@contextmanager
def opened_for(account: Account | None, folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Give the name a child knows the folder by, and the descriptors it must inherit.

    A child under another account gets the folder already opened, since it may not be allowed to
    walk to it: the home of root is closed to others, and our data folder is too.
    """
    if account is None:
        yield str(folder), ()
        return
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"{OPENED}/{held}", (held,)
    finally:
        os.close(held)


def start(
    account: Account | None,
    command: list[str],
    *,
    inherit: tuple[int, ...],
    output: IO[bytes] | int,
    environment: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Start the command; it gets SIGINT when the calling thread ends, and no Ctrl-C of ours.

    Nothing of our environment is passed on: a stray ``PGDATA`` or ``PGOPTIONS`` means nothing here.
    """
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    launcher = [sys.executable, "-I", "-S", launch.__file__]
    return subprocess.Popen(  # noqa: S603 - a list from our own code, no shell
        [*launcher, str(uid), str(gid), str(os.getpid()), *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=inherit,
        env={"PATH": os.defpath, **environment},
        cwd="/",
        start_new_session=True,
    )
