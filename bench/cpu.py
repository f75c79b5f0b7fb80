"""How much processor time processes have used; Linux alone tells it of other processes."""

import os
import time
from pathlib import Path
from typing import Final

PROCESS_CLOCK: Final = 2
"""Of ``clock_getcpuclockid``: the clock that counts user and system time of all threads."""
CHILDREN: Final = slice(13, 15)
"""Of ``/proc/<pid>/stat`` after the name: the time of children that have ended, in ticks."""
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")


def of_process(process: int) -> float:
    """Return the seconds a process has used, also in threads that have ended."""
    return time.clock_gettime((~process << 3) | PROCESS_CLOCK)


def of_server(postmaster: int) -> float:
    """Return the seconds a PostgreSQL has used: each of its processes, and those that ended."""
    told = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    used = of_process(postmaster) + of_ended_children(postmaster)
    for child in map(int, told.split()):
        try:
            used += of_process(child)
        except OSError:  # it ended meanwhile
            continue
    return used


def of_ended_children(process: int) -> float:
    """Return the seconds that the children used which have ended."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[CHILDREN])) * TICK
