"""The one way to compute over every district's sealed rows. Only a vault may import this module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.grant import Grant


@asynccontextmanager
async def unsealed(grant: Grant) -> AsyncIterator[AsyncSession]:
    """Let one computation read past the first lock; the second yields to the release login only."""
    if not grant.action.opens_vault:
        raise TypeError(f"{grant.action} opens no seal.")
    session = grant.session
    await session.flush()
    session.info["unsealed"] = True
    try:
        with session.no_autoflush:
            yield session
    finally:
        del session.info["unsealed"]
