"""Secret keys in a file outside the database: JSON, for its owner's eyes only."""

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from app.trouble import Trouble

MOST_BYTES = 1024 * 1024
OWNER_ONLY = 0o600

Stamp = tuple[int, int, int]
"""Changes whenever a file is replaced: inode, time of change in ns, size."""


class KeyFileRefused(Trouble):
    """A file of keys is absent, open to others, or unreadable; its text never has its content."""


class KeyFile:
    """A file of keys that several workers share.

    It is only ever replaced whole, so that a reader sees the old content or the new.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))

    def stamp(self) -> Stamp | None:
        """Tell whether the file was replaced without reading it; ``None`` when none is found."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self) -> tuple[dict[str, object], Stamp]:
        """Read the file, or raise ``KeyFileRefused``."""
        try:
            # Without O_NONBLOCK a pipe in its place would keep the start waiting.
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise KeyFileRefused(f"There is no key file {self.path}.") from None
        except OSError as problem:
            raise KeyFileRefused(
                f"The key file {self.path} cannot be read: {problem.strerror}."
            ) from None
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise KeyFileRefused(f"The key file {self.path} is not a file.")
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise KeyFileRefused(f"Others can read the key file {self.path}: chmod 600 it.")
            with os.fdopen(handle, "rb", closefd=False) as file:
                text = file.read(MOST_BYTES + 1)
        finally:
            os.close(handle)
        return read_document(text), (found.st_ino, found.st_mtime_ns, found.st_size)

    def create(self, document: Mapping[str, object]) -> bool:
        """Write the file unless there is one; tell whether it was written.

        Of several workers that start at once, one writes. Raises ``KeyFileRefused``.
        """
        with self.locked():
            if self.path.exists():
                return False
            self.replace(document)
            return True

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time change the file, or raise ``KeyFileRefused``."""
        lock = self.path.with_name(f"{self.path.name}.lock")
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(lock, flags, OWNER_ONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)
        except OSError as problem:
            raise KeyFileRefused(
                f"The key file {self.path} cannot be written: {problem.strerror}."
            ) from None

    def replace(self, document: Mapping[str, object]) -> None:
        """Replace the content; call it within ``locked``, after reading what is replaced.

        It is written beside the file, then put in its place: a crash leaves the old one whole.
        """
        draft = self.path.with_name(f"{self.path.name}.new")
        with suppress(FileNotFoundError):
            draft.unlink()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        with os.fdopen(os.open(draft, flags, OWNER_ONLY), "w", encoding="ascii") as file:
            json.dump(document, file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read_document(text: bytes | str) -> dict[str, object]:
    """Read the JSON object of a key file, or raise ``KeyFileRefused``."""
    try:
        if len(text) > MOST_BYTES:
            raise KeyFileRefused("A key file is smaller than that.")
        document = json.loads(text)
    except (ValueError, RecursionError):
        # The parser's error would quote the text.
        raise KeyFileRefused("A key file is JSON.") from None
    if not isinstance(document, dict):
        raise KeyFileRefused("A key file is a JSON object.")
    return document
