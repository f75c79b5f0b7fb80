"""The keys of a demo: kept beside the data, for the owner's eyes only, to go on with them."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Final

from app.keyfile import OWNER_ONLY, KeyFile, KeyFileRefused

FOLDER: Final = "demo"


class Keyring:
    """Who of a demo holds which key; written whole after each change."""

    def __init__(self, data: Path, database: str) -> None:
        self._file = KeyFile(data / FOLDER / f"{database}.json")
        self.shell: Final = data / FOLDER / f"{database}.env"
        self._stewards: Final = data / FOLDER / f"{database}.stewards"
        self.proofs: Final = data / FOLDER / database
        self._keys: dict[str, str] = {}
        if self._file.stamp() is not None:
            self._keys = {name: str(key) for name, key in self._file.read()[0].items()}

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    def __getitem__(self, name: str) -> str:
        return self._keys[name]

    def keep(self, keys: Mapping[str, str]) -> None:
        """Keep keys under the names of those who hold them."""
        self._keys |= keys
        with self._file.locked():
            self._file.replace(self._keys)

    def forget(self) -> None:
        """Remove the files; the keys in them open nothing any more."""
        self._keys = {}
        self._file.path.unlink(missing_ok=True)
        self.shell.unlink(missing_ok=True)
        self._stewards.unlink(missing_ok=True)
        rmtree(self.proofs, ignore_errors=True)

    def tell_shell(self, variables: Mapping[str, str]) -> None:
        """Write variables for a shell to read with ``.``; their values have no quotes in them."""
        write(self.shell, [f"{name}='{value}'\n" for name, value in variables.items()])

    def tell_stewards(self, stewards: Iterable[tuple[str, str]]) -> None:
        """Write the id of each district and the key of its steward, for a shell to go through."""
        write(self._stewards, [f"{district} {key}\n" for district, key in stewards])


def write(path: Path, lines: Iterable[str]) -> None:
    """Replace a file that its owner alone reads, or raise ``KeyFileRefused``."""
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(lines)
        draft.replace(path)
    except OSError as problem:
        raise KeyFileRefused(f"The file {path} cannot be written: {problem.strerror}.") from None
