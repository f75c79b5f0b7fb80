"""What can keep the embedded server from running, in one sentence each."""

import re
import signal
from pathlib import Path
from typing import Final

from app.trouble import Trouble


class ServerTrouble(Trouble):
    """Says in one sentence why the embedded server does not run and how to mend it."""


_STILL_IN_USE: Final = re.compile(
    r'pre-existing shared memory block|lock file "postmaster\.pid" already exists'
)
_SIGNS: Final = (
    (
        re.compile(r"shared memory segment[^\n]*(No space left|Cannot allocate)"),
        "There is too little shared memory for PostgreSQL: enlarge /dev/shm and try again.",
    ),
    (
        re.compile(r"No space left on device|Disk quota exceeded"),
        "The disk that holds {home} is full: make room and try again.",
    ),
    (
        re.compile(r"Read-only file system"),
        "The folder {home} cannot be written to: its file system is read-only.",
    ),
    (
        re.compile(r"Cannot allocate memory|out of memory", re.IGNORECASE),
        "There is too little memory to run PostgreSQL: free some and try again.",
    ),
    (
        _STILL_IN_USE,
        "Another PostgreSQL still uses the data in {home}: stop it and try again.",
    ),
)
_LINE: Final = re.compile(r"(?:PANIC|FATAL|error|launch|postgres): +(.+)")


def explain(said: str, code: int, home: Path) -> str:
    """Turn a program's last words and exit code (negative: a signal) into one sentence."""
    for sign, sentence in _SIGNS:
        if sign.search(said):
            return sentence.format(home=home)
    reasons = _LINE.findall(said)
    if reasons and code != -signal.SIGKILL:  # who is killed did not say why
        return f"PostgreSQL does not run: {reasons[-1].strip()} (see {home / 'server.log'})."
    end = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return f"PostgreSQL ended with {end} (see {home / 'server.log'})."


def passes_by_itself(said: str) -> bool:
    """Say whether waiting helps: a killed server's last processes leave within seconds."""
    return _STILL_IN_USE.search(said) is not None


def trouble_with(error: OSError, home: Path) -> ServerTrouble:
    """Say in a sentence what the operating system refused."""
    said = error.strerror or str(error)
    for sign, sentence in _SIGNS:
        if sign.search(said):
            return ServerTrouble(sentence.format(home=home))
    return ServerTrouble(f"The embedded PostgreSQL cannot use {error.filename or home}: {said}.")
