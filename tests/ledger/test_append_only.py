"""The ledger takes entries and gives none back, whoever asks the database."""

import pytest
from conftest import NORTH, account
from paths import told
from rosters import written
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.policy.audit import LedgerEntry
from app.policy.lock import OWNER
from app.policy.session import NarrowedSession, ReleaseSession
from app.vocabulary import LedgerOutcome, Role

pytestmark = pytest.mark.anyio

CHANGES = (
    "update ledger set outcome = 'done'",
    "delete from ledger",
    "truncate ledger",
    "alter table ledger disable row level security",
    "drop policy added on ledger",
)


async def an_entry(as_, owner):
    told(await as_(Role.VIEWER, NORTH).get("/v1/ledger"), 403)
    (entry,) = await written(owner)
    return entry


@pytest.mark.parametrize("login", ["app", "release"])
@pytest.mark.parametrize("change", CHANGES)
async def test_no_login_changes_an_entry(as_, owner, addresses, login, change):
    entry = await an_entry(as_, owner)
    engine = create_async_engine(getattr(addresses, login))
    settings = (
        "select set_config('app.consortium', 'on', true), set_config('app.account', :a, true)"
    )
    try:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            async with engine.begin() as connection:
                await connection.execute(text(settings), {"a": str(account(Role.AUDITOR))})
                await connection.execute(text(change))
    finally:
        await engine.dispose()
    assert await written(owner) == [entry]


@pytest.mark.parametrize("change", CHANGES)
async def test_the_owner_of_everything_else_does_not_change_an_entry_either(as_, owner, change):
    entry = await an_entry(as_, owner)
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        async with owner.begin() as connection:
            await connection.execute(text(f"set local role {OWNER}"))
            await connection.execute(text(change))
    assert await written(owner) == [entry]


@pytest.mark.parametrize("kind", [NarrowedSession, ReleaseSession])
async def test_the_unit_of_work_refuses_to_change_an_entry(owner, kind):
    """The first lock alone, on a superuser's connection."""
    from sqlalchemy import delete, select, update

    from app.policy.reach import Reach

    entry = LedgerEntry(
        account_id=account(Role.VIEWER, NORTH),
        action="ledger:read",
        outcome=LedgerOutcome.REFUSED,
        detail={},
    )
    info = {"reach": Reach((), whole_consortium=True)}
    async with AsyncSession(owner, sync_session_class=kind, info=info) as session:
        session.add(entry)
        await session.commit()
        for statement in (update(LedgerEntry).values(rule="TR-01"), delete(LedgerEntry)):
            with pytest.raises(TypeError, match="LedgerEntry is frozen: no statement changes it"):
                await session.execute(statement)
        stored = (await session.scalars(select(LedgerEntry))).one()
        stored.rule = "TR-01"
        with pytest.raises(TypeError, match="LedgerEntry is frozen: it is added, once"):
            await session.flush()
        session.expunge_all()
        await session.delete((await session.scalars(select(LedgerEntry))).one())
        with pytest.raises(TypeError, match="LedgerEntry is frozen: it is added, once"):
            await session.flush()
