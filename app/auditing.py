"""``c34 audit``: brings the ledger out of a service, and verifies what was brought out, offline."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import ValidationError
from rich.console import Console

from app.identity.trust import TrustedKey, published_keys
from app.ledger.chain import Batch, Checkpoint, Entry, Examined, Record, Unsealed
from app.ledger.examination import examine, examine_checkpoints
from app.trouble import Trouble

KINDS: Final[Mapping[str, type[Record]]] = {
    "batch": Batch,
    "entry": Entry,
    "checkpoint": Checkpoint,
    "unsealed": Unsealed,
}
HEADER: Final = "ledger"
FORMAT: Final = 1
JSON_LINES: Final = {"Accept": "application/jsonl"}
SECONDS: Final = 120.0


class AuditTrouble(Trouble):
    """The ledger cannot be brought out, or a file cannot be read; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Brought:
    """How much of a ledger was brought out; without entries where the key may not read them."""

    batches: int
    entries: int | None


class Source:
    """A service, as the ledger is read from it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def allows(self, path: str) -> bool:
        """Say whether the key may read a list, or raise ``AuditTrouble`` where none may be read."""
        answer = self._ask(path, {"limit": "1"})
        if answer.status_code not in {httpx.codes.OK, httpx.codes.FORBIDDEN}:
            raise AuditTrouble(f"The service says no ({answer.status_code}): is the key right?")
        return answer.is_success

    def rows(self, path: str, **how: str) -> Iterator[dict[str, Any]]:
        """Read a whole list, page by page, or raise ``AuditTrouble``."""
        asked: httpx.QueryParams | None = httpx.QueryParams(how)
        while asked is not None:
            answer = self._ask(path, asked)
            if not answer.is_success:
                raise AuditTrouble(f"The service says no to {path} ({answer.status_code}).")
            yield from (json.loads(line) for line in answer.content.split(b"\n") if line)
            following = answer.links.get("next")
            asked = httpx.URL(following["url"]).params if following else None

    def _ask(self, path: str, asked: Any) -> httpx.Response:
        try:
            return self._client.get(f"/v1/ledger/{path}", params=asked, headers=JSON_LINES)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AuditTrouble(
                f"No service answers at {self._client.base_url} ({type(error).__name__}): is"
                " `c34 serve` running there?"
            ) from None


def bring_out(client: httpx.Client, file: Path) -> Brought:
    """Write a file of all that is needed to verify a ledger, or raise ``AuditTrouble``.

    What is not sealed is read first and written last, so that an entry which is sealed meanwhile is
    there once at least. Batches go as far as the last one before any sealed entry was read: of a
    later one not all entries may be there.
    """
    source = Source(client)
    whole = source.allows("unsealed")
    unsealed = {row["id"]: row for row in source.rows("unsealed")} if whole else {}
    checkpoints = {row["batch"]: row for row in source.rows("checkpoints")}
    last = next(source.rows("batches", sort="-number", limit="1"), {"number": 0})["number"]
    batches, entries = 0, 0
    sealed = source.rows("sealed") if whole else iter(())
    entry = next(sealed, None)
    try:
        with file.open("w", encoding="utf-8") as out:
            write(out, HEADER, {"format": FORMAT, "entries": whole})
            for batch in takewhile(lambda each: each["number"] <= last, source.rows("batches")):
                batches += 1
                write(out, "batch", batch)
                while entry is not None and entry["batch"] <= batch["number"]:
                    entries += 1
                    unsealed.pop(entry["entry_id"], None)
                    write(out, "entry", entry)
                    entry = next(sealed, None)
                if (checkpoint := checkpoints.pop(batch["number"], None)) is not None:
                    write(out, "checkpoint", checkpoint)
            for checkpoint in checkpoints.values():
                write(out, "checkpoint", checkpoint)
            for row in unsealed.values():
                write(out, "unsealed", row)
    except OSError as error:
        raise AuditTrouble(f"{file} cannot be written: {error.strerror}.") from None
    return Brought(batches, entries if whole else None)


def write(out: Any, kind: str, row: Mapping[str, Any]) -> None:
    """Write a record as a line."""
    out.write(json.dumps({"kind": kind, **row}, ensure_ascii=False) + "\n")


def verify(export: Path | None, kept: list[Path], jwks: Path | None) -> Examined:
    """Verify an export, or kept checkpoints alone, or raise ``AuditTrouble``."""
    checkpoints = [each for file in kept for each in checkpoints_of(file)]
    keys = {} if jwks is None else keys_of(jwks)
    if export is None:
        return examine_checkpoints(checkpoints, keys)
    lines = lines_of(export)
    header = next(lines, {})
    if (header.get("kind"), header.get("format")) != (HEADER, FORMAT):
        raise AuditTrouble(f"{export} is no export of a ledger.")
    records = (record_of(line, export) for line in lines)
    return examine(records, checkpoints, keys, with_entries=header.get("entries") is True)


def record_of(line: Mapping[str, Any], file: Path) -> Record:
    """Read a record, or raise ``AuditTrouble``."""
    kind = line.get("kind")
    try:
        return KINDS[kind if isinstance(kind, str) else ""].model_validate(line)
    except (KeyError, ValidationError):
        raise AuditTrouble(f"{file} has a line that is no record of a ledger.") from None


def lines_of(file: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON Lines, or raise ``AuditTrouble``."""
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                read = json.loads(line)
                if not isinstance(read, dict):
                    raise AuditTrouble(f"{file} has a line that is no record.")
                yield read
    except OSError as error:
        raise AuditTrouble(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise AuditTrouble(f"{file} is not JSON Lines in UTF-8.") from None


def checkpoints_of(file: Path) -> list[Checkpoint]:
    """Read checkpoints as they were served: one, a page of them, or JSON Lines."""
    try:
        text = file.read_text(encoding="utf-8")
        read = json.loads(text)
    except OSError as error:
        raise AuditTrouble(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        read = {"data": list(lines_of(file))}
    rows = read.get("data", [read]) if isinstance(read, dict) else read
    try:
        return [Checkpoint.model_validate(row) for row in rows]
    except (TypeError, ValidationError):
        raise AuditTrouble(f"{file} holds something else than checkpoints.") from None


def keys_of(file: Path) -> dict[str, TrustedKey]:
    """Read a JWK Set (RFC 7517), or raise ``AuditTrouble``."""
    try:
        return published_keys(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise AuditTrouble(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, AttributeError, RecursionError):
        raise AuditTrouble(f"{file} is no JWK Set.") from None


def show(examined: Examined) -> None:
    """Print what was examined, each remark, and each finding with its kind."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(
        f"{examined.batches} batches with {examined.entries} entries,"
        f" {examined.checkpoints} signatures that hold, {examined.unsealed} entries not yet sealed"
    )
    for remark in examined.remarks:
        console.print(f"note      {remark}")
    for finding in examined.findings:
        where = "" if finding.entry is None else f" (entry {finding.entry})"
        console.print(f"{finding.fault.upper():9} {finding.says}{where}")
    console.print("NOT SOUND" if examined.findings else sound(examined))


def sound(examined: Examined) -> str:
    """Say what holds, and of no more than was looked at."""
    if examined.batches == 0:
        return "The checkpoints hold, each by itself and beside the others."
    if examined.entries == 0:
        return "The chain is unbroken; its entries were not there to be looked at."
    return "The ledger is as it was sealed."
