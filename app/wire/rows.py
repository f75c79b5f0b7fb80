"""Reads a batch from the body of a request, as JSON or as CSV."""

from asyncio import sleep
from collections.abc import Sequence
from typing import Annotated, Any, Final, Generic

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

from app.problems import Fault
from app.scalars import Flag, FlagText, Input
from app.wire.asked import JSON, media_type_of
from app.wire.batch import Batch, BatchMode, Draft, Row
from app.wire.columns import columns_of
from app.wire.csvbody import Line, Unreadable, read_csv
from app.wire.faults import faults_of, invalid, parameter_fault
from app.wire.later import is_to_be_queued
from app.wire.route import refuse_what_was_refused

CSV: Final = "text/csv"
BREATH: Final = 200
"""Rows that are read before other requests get their turn."""


def rows_of(draft: type[BaseModel], *, limit: int, csv: bool = True, later: bool = True) -> Any:
    """Let an endpoint take a batch of such drafts, as a dependency in ``Annotated``.

    It has at most ``limit`` rows. Without ``csv`` it takes JSON only, for drafts with members that
    no cell can hold. Unless ``later``, a caller cannot ask for it asynchronously: where the answer
    holds what is shown once.
    """
    return Depends(ReadsRows(draft, limit, csv=csv, later=later))


class ReadsRows(Generic[Draft]):
    """A dependency that reads rows; name it after the authority, which is then asked first."""

    def __init__(self, draft: type[Draft], limit: int, *, csv: bool, later: bool) -> None:
        self.draft = draft
        self.later = later
        self.limit = limit
        self.media_types = (JSON, CSV) if csv else (JSON,)
        self.columns = tuple(columns_of(draft)) if csv else ()
        self.envelope = envelope_of(Any, limit)
        self.drafts: TypeAdapter[list[Draft]] = TypeAdapter(list[draft])  # type: ignore[valid-type]  # a class is a type

    async def __call__(
        self,
        request: Request,
        mode: Annotated[BatchMode | None, Query(description="Of a CSV body.")] = None,
        dry_run: Annotated[FlagText | None, Query(description="Of a CSV body.")] = None,
    ) -> Batch[Draft]:
        """Read the rows; those with faults keep them, for ``carry_out`` to tell with the rest."""
        refuse_what_was_refused()
        if is_to_be_queued() is not None:  # whoever does the work reads them
            return Batch(BatchMode.ATOMIC, dry_run=True, rows=[])
        if media_type_of(request.headers["content-type"].encode("latin-1")) == JSON:
            for name, value in (("mode", mode), ("dry_run", dry_run)):
                if value is not None:
                    detail = "A JSON body says this itself."
                    raise invalid([parameter_fault(name, "unknown_parameter", detail)])
            return await self.from_json(await request.json())
        body = await request.body()
        return await self.from_csv(body, mode or BatchMode.ATOMIC, dry_run=bool(dry_run))

    async def from_json(self, document: Any) -> Batch[Draft]:
        """Read ``{mode, dry_run, items}``."""
        try:
            told = self.envelope.model_validate(document)
        except ValidationError as error:
            raise invalid(faults_of(error.errors(include_input=False), document)) from None
        rows = await self.read([(item, None) for item in told.items])
        return Batch(told.mode, told.dry_run, rows)

    async def from_csv(self, body: bytes, mode: BatchMode, *, dry_run: bool) -> Batch[Draft]:
        """Read a file."""
        lines: list[Line] = []
        faults: list[Fault] = []
        try:
            for index, line in enumerate(read_csv(body, self.draft)):
                if index == self.limit:
                    detail = f"At most {self.limit} rows."
                    faults.append(Fault("/items", "too_many", detail, row=line.number))
                    break
                lines.append(line)
                await breathe(index)
        except Unreadable as unreadable:
            faults += unreadable.faults
        rows = await self.read([(line.members, line.number) for line in lines])
        for index, line in enumerate(lines):
            if line.faults:
                rows[index] = Row(index, None, line.faults, line.number)
        if not rows and not faults:
            faults.append(Fault("/items", "too_few", "At least 1.", row=2))
        if faults:  # of the file, so that no row of it can be trusted
            raise invalid([fault for row in rows for fault in row.faults] + faults)
        return Batch(mode, dry_run, rows)

    async def read(self, items: Sequence[tuple[Any, int | None]]) -> list[Row[Draft]]:
        """Read rows, each with the line it stands on in a file.

        Those that are sound are read many at once; where one is not, each is read by itself.
        """
        rows: list[Row[Draft]] = []
        for begun in range(0, len(items), BREATH):
            several = items[begun : begun + BREATH]
            try:
                drafts = self.drafts.validate_python([members for members, _ in several])
            except ValidationError:
                rows += [self.row(i, *each) for i, each in enumerate(several, start=begun)]
            else:
                read = zip(drafts, several, strict=True)
                rows += [
                    Row(index, draft, line=line)
                    for index, (draft, (_, line)) in enumerate(read, start=begun)
                ]
            await sleep(0)
        return rows

    def row(self, index: int, members: Any, line: int | None = None) -> Row[Draft]:
        """Read one row."""
        try:
            return Row(index, self.draft.model_validate(members), line=line)
        except ValidationError as error:
            row: Row[Draft] = Row(index, None, line=line)
            found = faults_of(error.errors(include_input=False, include_url=False), members)
            return Row(index, None, row.placed(invalid(found)), line)

    def document(self, ref: str) -> dict[str, Any]:
        """Describe the request body, with ``ref`` for the schema of the batch in JSON."""
        content: dict[str, Any] = {JSON: {"schema": {"$ref": ref}}}
        if CSV in self.media_types:
            names = [each.name + ("…" if each.name.endswith(".") else "") for each in self.columns]
            told = f"The rows, with a heading of these columns in any order: {', '.join(names)}."
            content[CSV] = {"schema": {"type": "string", "description": told}}
        return {"required": True, "content": content}


def envelope_of(item: Any, limit: int, name: str = "Batch") -> Any:
    """Make the model of ``{mode, dry_run, items}``."""
    return create_model(
        name,
        __base__=Input,
        __doc__="Rows to be done together.",
        mode=(BatchMode, Field(BatchMode.ATOMIC, description="What one faulty row means.")),
        dry_run=(Flag, Field(False, description="Only try, and store nothing.")),
        items=(list[item], Field(min_length=1, max_length=limit, description="The rows.")),
    )


async def breathe(index: int) -> None:
    """Let other requests have their turn."""
    if index % BREATH == BREATH - 1:
        await sleep(0)
