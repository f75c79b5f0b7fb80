"""The one way to compute over every district's sealed rows. Only a vault may import this module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.grant import Grant

LONGEST: Final = "15min"
"""How long what was opened may be computed with before the transaction is given up."""


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
    connection = await session.connection()
    await connection.exec_driver_sql(f"set local idle_in_transaction_session_timeout = '{LONGEST}'")
    session.info["unsealed"] = True
    try:
        with session.no_autoflush:
            yield session
    finally:
        del session.info["unsealed"]
