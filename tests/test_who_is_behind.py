"""Nobody with a dump of the database learns which districts a released quantile tells of."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
from answers import attested
from conftest import NORTH
from fastapi import FastAPI
from members import Given, among, join, member
from paths import PLAIN, Caller, an_instrument, open_round, step
from republished import publish, same_times, take_back
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from ten import TEN, drafted
from vaulted import members_of

from app.releases.models import Cell
from app.sealing import MasterKeys
from app.submissions.models import Answer, DistrictKey
from app.submissions.seals import OwnSeal
from app.vocabulary import Statistic

pytestmark = pytest.mark.anyio
TWELVE = [*TEN, member(9), member(10)]
LOW, HIGH = TWELVE[0], TWELVE[11]
HALVES = [Statistic.LOWER_HALF, Statistic.MIDDLE_HALF, Statistic.UPPER_HALF]
DRAWN = {"ledger", "changes", "idempotency_records", "release_certificates"}
"""Tables with what is drawn anew, or counted on, whenever something is done."""


@pytest.fixture
async def everyone(app: FastAPI, as_: Caller, given: Given) -> Caller:
    """Callers of twelve districts, and of the consortium."""
    for number in range(1, 11):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def locked(everyone: Caller) -> dict[str, Any]:
    """A locked round in which they answered 100, 200, … 1200."""
    instrument = await an_instrument(everyone, PLAIN | {"lowest": 0})
    opened = await open_round(everyone, instrument=instrument, review_days=0)
    for place, district in enumerate(TWELVE, start=1):
        await attested(everyone, opened, {"expenditure": {"value": 100 * place}}, district)
    return await step(everyone, opened["id"], "close", "review", "lock")


async def told_by(owner: AsyncEngine) -> dict[Statistic, UUID]:
    """The published figures."""
    async with AsyncSession(owner) as session:
        cells = await session.scalars(select(Cell).where(Cell.status == "published"))
        return {each.statistic: each.id for each in cells if each.statistic is not None}


async def rows_of(owner: AsyncEngine) -> dict[str, list[str]]:
    """Every row of every table, as text; bytes are in hexadecimal."""
    async with owner.connect() as connection:
        listed = "select relname from pg_class where relkind in ('r', 'm') and relnamespace ="
        tables = await connection.scalars(text(f"{listed} 'public'::regnamespace"))
        return {
            table: list(await connection.scalars(text(f"select t::text from {table} t")))
            for table in tables
        }


def naming(rows: dict[str, list[str]], one: set[str], other: set[str]) -> dict[str, int]:
    """How many rows of each table name one of each, however an id is written."""
    found: dict[str, int] = defaultdict(int)
    for table, texts in rows.items():
        for each in texts:
            found[table] += any(name in each for name in one) and any(
                name in each for name in other
            )
    return {table: count for table, count in found.items() if count}


def written(ids: set[UUID]) -> set[str]:
    """Ids as text, and as bytes in hexadecimal."""
    return {form for each in ids for form in (str(each), each.hex)}


async def test_no_row_of_a_dump_names_a_released_figure_and_a_district_or_its_answer(
    everyone, locked, owner, master_keys, monkeypatch
):
    await publish(everyone, locked, (await drafted(everyone, locked))["id"], monkeypatch)
    cells = await told_by(owner)
    assert set(cells) == {Statistic.MEAN_OF_DISTRICTS, *HALVES}
    async with AsyncSession(owner) as session:
        answers = set(await session.scalars(select(Answer.id)))
    figures, whose = written(set(cells.values())), written(answers | set(TWELVE))
    assert len(answers) == 12
    assert naming(await rows_of(owner), figures, whose) == {}
    assert naming(await rows_of(owner), written(answers), written(set(TWELVE))) == {"answers": 12}
    lower = await members_of(owner, master_keys, cells[Statistic.LOWER_HALF])
    assert {each.district_id for each in lower} == set(TWELVE[:6])
    try:
        async with owner.begin() as connection:
            await connection.execute(text("create table in_clear (cell uuid, members bytea)"))
            await connection.execute(
                text("insert into in_clear values (:cell, :members)"),
                {
                    "cell": cells[Statistic.LOWER_HALF],
                    "members": b"".join(each.district_id.bytes for each in lower),
                },
            )
        assert naming(await rows_of(owner), figures, whose) == {"in_clear": 1}
    finally:
        async with owner.begin() as connection:
            await connection.execute(text("drop table in_clear"))


async def exchange(owner: AsyncEngine, keys: MasterKeys) -> None:
    """Let the lowest and the highest answer each what the other did."""
    async with AsyncSession(owner) as session, session.begin():
        rows = await session.scalars(select(DistrictKey))
        seals = {row.district_id: OwnSeal(keys, row.district_id, {1: row.wrapped}) for row in rows}
        found = await session.scalars(select(Answer).where(Answer.district_id.in_([LOW, HIGH])))
        low, high = sorted(found, key=lambda each: TWELVE.index(each.district_id))
        said = [seals[each.district_id].opened(each, each.round_id) for each in (high, low)]
        for each, content in zip((low, high), said, strict=True):
            seal = seals[each.district_id]
            each.sealed = seal.seal(content, each.round_id, each.item_id, each.version)


async def test_two_dumps_are_the_same_where_only_who_is_behind_a_quantile_differs(
    everyone, locked, owner, master_keys, monkeypatch
):
    """The lowest and the highest change places: all figures stay, and so does all that is kept.

    What is sealed is compared by its length: twice sealed, the same looks different too.
    """
    plan = (await drafted(everyone, locked))["id"]
    dumps, lowest = [], []
    for _ in range(2):
        await publish(everyone, locked, plan, monkeypatch)
        await same_times(owner)
        dumps.append(await lengths_told(owner))
        cells = await told_by(owner)
        behind = await members_of(owner, master_keys, cells[Statistic.LOWER_HALF])
        lowest.append({each.district_id for each in behind})
        await take_back(owner, locked)
        await exchange(owner, master_keys)
    assert lowest == [set(TWELVE[:6]), {HIGH, *TWELVE[1:6]}]
    assert NORTH == LOW
    assert dumps[0] == dumps[1]
    assert len(dumps[0]["cell_memberships"]) == len(cells)


async def lengths_told(owner: AsyncEngine) -> dict[str, list[Any]]:
    """Every row of the tables, of what is sealed the length alone."""
    rows = {}
    async with owner.connect() as connection:
        listed = text(
            "select table_name, array_agg(case when data_type = 'bytea'"
            " then format('length(%I)', column_name) else format('%I::text', column_name) end"
            " order by ordinal_position) from information_schema.columns"
            " where table_schema = 'public' group by 1"
        )
        for table, columns in (await connection.execute(listed)).all():
            if table not in DRAWN and not table.startswith("ledger"):
                asked = text(f"select {', '.join(columns)} from {table} order by 1")
                rows[table] = sorted(map(tuple, await connection.execute(asked)), key=str)
    return rows
