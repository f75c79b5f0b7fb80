"""A district's plan, written as the services write: by a role, within its reach, told in changes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from conftest import NORTH, account
from measured import Planned
from releases.conftest import everyone, locked, reviewed
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Base
from app.policy.gate import House
from app.policy.lock import tell
from app.policy.reach import Reach
from app.vocabulary import Role

__all__ = ["everyone", "locked", "reviewed"]
Writes = Callable[..., Awaitable[None]]


@asynccontextmanager
async def writing(house: House, district: UUID = NORTH) -> AsyncIterator[AsyncSession]:
    """Open a transaction of a district's planner."""
    who = account(Role.PLANNER, district)
    reach = Reach((district,), account=who, held=f"planner:{district}")
    async with house.sessions(info={"reach": reach}) as session, session.begin():
        await tell(session, reach)
        yield session


@pytest.fixture
def written(house: House, roster: None) -> Writes:
    """Add rows in the order told."""

    async def put(*rows: Base, district: UUID = NORTH) -> None:
        async with writing(house, district) as session:
            for row in rows:
                session.add(row)
                await session.flush()

    return put


@pytest.fixture
def changed(house: House, roster: None) -> Writes:
    """Change a row that is there."""

    async def put(row: Base, **values: Any) -> None:
        async with writing(house, row.district_id) as session:
            found = await session.get(type(row), key_of(row))
            for name, value in values.items():
                setattr(found, name, value)

    return put


@pytest.fixture
def deleted(house: House, roster: None) -> Writes:
    """Delete rows in the order told."""

    async def put(*rows: Base) -> None:
        async with writing(house, rows[0].district_id) as session:
            for row in rows:
                await session.delete(await session.get(type(row), key_of(row)))
                await session.flush()

    return put


def key_of(row: Base) -> dict[str, Any]:
    """The primary key of a row."""
    return {column.name: getattr(row, column.name) for column in type(row).__table__.primary_key}


@pytest.fixture
async def planned(written: Writes) -> Planned:
    made = Planned()
    await written(*made.rows)
    return made
