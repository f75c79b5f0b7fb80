"""The pool of connections that reads run on."""

import json
from typing import Final

from asyncpg import Connection, Pool, create_pool
from asyncpg.pool import PoolAcquireContext

ACQUIRE_SECONDS: Final = 5.0
"""How long a read waits for a connection before it is told to come back (503)."""


async def leave(_connection: object) -> None:
    """Reset nothing: what a reader tells its connection ends with the transaction."""


async def speak_json(connection: Connection) -> None:
    """Have documents arrive as Python's, as every other value does."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads, format="text"
    )


def reading_pool(dsn: str, size: int = 8, *, statement_cache: int = 200) -> Pool:
    """Make the pool that readers take connections from; the caller opens and closes it."""
    settings = {"default_transaction_read_only": "on", "statement_timeout": "30s"}
    return create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=speak_json,
        reset=leave,
        server_settings=settings,
        statement_cache_size=statement_cache,
    )


def acquired(pool: Pool) -> PoolAcquireContext:
    """Take a connection for the length of a block, or raise ``TimeoutError`` where none is free."""
    return pool.acquire(timeout=ACQUIRE_SECONDS)
