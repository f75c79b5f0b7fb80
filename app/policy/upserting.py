"""An upsert: many rows of one district, added or corrected by one statement, with their history.

The unit of work writes row by row; this is for rows by the thousand. It takes a row's columns as
arrays, so that one round trip carries them all: nothing has to be copied anywhere first, and no
login needs the right to make a table. Row security judges every row besides (``ON CONFLICT`` on a
key that begins with the district shows nothing of another's).
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now
from app.db import DistrictOwned, new_id
from app.policy.changes import IN_ORDER

DIALECT: Final = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # it has no types
FOR_THESE_ROWS: Final = "set local plan_cache_mode = force_custom_plan"
"""A plan that was made for a few rows, or for an empty table, is not for ten thousand."""
KEPT: Final = ("version", "created_at", "updated_at")
"""What the statement itself sees to."""


class Put(NamedTuple):
    """What became of a row: its place among those given, its id, its version, whether it changed.

    A row that says what is there already is not ``changed``, and keeps its version.
    """

    place: int
    id: UUID
    version: int
    changed: bool

    @property
    def created(self) -> bool:
        """Whether it was not there before."""
        return self.changed and self.version == 1


class Upsert:
    """A statement declared once, at import, over one table that a district owns.

    ``key`` are the columns of the natural key after ``district_id``, ``values`` those that a
    correction replaces, ``fixed`` those that follow from the key. Rows are tuples of ``columns``;
    what the table computes by itself is not sent. ``history`` is the table that keeps what a
    corrected row said, by the same names, with the id of the row under ``of``.
    """

    def __init__(
        self,
        model: Any,
        *,
        key: Sequence[str],
        values: Sequence[str],
        fixed: Sequence[str] = (),
        history: Any,
        of: str,
    ) -> None:
        table: Table = model.__table__
        if table.info["custody"] is not DistrictOwned:
            raise TypeError(f"{table} does not belong to districts.")
        named = (*key, *fixed, *values)
        if {"district_id", "id", *named, *KEPT} != set(table.columns.keys()):
            raise TypeError(f"An upsert names every column of {table}.")
        self.columns = tuple(name for name in named if table.columns[name].computed is None)
        self.table = table.name
        self.follows: str = model.follows
        self.sql = statement(table, self.columns, key, values, history.__table__, of)

    async def run(
        self,
        session: AsyncSession,
        district: UUID,
        rows: list[tuple[Any, ...]],
        *,
        by: UUID,
        reason: str | None,
    ) -> list[Put]:
        """Run it in the transaction of a session; the caller has asked whose the district is.

        No two rows have one key; ``reason`` is told in the history.
        """
        connection = await session.connection()
        await connection.exec_driver_sql(IN_ORDER, (f"changes:{district}",))
        await connection.exec_driver_sql(FOR_THESE_ROWS)
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        ids = [new_id() for _ in rows]
        told = [district, by, now(), self.follows, reason, ids, *map(list, columns)]
        found: Any = await connection.exec_driver_sql(self.sql, tuple(told))
        return list(map(Put._make, found))


def statement(
    table: Table,
    columns: Sequence[str],
    key: Sequence[str],
    values: Sequence[str],
    history: Table,
    of: str,
) -> str:
    """Write the one statement: what was sent, what was there, the history, the rows, the changes.

    All parts see the rows as they were before, so the history takes what a correction replaces.
    What was there is found row by row through the index of the natural key, whatever the planner
    believes of the number of rows.
    """
    types = [type_of(table.columns[name]) for name in columns]
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(("uuid", *types), start=6))
    names = ", ".join(columns)
    computed = "".join(f", {each.computed.sqltext} as {each.name}" for each in computed_in(table))
    there = " union all ".join(
        f"select o.* from {table.name} o where o.district_id = $1 and {same}"  # noqa: S608 - names
        for same in sames(table, key)
    )
    differs = " or ".join(f"was_{name} is distinct from {name}" for name in values)
    target = ", ".join(("district_id", *key))
    replaced = ", ".join(f"{name} = excluded.{name}" for name in values)
    was = ", ".join(f"w.{name} as was_{name}" for name in values)
    old = ", ".join(f"was_{name}" for name in values)
    kept = ", ".join(values)
    return f"""
with sent as (
    select *{computed} from unnest({arrays}) with ordinality as s(id, {names}, place)
), met as (
    select s.*, w.id as known, w.version as was, {was}
    from sent s left join lateral ({there}) w on true
), news as (
    select * from met where known is null or {differs}
), kept as (
    insert into {history.name} (district_id, id, {of}, version, {kept},
        corrected_at, corrected_by, reason)
    select $1, id, known, was, {old}, $3, $2, $5 from news where known is not null
), put as (
    insert into {table.name} as t (district_id, id, {names}, created_at, updated_at, version)
    select $1, id, {names}, $3, $3, 1 from news
    on conflict ({target}) do update
        set {replaced}, updated_at = excluded.updated_at, version = t.version + 1
), followed as (
    insert into changes (district_id, id, type, op, subject_id, version, changed_at)
    select $1, id, $4, 'upsert', coalesce(known, id), coalesce(was + 1, 1), $3 from news
)
select (place - 1)::int, coalesce(known, id),
    case when known is null then 1 when {differs} then was + 1 else was end,
    known is null or {differs}
from met order by place"""  # noqa: S608 - every name is a column's or a table's own


def computed_in(table: Table) -> list[Any]:
    """List the columns that a table computes by itself."""
    return [column for column in table.columns if column.computed is not None]


def sames(table: Table, key: Sequence[str]) -> Iterator[str]:
    """Write when a row that is there has the key of one that was sent, by which of it is null.

    An index finds what is equal and what is null, each in a condition of its own.
    """
    empty = [name for name in key if table.columns[name].nullable]
    for nulls in product((False, True), repeat=len(empty)):
        null = dict(zip(empty, nulls, strict=True))
        yield " and ".join(
            f"o.{name} is null and s.{name} is null" if null.get(name) else f"o.{name} = s.{name}"
            for name in key
        )


def type_of(column: Column[Any]) -> str:
    """Name the type of a column as PostgreSQL does."""
    return str(column.type.compile(DIALECT)).lower()
