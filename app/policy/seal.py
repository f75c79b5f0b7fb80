"""The one way to compute over every district's sealed rows. Only a vault may import this module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.grant import Grant


@asynccontextmanager
async def unsealed(grant: Grant, subject: str) -> AsyncIterator[AsyncSession]:
    """Let one computation read past the first lock; the second yields to the release login only.

    The ledger is told what was opened, in the same transaction (TR-06).
    """
    if not grant.action.opens_vault:
        raise TypeError(f"{grant.action} opens no seal.")
    grant.record(subject, rule="TR-04", detail={"step": "open the vault"})
    session = grant.session
    await session.flush()
    session.info["unsealed"] = True
    try:
        with session.no_autoflush:
            yield session
    finally:
        del session.info["unsealed"]
