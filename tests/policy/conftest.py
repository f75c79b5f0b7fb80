"""Every table with rows of North (one), South (two) and the consortium (four): a count tells whose.

The database is apart from that of the other tests, and its logins may do more than a service's, so
that row security is seen to hold alone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from conftest import NORTH, SOUTH, account, prepared
from sqlalchemy import ARRAY, JSON, Enum, Table, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from app.clock import now
from app.db import (
    EVERYBODYS,
    Base,
    Common,
    ConsortiumOwned,
    Feed,
    Personal,
    Published,
    Vaulted,
    Witnessed,
)
from app.paging import Marks
from app.policy.charter import Charter
from app.policy.lock import APP, RELEASE, tell
from app.policy.pool import reading_pool
from app.policy.reach import Reach
from app.policy.reader import Reader, reading_within
from app.policy.session import NarrowedSession
from app.sealing import Fingerprints
from app.settings import plain
from app.vocabulary import AccountKind, Role

UNOWNED = {Common, ConsortiumOwned, Published, Witnessed}
"""Custodies whose rows are no district's."""
TABLES = list(Base.metadata.sorted_tables)
CLASSES = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
N, S, C = 1, 2, 4
"""How many rows each owner has in each table, where a custody knows the owner."""

STEWARD, OTHER, ANALYST = (
    account(Role.DATA_STEWARD, NORTH),
    account(Role.DATA_STEWARD, SOUTH),
    account(Role.ANALYST),
)
OWNERS: list[tuple[int, UUID | None, UUID]] = [
    (N, NORTH, STEWARD),
    (S, SOUTH, OTHER),
    (C, None, ANALYST),
]
NORTHERN = Reach((NORTH,), account=STEWARD, held=f"data_steward:{NORTH}")
STAFF = Reach((), whole_consortium=True, account=ANALYST, held="analyst:")
REACHES = {"north": NORTHERN, "staff": STAFF}


def a_value(table: Table, name: str, number: int) -> Any:
    """Make a value that the column takes; ``number`` keeps unique ones apart."""
    column = table.c[name]
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, ARRAY | JSON):
        return [] if isinstance(column.type, ARRAY) else {}
    kind = column.type.python_type
    made = {
        UUID: uuid4(),
        str: f"text {number}",
        int: number,
        bool: False,
        bytes: b"sealed",
        Decimal: 1,
    }
    return (made | {datetime: now(), date: now().date()})[kind]


def a_row(table: Table, number: int, district: UUID | None, who: UUID) -> dict[str, Any]:
    """Make a row of an owner."""
    row = {
        column.name: a_value(table, column.name, number)
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    told = {"district_id": district, "account_id": who, "kind": None, "role": None}
    if table.name == "accounts":
        told |= {"kind": AccountKind.USER, "account_id": who if number in {N, S, C} else uuid4()}
    if table.name == "memberships":
        told |= {"role": Role.DATA_STEWARD if district else Role.ANALYST}
    if table.name == "districts":
        row["id"] = district
    if table.name == "motions":
        told |= {"kind": "adopt_topic", "topic_id": uuid4()}
    if table.name == "attendance":
        told |= {"district_id": uuid4()}
    if table.name == "departures":
        told |= {"state": "cancelled"}  # of one district, one at most is under way
    if table.name == "charters":
        told |= asdict(Charter(number)) | {"version": number + 1}
        told |= {"motion_id": uuid4(), "adopted_on": now().date()}
    if table.name == "measure_editions":
        told |= {"kind": "rate", "factor": 100}
    if table.name == "targets":
        told |= {"direction": "maintain", "low": 1, "high": 2, "starts_in": "2026-27"}
    return row | {name: value for name, value in told.items() if name in table.c and value}


def rows_of(table: Table) -> list[dict[str, Any]]:
    """Make the rows of each owner that a custody knows; of the districts' tables none is common."""
    custody = table.info["custody"]
    if custody in UNOWNED:
        return [a_row(table, number, district, STEWARD) for number, district in NUMBERED]
    owners = [each for each in OWNERS if each[1] is not None or "account_id" in table.c]
    if custody is Feed:
        owners = [(count, district or EVERYBODYS, who) for count, district, who in OWNERS]
    numbers = iter(range(N, 100))
    made = []
    for count, district, who in owners:
        for _ in range(count):
            number = next(numbers)
            made.append(a_row(table, FIRST.get(number, number + 10), district, who))
    return made


FIRST = {1: N, 2: S, 4: C}
"""The first row of each owner keeps its account."""
NUMBERED = [(1, NORTH), (2, SOUTH), (3, UUID(int=3))]
FREE = [t for t in TABLES if t.info["custody"] in UNOWNED]
assert not {Personal, Vaulted} & {t.info["custody"] for t in FREE}


@dataclass(frozen=True)
class Engines:
    """The database as each login reaches it; ``owner`` is a superuser: no row security."""

    owner: AsyncEngine
    app: AsyncEngine
    release: AsyncEngine


@pytest.fixture(scope="session")
async def wide(server) -> AsyncIterator[Engines]:
    """A database where both logins may do anything to any table, but for row security."""
    addresses = await prepared(server, "wide")
    engines = Engines(
        create_async_engine(addresses.owner),
        create_async_engine(addresses.app),
        create_async_engine(addresses.release),
    )
    async with engines.owner.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(text("delete from charters"))
        for table in TABLES:
            for row in rows_of(table):
                await connection.execute(insert(table).values(row))
        for login in (APP, RELEASE):
            rights = "select, insert, update, delete"
            await connection.execute(
                text(f"grant {rights} on all tables in schema public to {login}")
            )
    yield engines
    for engine in (engines.owner, engines.app, engines.release):
        await engine.dispose()


@asynccontextmanager
async def session_of(engine: AsyncEngine, reach: Reach, kind: type = NarrowedSession):
    """Open a session within a reach, as the gate does, and undo what is done in it."""
    make = async_sessionmaker(engine, sync_session_class=kind, expire_on_commit=False)
    async with make(info={"reach": reach}) as session:
        await tell(session, reach)
        yield session
        await session.rollback()


@pytest.fixture
def marks(master_keys) -> Marks:
    return Marks(Fingerprints(master_keys, "cursor"))


@asynccontextmanager
async def reader_of(engine: AsyncEngine, reach: Reach, marks: Marks) -> AsyncIterator[Reader]:
    """Open a reader within a reach, as the gate does."""
    async with (
        reading_pool(plain(engine.url), 1) as pool,
        reading_within(pool, reach, marks, None) as reader,
    ):
        yield reader
