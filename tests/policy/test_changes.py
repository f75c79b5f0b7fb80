"""The feed of changes as it is written: one for each write of what is followed, with the write."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from conftest import NORTH, SOUTH
from paths import told
from policy.conftest import CLASSES, NORTHERN, OTHER, STAFF, STEWARD, a_row, a_value, session_of
from sqlalchemy import Enum, Table, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import EVERYBODYS, Common, ConsortiumOwned, Published
from app.districts.models import District
from app.policy.changes import Change
from app.policy.lock import tell
from app.policy.reach import Reach
from app.policy.session import FROZEN, NarrowedSession, ReleaseSession
from app.schools.models import School
from app.targets.models import Rebaselining, StatusOverride, Target
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
FOLLOWED = {cls.follows: cls for cls in CLASSES.values() if hasattr(cls, "follows")}


@asynccontextmanager
async def writing(engine, cls: type):
    """A session of a superuser past foreign keys, that may write a table's rows; undone."""
    custody = cls.__table__.info["custody"]
    whole = custody in {Common, ConsortiumOwned, Published}
    kind = ReleaseSession if custody is Published else NarrowedSession
    async with session_of(engine, STAFF if whole else NORTHERN, kind) as session:
        connection = await session.connection()
        await connection.execute(text("set local session_replication_role = replica"))
        yield session


def a_row_of(cls: type) -> Any:
    """A new row: of North where it is a district's."""
    district = uuid4() if cls is District else NORTH
    row = a_row(cls.__table__, 77, district, STEWARD)
    return cls(**{name: value for name, value in row.items() if name != "version"})


def a_plain_column(table: Table) -> str:
    """A column that takes another text, time or number, by no constraint of its own."""
    found = {
        column.type.python_type: column.name
        for column in reversed(table.columns.values())
        if not (column.primary_key or column.nullable or isinstance(column.type, Enum))
        and column.name != "version"
    }
    return next(found[kind] for kind in (str, datetime, int) if kind in found)


async def changes_in(session: AsyncSession, row: Any) -> list[tuple[Any, ...]]:
    """What a superuser reads in the feed about a row, in the order of writing."""
    asked = text(
        "select district_id, type, op, version from changes where subject_id = :id order by seq"
    )
    connection = await session.connection()
    return [tuple(each) for each in await connection.execute(asked, {"id": row.id})]


@pytest.mark.parametrize("kind", sorted(FOLLOWED))
async def test_each_write_of_each_followed_noun_adds_its_change(wide, kind):
    cls = FOLLOWED[kind]
    async with writing(wide.owner, cls) as session:
        row = a_row_of(cls)
        session.add(row)
        await session.flush()
        place = getattr(row, "district_id", None) or EVERYBODYS
        expected = [(place, kind, "upsert", 1)]
        assert await changes_in(session, row) == expected
        if issubclass(cls, FROZEN):
            return
        column = a_plain_column(cls.__table__)
        setattr(row, column, a_value(cls.__table__, column, 99))
        await session.flush()
        newer = getattr(row, "version", 1)
        expected.append((place, kind, "upsert", newer))
        assert await changes_in(session, row) == expected
        assert newer == (2 if hasattr(cls, "version") else 1)
        await session.delete(row)
        await session.flush()
        assert await changes_in(session, row) == [*expected, (place, kind, "delete", newer)]


@asynccontextmanager
async def within(house, reach: Reach):
    """A session as the gate opens it, whose end is the caller's."""
    async with house.sessions(info={"reach": reach}) as session:
        await tell(session, reach)
        yield session


def a_school(code: str, place: UUID = NORTH) -> School:
    return School(district_id=place, code=code, name=f"Invented Elementary {code}")


async def feed(owner) -> list[tuple[Any, ...]]:
    """The whole feed: whose, what, what became of it, and its version."""
    asked = select(Change.district_id, Change.type, Change.op, Change.version).order_by(Change.seq)
    async with AsyncSession(owner) as session:
        return [tuple(each) for each in await session.execute(asked)]


async def test_a_change_goes_with_its_transaction(roster, house, owner):
    async with within(house, NORTHERN) as session:
        session.add(a_school("one"))
        await session.flush()
        await session.rollback()
    assert await feed(owner) == []
    async with within(house, NORTHERN) as session:
        session.add(a_school("two"))
        await session.commit()
    assert await feed(owner) == [(NORTH, "school", "upsert", 1)]


async def test_a_change_goes_with_its_savepoint(roster, house, owner):
    async with within(house, NORTHERN) as session:
        kept = a_school("kept")
        session.add(kept)
        await session.flush()
        undone = await session.begin_nested()
        session.add(a_school("undone"))
        await session.flush()
        await undone.rollback()
        async with session.begin_nested():
            kept.name = "Kept Elementary"
        await session.commit()
    assert await feed(owner) == [(NORTH, "school", "upsert", 1), (NORTH, "school", "upsert", 2)]


async def test_what_is_only_read_or_left_as_it_was_is_no_change(roster, house, owner, given):
    await given(a_school("there"))
    async with within(house, NORTHERN) as session:
        school = (await session.scalars(select(School))).one()
        school.name = str(school.name)
        await session.commit()
        assert school.version == 1
    assert await feed(owner) == []


async def test_what_is_not_followed_leaves_no_change(as_, owner):
    told(await as_(Role.VIEWER, NORTH).post("/v1/me/keys", json={"name": "a laptop"}), 201)
    assert await feed(owner) == []


async def test_what_the_database_deletes_with_a_row_is_told_too(wide):
    """A target's overrides go with it (ON DELETE CASCADE), and nobody else would tell of them."""
    async with writing(wide.owner, Target) as session:
        target = a_row_of(Target)
        session.add(target)
        await session.flush()
        with_it = []
        for cls in (StatusOverride, Rebaselining):
            row = a_row_of(cls)
            row.target_id = target.id
            with_it.append(row)
        session.add_all(with_it)
        await session.flush()
        await session.delete(target)
        await session.flush()
        for row, kind in zip((target, *with_it), KINDS_WITH_A_TARGET, strict=True):
            told_of = await changes_in(session, row)
            assert told_of == [(NORTH, kind, "upsert", 1), (NORTH, kind, "delete", 1)]


KINDS_WITH_A_TARGET = ("target", "status_override", "rebaselining")


async def test_numbers_rise_in_the_order_of_commits_among_the_writes_of_a_district(
    roster, house, owner
):
    """Whoever writes first commits first: the second writer of a district waits for the first."""
    committed: list[UUID] = []

    async def write(number: int) -> None:
        async with within(house, NORTHERN) as session:
            school = a_school(f"{number}")
            session.add(school)
            await asyncio.sleep(0.01 * (5 - number))
            await session.flush()
            await asyncio.sleep(0.01 * number)
            committed.append(school.id)
            await session.commit()

    await asyncio.gather(*[write(number) for number in range(6)])
    async with AsyncSession(owner) as session:
        asked = select(Change.subject_id).order_by(Change.seq)
        assert list(await session.scalars(asked)) == committed


async def test_writers_of_two_districts_do_not_wait_for_each_other(roster, house):
    theirs = Reach((SOUTH,), account=OTHER, held=f"data_steward:{SOUTH}")
    async with within(house, NORTHERN) as ours, within(house, theirs) as others:
        ours.add(a_school("ours"))
        await ours.flush()
        others.add(a_school("theirs", SOUTH))
        async with asyncio.timeout(2):
            await others.commit()
        await ours.commit()


async def test_no_statement_changes_what_is_followed(wide):
    async with session_of(wide.owner, NORTHERN) as session:
        for statement in (update(School).values(name="Renamed"), update(Target).values(code="x")):
            with pytest.raises(TypeError, match="is followed: its rows change one by one"):
                await session.execute(statement)
