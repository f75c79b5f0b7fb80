"""Rows done together: all or nothing, or each for itself, or only tried."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from app.problems import Fault, Problem, Refused
from app.scalars import View
from app.wire.drivers import problem_of_driver
from app.wire.faults import invalid
from app.wire.later import step

Draft = TypeVar("Draft", bound=BaseModel)
Done = TypeVar("Done")
SERVERS_FAULT: Final = 500
Savepoint = Callable[[], AbstractAsyncContextManager[Any]]


class BatchMode(StrEnum):
    """What one faulty row means to the others."""

    ATOMIC = "atomic"
    """Nothing is stored, and every fault is told."""
    BEST_EFFORT = "best_effort"
    """The other rows are stored."""


class RowStatus(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """It says what is there already, where a batch tells that apart."""
    FAILED = "failed"


class FaultView(View):
    """One thing wrong with a row."""

    pointer: str = Field(description="A JSON pointer into the body.")
    code: str
    detail: str
    row: int | None = Field(None, description="The line of the CSV file, counted from 1.")
    column: str | None = Field(None, description="The column of the CSV file.")


class RowProblem(View):
    """Why a row failed."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    rule: str | None = None
    errors: list[FaultView] = Field(default_factory=list)

    @classmethod
    def of(cls, problem: Problem, faults: Sequence[Fault]) -> Self:
        """Tell a problem, with its faults where they stand in the whole body."""
        return cls(
            type=f"/problems/{problem.code}",
            title=problem.title,
            status=problem.status,
            detail=problem.detail,
            code=problem.code,
            rule=problem.rule,
            errors=[FaultView.model_validate(fault) for fault in faults],
        )


class RowResult(View):
    """What became of one row; the id is null where it failed, or was only tried."""

    index: int = Field(description="Its place in the batch, counted from 0.")
    status: RowStatus
    id: UUID | None
    problem: RowProblem | None


class BatchResult(View):
    """What became of a batch."""

    mode: BatchMode
    dry_run: bool = Field(description="Whether it was only tried, and nothing stored.")
    created: int
    updated: int
    failed: int
    results: list[RowResult]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a service did with a row."""

    id: UUID
    created: bool


@dataclass(slots=True)
class Row(Generic[Draft]):
    """One row of a batch: what was read of it, or its faults; its line, where it came as CSV."""

    index: int
    draft: Draft | None
    faults: Sequence[Fault] = ()
    line: int | None = None

    def placed(self, problem: Problem) -> list[Fault]:
        """Say where in the body the faults of a problem with this row stand."""
        inner = problem.errors or [Fault("", problem.code, problem.detail)]
        return [
            Fault(
                pointer=f"/items/{self.index}{each.pointer}",
                code=each.code,
                detail=each.detail,
                row=self.line,
                column=None if self.line is None else column_of(each.pointer),
            )
            for each in inner
        ]


@dataclass(frozen=True, slots=True)
class Batch(Generic[Draft]):
    """Rows that were sent together."""

    mode: BatchMode
    dry_run: bool
    rows: list[Row[Draft]]


class TriedOnly(Exception):  # noqa: N818 - ends a dry run, and is caught where it began
    """Takes back what a dry run did, and tells what it was."""

    def __init__(self, results: Any) -> None:
        super().__init__()
        self.results = results


async def tried(work: Callable[[], Awaitable[Done]], savepoint: Savepoint) -> Done:
    """Do what a dry run asks for, and take it back."""
    try:
        async with savepoint():
            raise TriedOnly(await work())  # noqa: TRY301 - takes it back
    except TriedOnly as done:
        results: Done = done.results
        return results


async def carry_out(
    batch: Batch[Draft], store: Callable[[Draft], Awaitable[Stored]], savepoint: Savepoint
) -> BatchResult:
    """Store the rows of a batch, by ``store``, within the transaction of the request.

    Atomic: raises ``Invalid`` with the faults of all rows, for the transaction to be taken back.
    Best effort: each row has a savepoint, and its problem is told in its result. ``Refused`` of an
    atomic batch, and whatever does not come of a row, is raised as it is.
    """
    every = all_or_nothing if batch.mode is BatchMode.ATOMIC else each_for_itself
    if not batch.dry_run:
        return told(batch, await every(batch, store, savepoint))
    return told(batch, await tried(lambda: every(batch, store, savepoint), savepoint))


async def all_or_nothing(
    batch: Batch[Draft], store: Callable[[Draft], Awaitable[Stored]], _savepoint: Savepoint
) -> list[RowResult]:
    """Store every row, or raise ``Invalid`` with all that is wrong with any of them."""
    results: list[RowResult] = []
    faults: list[Fault] = []
    for row in batch.rows:
        step(row.index, len(batch.rows))
        if row.draft is None:
            faults += row.faults
            continue
        try:
            results.append(done(batch, row, await store(row.draft)))
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - what is not about the row is raised again
            faults += row.placed(about_a_row(error))
            if not isinstance(error, Problem):
                break  # the database has given the transaction up
    if faults:
        raise invalid(faults)
    return results


async def each_for_itself(
    batch: Batch[Draft], store: Callable[[Draft], Awaitable[Stored]], savepoint: Savepoint
) -> list[RowResult]:
    """Store the rows that can be stored."""
    results = []
    for row in batch.rows:
        step(row.index, len(batch.rows))
        if row.draft is None:
            results.append(failed(row, invalid(row.faults), row.faults))
            continue
        try:
            async with savepoint():
                stored = await store(row.draft)
        except Exception as error:  # noqa: BLE001 - what is not about the row is raised again
            problem = about_a_row(error)
            results.append(failed(row, problem, row.placed(problem)))
        else:
            results.append(done(batch, row, stored))
    return results


def about_a_row(error: Exception) -> Problem:
    """Return the problem of a row, or raise the error again where it is not about the row."""
    problem = error if isinstance(error, Problem) else problem_of_driver(error)
    if problem is None or problem.status >= SERVERS_FAULT:
        raise error
    return problem


def done(batch: Batch[Any], row: Row[Any], stored: Stored) -> RowResult:
    """Tell that a row was stored."""
    status = RowStatus.CREATED if stored.created else RowStatus.UPDATED
    shown = None if batch.dry_run and stored.created else stored.id
    return RowResult(index=row.index, status=status, id=shown, problem=None)


def failed(row: Row[Any], problem: Problem, faults: Sequence[Fault]) -> RowResult:
    """Tell that a row was not stored, and why."""
    why = RowProblem.of(problem, faults)
    return RowResult(index=row.index, status=RowStatus.FAILED, id=None, problem=why)


def told(batch: Batch[Any], results: list[RowResult]) -> BatchResult:
    """Count what became of the rows."""
    count = Counter(result.status for result in results)
    return BatchResult(
        mode=batch.mode,
        dry_run=batch.dry_run,
        created=count[RowStatus.CREATED],
        updated=count[RowStatus.UPDATED],
        failed=count[RowStatus.FAILED],
        results=results,
    )


def refusals(result: BatchResult) -> Counter[str]:
    """Count the rows that each rule refused, by the id of the rule."""
    problems = [row.problem for row in result.results if row.problem is not None]
    return Counter(problem.rule for problem in problems if problem.rule is not None)


def column_of(pointer: str) -> str | None:
    """Name the column of a CSV file that a pointer into its row stands for."""
    return pointer.removeprefix("/").replace("/", ".") or None
