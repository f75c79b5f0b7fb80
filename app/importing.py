"""``c34 import``: sends a CSV file to a service, and says what it took and what it did not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.trouble import Trouble
from app.wire.batch import BatchMode

DISTRICTS: Final = "/v1/districts/batch"
MINUTES: Final = 120.0
"""Seconds that a large file may take."""


class ImportTrouble(Trouble):
    """The file cannot be sent, or the service does not take it at all; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong with a file: the line, the column where there is one, and what."""

    row: int | None
    column: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows of a file; the counts are 0 where it was refused as a whole."""

    created: int
    updated: int
    failed: int
    faults: Sequence[FileFault]


def send(file: Path, url: str, key: str, mode: BatchMode, *, dry_run: bool) -> Imported:
    """Send a file of districts, or raise ``ImportTrouble``."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ImportTrouble(f"{file} cannot be read: {error.strerror}.") from None
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "text/csv",
        "Idempotency-Key": str(uuid4()),
    }
    params = {"mode": mode.value, "dry_run": "true" if dry_run else "false"}
    address = url.rstrip("/") + DISTRICTS
    try:
        answer = httpx.post(
            address, params=params, content=content, headers=headers, timeout=MINUTES
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ImportTrouble(
            f"No service answers at {url} ({type(error).__name__}): is `c34 serve` running there?"
        ) from None
    return read(answer)


def read(answer: httpx.Response) -> Imported:
    """Read what the service says, or raise ``ImportTrouble`` with why it takes nothing."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ImportTrouble(f"What answers there, with {answer.status_code}, is not this service.")
    if answer.is_success:
        problems = [row["problem"] for row in told["results"] if row["problem"]]
        faults = [fault for problem in problems for fault in faults_of(problem)]
        return Imported(told["created"], told["updated"], told["failed"], faults)
    if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
        raise ImportTrouble(f"The service takes nothing ({answer.status_code}): {told['detail']}")
    return Imported(0, 0, 0, list(faults_of(told)))


def faults_of(problem: Mapping[str, Any]) -> Iterator[FileFault]:
    """List the faults of a problem; one that has none is one itself."""
    if not problem.get("errors"):
        yield FileFault(None, None, problem["detail"])
    for each in problem.get("errors") or []:
        yield FileFault(each.get("row"), each.get("column"), each["detail"])


def show(done: Imported, *, dry_run: bool) -> None:
    """Print what became of a file, and its faults as a table."""
    console = Console(soft_wrap=True, highlight=False)
    if done.faults:
        table = Table("row", "column", "what is wrong", box=None, pad_edge=False)
        for fault in done.faults:
            table.add_row(
                *(escape(str(part or "")) for part in (fault.row, fault.column)), escape(fault.says)
            )
        console.print(table)
    tried = " (only tried)" if dry_run else ""
    console.print(f"created {done.created}, corrected {done.updated}, failed {done.failed}{tried}")
