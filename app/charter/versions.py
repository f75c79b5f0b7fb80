"""The version of the charter that a transaction works under."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.charter.models import CharterVersion
from app.policy.charter import Charter

NEWEST = select(CharterVersion).order_by(CharterVersion.version.desc()).limit(1)


async def charter_in_force(session: AsyncSession) -> Charter:
    """Read the parameters in force; for a round that opened, those are not (``charter_of``)."""
    found = await session.scalars(NEWEST)
    return found.one().charter()


async def charter_numbered(session: AsyncSession, version: int) -> Charter:
    """Read the parameters of a version, which never change."""
    found = await session.scalars(select(CharterVersion).where(CharterVersion.version == version))
    return found.one().charter()
