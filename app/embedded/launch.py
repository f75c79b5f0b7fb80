"""The last step before a program of PostgreSQL: give up root, die with the parent, become it.

Run as a script, ``launch.py <uid> <gid> <parent> <program> <argument>…``, by a fresh interpreter,
because a thread of a large program cannot safely run Python between fork and exec. A uid of -1
keeps the account. The process stays the parent's direct child.
"""

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""``prctl(2)``: the signal a process gets when the thread that made it ends."""


def become(uid: int, gid: int, parent: int, command: list[str]) -> None:
    """Replace this process by the command; return only if the parent is gone already.

    :raises OSError: the account cannot be taken or the program cannot be run.
    """
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    # A change of account clears it, so it is asked for last.
    if libc is not None and libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 - a program by its path, no shell


def main(arguments: list[str]) -> int:
    """Become the command, or say in one line why not."""
    uid, gid, parent = (int(number) for number in arguments[:3])
    try:
        become(uid, gid, parent, arguments[3:])
    except OSError as error:
        sys.stderr.write(f"launch: cannot run {arguments[3]}: {error.strerror}\n")
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
