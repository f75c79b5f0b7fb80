"""Each lock alone narrows a dashboard, whatever table a row of another district is in."""

from typing import Any
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH, account
from measured import ON, Planned, an_observation
from sqlalchemy.ext.asyncio import AsyncSession

from app.dashboards.readings import OF_CLASS, TOTALS, VERSIONS
from app.links.models import Link
from app.paging import Marks
from app.policy import Reading
from app.policy.changes import Change
from app.policy.pool import reading_pool
from app.policy.reach import Reach
from app.policy.reader import reading_within
from app.policy.reading import ReachDialect
from app.sealing import Fingerprints
from app.settings import plain
from app.targets.models import StatusOverride
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
WHO = account(Role.PLANNER, NORTH)
NORTHERN = Reach((NORTH,), account=WHO, held=f"planner:{NORTH}")
PARTS = {
    "goals": "goal_id",
    "indicators": "indicator_id",
    "indicator_measures": "measure_id",
    "measures": "measure_id",
    "measure_editions": "edition",
    "targets": "target_id",
    "observations": "newest_id",
    "status_overrides": "override_id",
}
"""The first column of what each table brings."""


class Locked(ReachDialect):
    """The first lock of some tables; those of all others are left open."""

    def __init__(self, *tables: str) -> None:
        super().__init__(whole=False)
        self.tables = tables

    def condition(self, custody, table):
        return super().condition(custody, table) if table.name in self.tables else None


@pytest.fixture
async def southern(owner, roster, written) -> Planned:
    """A plan of South's, with a flag and a class."""
    theirs = Planned(SOUTH)
    flag = StatusOverride(
        district_id=SOUTH,
        target_id=theirs.target.id,
        says="met",
        reason="So it is.",
        by=WHO,
        by_name="A Planner",
    )
    link = Link(district_id=SOUTH, instrument_code="i", item_code="i", measure_id=theirs.rate.id)
    grade = an_observation(theirs.rate, breakdown={"grade": "4"}, class_of=2034)
    await written(*theirs.rows, flag, grade, link, district=SOUTH)
    return theirs


async def read(engine, master_keys, reading, **asked):
    """What a statement reads within North's reach, when South's dashboard is asked for."""
    marks = Marks(Fingerprints(master_keys, "cursor"))
    async with (
        reading_pool(plain(engine.url), 1) as pool,
        reading_within(pool, NORTHERN, marks, None) as reader,
    ):
        found = await reader.records(reading, district=SOUTH, **asked)
        return [dict(row) for row in found]


def again(monkeypatch, reading, *tables: str) -> Reading:
    """The same reading with the first lock of these tables alone."""
    dialects = {whole: Locked(*tables) for whole in (False, True)}
    monkeypatch.setattr("app.policy.reading.DIALECTS", dialects)
    columns = reading.statement.selected_columns.keys()
    return Reading(reading.statement, reading.view, never_null=columns)


def asking(reading: Reading) -> dict[str, Any]:
    return {"plan": None, "on": ON} | ({"cohort": 2034} if reading is OF_CLASS else {})


@pytest.mark.parametrize("reading", [TOTALS, OF_CLASS])
async def test_without_a_lock_all_of_it_would_be_read(
    owner, master_keys, southern, monkeypatch, reading
):
    open_ = again(monkeypatch, reading)
    rows = await read(owner, master_keys, open_, **asking(reading))
    assert {column: rows[0][column] is None for column in PARTS.values()} == dict.fromkeys(
        PARTS.values(), False
    )


@pytest.mark.parametrize("reading", [TOTALS, OF_CLASS])
@pytest.mark.parametrize("table", PARTS)
async def test_the_first_lock_alone_narrows_each_table(
    owner, master_keys, southern, monkeypatch, reading, table
):
    """The connection of a superuser, whom row security does not bind."""
    locked = again(monkeypatch, reading, table)
    rows = await read(owner, master_keys, locked, **asking(reading))
    assert {row[PARTS[table]] for row in rows} == {None}


@pytest.mark.parametrize("reading", [TOTALS, OF_CLASS])
async def test_the_first_lock_alone_lets_no_row_through(
    owner, master_keys, southern, monkeypatch, reading
):
    assert await read(owner, master_keys, reading, **asking(reading)) == []
    plans = again(monkeypatch, reading, "plans")
    assert await read(owner, master_keys, plans, **asking(reading)) == []


@pytest.mark.parametrize("reading", [TOTALS, OF_CLASS])
async def test_the_second_lock_alone_lets_no_row_through(
    addresses, master_keys, southern, monkeypatch, reading
):
    class Engine:
        url = addresses.app

    open_ = again(monkeypatch, reading)
    assert "reach_districts" not in open_._texts[False].names
    assert await read(Engine, master_keys, open_, **asking(reading)) == []


async def test_the_versions_of_another_district_are_told_by_neither_lock(
    owner, addresses, master_keys, southern, monkeypatch
):
    """What the consortium has in common has a version for everybody."""

    class Engine:
        url = addresses.app

    async with AsyncSession(owner) as session, session.begin():
        session.add(
            Change(
                district_id=UUID(int=0),
                xid=1,
                type="topic",
                op="upsert",
                subject_id=WHO,
                version=1,
            )
        )
    open_ = again(monkeypatch, VERSIONS)
    (theirs,) = await read(owner, master_keys, open_)
    assert (theirs["own"] > 0, theirs["common"] > 0, theirs["linked"]) == (True, True, True)
    shown = {"own": None, "common": theirs["common"], "shared": None, "linked": False}
    assert await read(owner, master_keys, VERSIONS) == [shown]
    assert await read(Engine, master_keys, open_) == [shown]
