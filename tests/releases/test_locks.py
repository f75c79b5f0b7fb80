"""What is released is never changed (DR-09), and what is in the vault stays there (TR-04)."""

import pytest
from conftest import NORTH, SOUTH, account
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.policy.lock import APP, RELEASE
from app.policy.reach import Reach
from app.policy.session import NarrowedSession, ReleaseSession
from app.releases.models import (
    Cell,
    CellMembership,
    Release,
    ReleaseSecret,
    ReleaseSums,
    VaultKey,
)
from app.submissions.models import Answer, DistrictKey
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STAFF = Reach((), whole_consortium=True, account=account(Role.ANALYST))
VAULTED = (CellMembership, ReleaseSums, ReleaseSecret, VaultKey)
FROZEN = (Release, Cell, *VAULTED)


@pytest.fixture
async def logins(addresses):
    """The engines of both logins."""
    engines = {APP: create_async_engine(addresses.app)}
    engines[RELEASE] = create_async_engine(addresses.release)
    yield engines
    for engine in engines.values():
        await engine.dispose()


@pytest.mark.parametrize("table", FROZEN)
@pytest.mark.parametrize("sessions", [NarrowedSession, ReleaseSession])
async def test_the_first_lock_changes_no_released_row(released, owner, table, sessions):
    """Here the second lock stands open: the session runs as the superuser."""
    await released()
    async with AsyncSession(owner, sync_session_class=sessions, info={"reach": STAFF}) as session:
        for change in (
            update(table).values({table.__table__.primary_key.c[0]: None}),
            delete(table),
        ):
            with pytest.raises(TypeError, match="is frozen"):
                await session.execute(change)
    async with AsyncSession(owner, sync_session_class=sessions, info={"reach": STAFF}) as session:
        if table not in VAULTED:
            row = (await session.scalars(select(table).limit(1))).one()
            await session.delete(row)
            with pytest.raises(TypeError, match="is frozen"):
                await session.flush()


@pytest.mark.parametrize("login", [APP, RELEASE])
@pytest.mark.parametrize("table", FROZEN)
@pytest.mark.parametrize("change", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0}"])
async def test_the_second_lock_changes_no_released_row(released, logins, login, table, change):
    await released()
    statement = change.format(table.__tablename__, table.__table__.primary_key.columns[0].name)
    async with logins[login].connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text(statement))


async def test_only_the_release_login_adds_released_rows(released, logins):
    await released()
    for table in FROZEN:
        name = table.__tablename__
        async with logins[APP].connect() as connection:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await connection.execute(text(f"insert into {name} select * from {name}"))


FORGED = """select set_config('app.districts', '{%s,%s}', true),
set_config('app.consortium', 'on', true), set_config('app.account', '%s', true)"""


async def test_no_setting_opens_anothers_sealed_rows_to_the_login_of_requests(released, logins):
    """Who holds nothing in the south sees nothing of it, whatever is told to row security."""
    await released()
    forged = FORGED % (NORTH, SOUTH, account(Role.SUPERINTENDENT, NORTH))
    async with logins[APP].begin() as connection:
        await connection.execute(text(forged))
        for table in (Answer, DistrictKey):
            seen = text(f"select distinct district_id from {table.__tablename__}")
            assert list(await connection.scalars(seen)) == [NORTH]
    for table in VAULTED:
        async with logins[APP].connect() as connection:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await connection.execute(text(f"select * from {table.__tablename__}"))


async def test_the_release_login_reads_sealed_rows_and_writes_none(released, logins):
    await released()
    async with logins[RELEASE].begin() as connection:
        assert (
            await connection.scalar(text("select count(distinct district_id) from answers")) == 10
        )
    for statement in (
        "update answers set version = 9",
        "delete from answers",
        "insert into answers select * from answers",
        "insert into district_keys select * from district_keys",
        "update submissions set revision = 9",
    ):
        async with logins[RELEASE].connect() as connection:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await connection.execute(text(statement))


async def test_without_the_seal_the_vaults_session_sees_no_answer(released, owner):
    """Here the second lock stands open."""
    await released()
    info = {"reach": STAFF}
    async with AsyncSession(owner, sync_session_class=ReleaseSession, info=info) as session:
        for table in (Answer, DistrictKey, *VAULTED):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
