"""The folder of a demo beside the data: one process at a time, and its log."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.keyfile import OWNER_ONLY
from app.logs import configure
from demo.caller import DemoTrouble


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """Keep a second process from loading the same demo meanwhile, and log to a file there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
    except OSError as error:
        raise DemoTrouble(f"{folder} cannot be written to: {error.strerror}.") from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise DemoTrouble("This demo is running already: stop it there first.") from None
    try:
        with logged(folder / f"{name}.log"):
            yield
    finally:
        os.close(held)


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Log to a file, begun anew; a disk that is full there is no reason to stop."""
    logging.raiseExceptions = False
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWNER_ONLY)
    log = os.fdopen(handle, "w", encoding="utf-8")
    configure(logging.INFO, log)
    try:
        yield
    finally:
        with suppress(OSError):
            log.close()
