"""Each lock alone keeps the one statement within its district."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from observating import YEAR, entered, id_of, listed, put
from policy.conftest import NORTHERN, STAFF, session_of
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from app.districts.models import District
from app.measures.models import Measure
from app.measuring.words import ValueStatus
from app.observations.models import Correction, Observation
from app.observations.readings import PUT_OBSERVATIONS, SAID
from app.policy import Action, Grant, Upsert
from app.policy.grant import _SEAL
from app.policy.principal import ANYONE

pytestmark = pytest.mark.anyio
BY: dict[str, Any] = {"by": UUID(int=9), "reason": None}


def a_row(place: UUID, numerator: int = 1) -> tuple[Any, ...]:
    """A row of the reading measure, as the statement takes it."""
    told = {
        "measure_id": id_of("reading", place),
        "edition": 3,
        "school_id": None,
        "period": YEAR,
        "breakdown": "{}",
        "starts": date(2024, 7, 1),
        "ends": date(2025, 6, 30),
        "class_of": None,
        "status": ValueStatus.REPORTED,
        "numerator": numerator,
        "denominator": 80,
    }
    return tuple(told.get(name) for name in PUT_OBSERVATIONS.columns)


@pytest.fixture
async def login(addresses):
    """The login of requests, which row security binds."""
    engine = create_async_engine(addresses.app)
    yield engine
    await engine.dispose()


async def test_the_first_lock_alone_keeps_rows_in_reach(owner):
    """The connection of a superuser, whom row security does not bind."""
    async with session_of(owner, NORTHERN) as session:
        grant = Grant(ANYONE, Action.OBSERVATION_RECORD, NORTHERN, session, None, _SEAL)
        with pytest.raises(TypeError, match="out of reach"):
            await grant.put(PUT_OBSERVATIONS, SOUTH, [a_row(SOUTH)])
        (made,) = await grant.put(PUT_OBSERVATIONS, NORTH, [a_row(NORTH)])
        assert (made.created, made.version) == (True, 1)
        counted = await session.connection()
        rows = await counted.execute(text("select district_id from observations"))
        assert [row.district_id for row in rows] == [NORTH]


async def test_the_second_lock_alone_refuses_another_districts_row(login, as_):
    """The statement itself, past what the grant asks."""
    await put(as_, SOUTH)
    before = await listed(as_, SOUTH)
    for row in (a_row(SOUTH, 41), a_row(SOUTH, 42)):
        async with session_of(login, NORTHERN) as session:
            with pytest.raises(DBAPIError, match="row-level security"):
                await PUT_OBSERVATIONS.run(session, SOUTH, [row], **BY)
    assert await listed(as_, SOUTH) == before


async def test_the_second_lock_alone_shows_nothing_of_another_district(login, as_):
    """Its history and its ids are not there for who names its measure."""
    await entered(as_, SOUTH)
    async with session_of(login, NORTHERN) as session:
        connection = await session.connection()
        for table in ("observations", "corrections"):
            assert await connection.scalar(text(f"select count(*) from {table}")) == 0
        with pytest.raises(DBAPIError):  # a measure of another district is no measure of this one
            await PUT_OBSERVATIONS.run(session, NORTH, [a_row(SOUTH)], **BY)


async def test_staff_of_the_consortium_would_reach_every_district(login):
    async with session_of(login, STAFF) as session:
        grant = Grant(ANYONE, Action.OBSERVATION_RECORD, STAFF, session, None, _SEAL)
        (made,) = await grant.put(PUT_OBSERVATIONS, SOUTH, [a_row(SOUTH)])
        assert made.created


async def test_the_statement_needs_no_right_beyond_those_of_requests(login):
    async with session_of(login, NORTHERN) as session:
        connection = await session.connection()
        asked = "has_database_privilege(current_user, current_database(), 'temp')"
        assert await connection.scalar(text(f"select {asked}")) is False
        made = await PUT_OBSERVATIONS.run(session, NORTH, [a_row(NORTH)], **BY)
        assert [each.created for each in made] == [True]


async def test_no_rows_are_no_work(login):
    async with session_of(login, NORTHERN) as session:
        assert await PUT_OBSERVATIONS.run(session, NORTH, [], **BY) == []


@pytest.fixture
async def not_analysed(owner):
    """Forget what was counted of the table, in case it was just now looked after by itself."""
    async with owner.begin() as connection:
        table = "'observations'::regclass"
        indexes = f"select indexrelid from pg_index where indrelid = {table}"
        for forget in (
            f"delete from pg_statistic where starelid = {table}",
            f"update pg_class set reltuples = -1 where oid in (select {table} union {indexes})",
        ):
            await connection.execute(text(forget))


@pytest.mark.usefixtures("not_analysed")
@pytest.mark.parametrize("rows", [1, 2000])
async def test_each_row_is_found_by_its_whole_key(login, rows):
    """In a table that nobody has analysed, the index takes all of the key and filters nothing."""

    def a_group(n: int) -> tuple[Any, ...]:
        place = PUT_OBSERVATIONS.columns.index("breakdown")
        row = list(a_row(NORTH))
        row[place] = f'{{"sex": "s{n}"}}'
        return tuple(row)

    groups = [a_group(n) for n in range(2000)]
    async with session_of(login, NORTHERN) as session:
        await PUT_OBSERVATIONS.run(session, NORTH, groups, **BY)
        connection = await session.connection()
        arrays = list(map(list, zip(*groups[:rows], strict=True)))
        told = [NORTH, BY["by"], None, "observation", None, [UUID(int=n) for n in range(rows)]]
        plan = await connection.exec_driver_sql(f"explain {PUT_OBSERVATIONS.sql}", (*told, *arrays))
        lines = [line.strip() for (line,) in plan]
    conditions = [
        lines[n + 1]
        for n, line in enumerate(lines)
        if line.startswith("->  Index Scan using uq_observations_natural_key")
    ]
    keys = ("measure_id", "edition", "period", "school_id", "breakdown_key")
    assert [[key in each for key in keys] for each in conditions] == [[True] * 5] * 2


async def test_only_a_table_of_districts_whose_columns_are_all_named_is_taken():
    with pytest.raises(TypeError, match="does not belong to districts"):
        Upsert(District, key=("name",), values=(), history=Correction, of="observation_id")
    with pytest.raises(TypeError, match="names every column"):
        Upsert(Measure, key=("code",), values=("name",), history=Correction, of="observation_id")
    with pytest.raises(TypeError, match="names every column"):
        Upsert(
            Observation,
            key=("measure_id", "edition", "school_id", "period", "breakdown_key"),
            values=SAID,
            history=Correction,
            of="observation_id",
        )
