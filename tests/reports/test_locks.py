"""Each lock alone keeps what stands behind a report with its district, and a report as it was told."""

from decimal import Decimal
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH, account
from measured import Planned
from reports.published import publish
from sqlalchemy import exc, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from app.policy.lock import tell
from app.policy.reach import Reach
from app.policy.session import NarrowedSession
from app.reports.models import ProgressReport, ReportCell
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
WHO = account(Role.SUPERINTENDENT, NORTH)
NORTHERN = Reach((NORTH,), account=WHO, held=f"superintendent:{NORTH}")


@pytest.fixture
async def theirs(as_, given) -> UUID:
    """A report of the south's, with two cells behind it, and one of the north's."""
    for district in (NORTH, SOUTH):
        planned = Planned(district)
        planned.observation.numerator = Decimal(9)
        await given(*planned.rows)
        report = await publish(as_, planned.plan)
    return UUID(report["id"])


def session_of(engine: AsyncEngine):
    make = async_sessionmaker(engine, sync_session_class=NarrowedSession, expire_on_commit=False)
    return make(info={"reach": NORTHERN})


async def test_the_first_lock_alone_keeps_the_memory_with_its_district(owner, theirs):
    """The connection of a superuser, whom row security does not bind."""
    async with session_of(owner) as session:
        assert set(await session.scalars(select(ReportCell.district_id))) == {NORTH}


async def test_the_first_lock_alone_lets_nobody_withdraw_another_report(owner, theirs):
    async with session_of(owner) as session:
        report = await session.scalar(select(ProgressReport).where(ProgressReport.id == theirs))
        report.withdrawn_at = report.published_at
        with pytest.raises(TypeError, match="out of reach"):
            await session.flush()


async def test_the_second_lock_alone_keeps_the_memory_with_its_district(addresses, theirs):
    engine = create_async_engine(addresses.app)
    async with session_of(engine) as session:
        await tell(session, NORTHERN)
        connection = await session.connection()
        found = await connection.execute(text("select distinct district_id from report_cells"))
        assert [tuple(each) for each in found] == [(NORTH,)]
    await engine.dispose()


async def test_the_second_lock_alone_lets_nobody_withdraw_another_report(addresses, theirs):
    engine = create_async_engine(addresses.app)
    async with session_of(engine) as session:
        await tell(session, NORTHERN)
        connection = await session.connection()
        change = update(ProgressReport.__table__).values(withdrawn_at=text("now()"))
        changed = await connection.execute(change.returning(ProgressReport.district_id))
        assert [tuple(each) for each in changed] == [(NORTH,)]
    await engine.dispose()


@pytest.mark.parametrize(
    "change", ["update report_cells set shown = true", "delete from report_cells"]
)
async def test_no_login_changes_what_is_remembered(addresses, theirs, change):
    engine = create_async_engine(addresses.app)
    async with session_of(engine) as session:
        await tell(session, NORTHERN)
        connection = await session.connection()
        with pytest.raises(exc.ProgrammingError, match="permission denied"):
            await connection.execute(text(change))
    await engine.dispose()
