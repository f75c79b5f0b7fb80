"""Rows stored by one statement: all that is wrong with them is found before any is stored."""

import json
from asyncio import sleep
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from pydantic import Field

from app.problems import Fault
from app.wire.batch import (
    Batch,
    BatchMode,
    BatchResult,
    Draft,
    Row,
    RowStatus,
    Savepoint,
    failed,
    tried,
)
from app.wire.faults import invalid
from app.wire.later import step
from app.wire.rows import BREATH

Fitted = TypeVar("Fitted", bound=tuple[Any, ...])


class Kept(Protocol):
    """What became of a row in the database."""

    @property
    def id(self) -> UUID:
        """Return its id."""

    @property
    def created(self) -> bool:
        """Whether it was not there before."""

    @property
    def changed(self) -> bool:
        """Whether it did not say the same before."""


class PutResult(BatchResult):
    """What became of a batch of rows that are found by their natural keys."""

    unchanged: int = Field(description="Rows that say what is there already.")


async def put_together(
    batch: Batch[Draft],
    fit: Callable[[Draft], Fitted | list[Fault]],
    put: Callable[[list[Fitted]], Awaitable[Sequence[Kept]]],
    savepoint: Savepoint,
) -> bytes:
    """Store the rows that fit by one ``put``, and write a ``PutResult``.

    ``fit`` makes what is stored of a draft, or says all that is wrong with it. Raises ``Invalid``
    with the faults of all rows where an atomic batch has any.
    """
    rows: list[Fitted] = []
    wrong: dict[int, list[Fault]] = {}
    for place, row in enumerate(batch.rows):
        if place % BREATH == 0:
            step(place, len(batch.rows))
            await sleep(0)
        if row.draft is None:
            wrong[place] = list(row.faults)
            continue
        made: Any = fit(row.draft)
        if isinstance(made, list):
            wrong[place] = row.placed(invalid(made))
        else:
            rows.append(made)
    if wrong and batch.mode is BatchMode.ATOMIC:
        raise invalid([fault for faults in wrong.values() for fault in faults])
    if batch.dry_run:
        return written(batch, wrong, await tried(lambda: put(rows), savepoint))
    return written(batch, wrong, await put(rows) if rows else [])


def written(batch: Batch[Any], wrong: dict[int, list[Fault]], kept: Sequence[Kept]) -> bytes:
    """Write the result of each row, without a model for each of many thousands."""
    count: Counter[RowStatus] = Counter()
    results = []
    following = iter(kept)
    for place, row in enumerate(batch.rows):
        if place in wrong:
            count[RowStatus.FAILED] += 1
            results.append(told(row, wrong[place]))
            continue
        each = next(following)
        status = RowStatus.UNCHANGED
        if each.changed:
            status = RowStatus.CREATED if each.created else RowStatus.UPDATED
        count[status] += 1
        known = "null" if batch.dry_run and each.created else f'"{each.id}"'
        results.append(RESULT % (row.index, status.value, known))
    whole = {"mode": batch.mode, "dry_run": batch.dry_run} | {
        status.value: count[status] for status in RowStatus
    }
    return f'{json.dumps(whole)[:-1]},"results":[{",".join(results)}]}}'.encode()


RESULT: Final = '{"index":%d,"status":"%s","id":%s,"problem":null}'


def told(row: Row[Any], faults: list[Fault]) -> str:
    """Write the result of a row that does not fit."""
    return failed(row, invalid(faults), faults).model_dump_json()
