"""What an answer costs before anybody asks whose it is: FastAPI alone, and with its round trips.

No token, no membership, no lock, no view: the least that the service could come to while it is
written with FastAPI and asyncpg and reads in a transaction of three round trips.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from os import environ
from typing import Final
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Request, Response

BEGIN: Final = "begin isolation level repeatable read read only"
BYTES: Final = b'"' + b"x" * 498 + b'"'
"""As long as a goal."""


async def leave(_connection: object) -> None:
    """Reset nothing when a connection is given back, as the service does not."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open a pool as large as the service's."""
    url = environ["FRAME_DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=1, max_size=8, reset=leave) as pool:
        app.state.pool = pool
        yield


app = FastAPI(title="Frame", lifespan=lifespan)


@app.get("/nothing")
async def read_nothing() -> Response:
    """Answer without asking anybody."""
    return Response(BYTES, media_type="application/json")


@app.get("/goals/{goal_id}")
async def read_goal(goal_id: UUID, request: Request) -> Response:
    """Read a goal in a transaction, and answer something else."""
    async with request.app.state.pool.acquire() as connection:
        await connection.execute(BEGIN)
        await connection.fetchrow("select * from goal where id = $1", goal_id)
        await connection.execute("commit")
    return Response(BYTES, media_type="application/json")
