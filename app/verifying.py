"""``c34 release verify``: checks what a member kept of a release, without a service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from app.disclosure.certificates import verify
from app.trouble import Trouble

RETRACTED: Final = "retracted"


class VerifyTrouble(Trouble):
    """A file cannot be read, or is not what it should be; says so in a sentence."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What is wrong with a release as it was kept, and which cells were retracted since."""

    findings: list[str]
    cells: int
    retracted: list[str]


def verified(certificate: Path, cells: Path, jwks: Path, inclusion: Path | None = None) -> Verified:
    """Check the files of a member against each other, or raise ``VerifyTrouble``.

    Of a cell that was retracted since, the figure is not shown any more and cannot be compared.
    """
    shown = listed(cells)
    gone = [str(cell.get("id")) for cell in shown if cell.get("status") == RETRACTED]
    proof = None if inclusion is None else told(inclusion)
    found = verify(told(certificate), shown, told(jwks), proof)
    changed = {f"Cell {each} is not as it was certified." for each in gone}
    return Verified([each for each in found if each not in changed], len(shown), gone)


def told(path: Path) -> Mapping[str, Any]:
    """Read an object of JSON, its numbers exactly as they are written."""
    found = read(text_of(path), path)
    if not isinstance(found, dict):
        raise VerifyTrouble(f"{path} holds no JSON object.")
    return found


def listed(path: Path) -> Sequence[Mapping[str, Any]]:
    """Read cells as the service lists them: a whole page, an array, or JSON Lines."""
    text = text_of(path)
    found = read(text, path) if text.lstrip().startswith("[") or '"data"' in text else None
    if found is None:
        found = [read(line, path) for line in text.splitlines() if line.strip()]
    if isinstance(found, dict):
        if found.get("has_more"):
            raise VerifyTrouble(f"{path} is one page of several: ask for application/jsonl.")
        found = found.get("data")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise VerifyTrouble(f"{path} holds no cells.")
    return found


def text_of(path: Path) -> str:
    """Read a file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise VerifyTrouble(f"{path} cannot be read.") from None


def read(text: str, path: Path) -> Any:
    """Read JSON."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise VerifyTrouble(f"{path} holds no JSON.") from None
