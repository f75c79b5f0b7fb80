"""One PostgreSQL with two databases, the service's and the peer's, that hold the same data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg
from asyncpg import Connection

from app.database import create_database, upgrade
from app.embedded.server import EmbeddedServer
from app.policy.lock import APP, RELEASE
from bench import consortium
from bench.consortium import Size
from bench.peers.template import loading

OURS: Final = "ours"
PEERS: Final = "peer"
PEER_LOGIN: Final = "bench_peer"
PASSWORD: Final = "of this run alone"
SETTLED: Final = "vacuum analyze", "checkpoint"
BEFORE: Final = date(2015, 1, 1)
"""Observations that end before it came in a batch."""


@dataclass(frozen=True)
class Databases:
    """Both databases, as the superuser of their server reaches them."""

    server: EmbeddedServer

    @property
    def process(self) -> int:
        """Return the process number of the server."""
        assert self.server.process is not None
        return self.server.process

    def url(self, login: str, name: str) -> str:
        """Return the address of a database for a login."""
        return self.server.url(login, PASSWORD, name)

    @asynccontextmanager
    async def entered(self, name: str) -> AsyncIterator[Connection]:
        """Connect as the superuser meanwhile."""
        connection = await asyncpg.connect(self.server.admin_url(name))
        try:
            yield connection
        finally:
            await connection.close()

    async def make(self, size: Size, issuer: str, folder: Path) -> None:
        """Make both databases and fill them with the same rows."""
        await create_database(self.server.admin_url(), OURS)
        await upgrade(self.server.admin_url(OURS), passwords={APP: PASSWORD, RELEASE: PASSWORD})
        async with self.entered("postgres") as admin:
            await admin.execute("alter system set autovacuum = off")
            await admin.execute("select pg_reload_conf()")
            await admin.execute(f"create role {PEER_LOGIN} login password '{PASSWORD}'")
            await admin.execute(f"create database {PEERS} owner {PEER_LOGIN}")
        loading.make_tables(self.peer_url())
        async with self.entered(OURS) as ours, self.entered(PEERS) as theirs:
            await consortium.load(ours, size, issuer, date.today())  # noqa: DTZ011 - a school year
            await loading.load(ours, theirs, folder)
            for connection in (ours, theirs):
                for command in SETTLED:
                    await connection.execute(command)

    def peer_url(self) -> str:
        """Return the address of the peer's database as its driver takes it."""
        return self.url(PEER_LOGIN, PEERS).replace("postgresql:", "postgresql+psycopg:", 1)

    async def take_back(self, expected: int) -> None:
        """Delete what batches brought, and raise unless it is as many rows as expected."""
        for name, table in ((OURS, "observations"), (PEERS, "observation")):
            async with self.entered(name) as connection:
                await connection.execute("set session_replication_role = replica")
                told = await connection.execute(f"delete from {table} where ends < $1", BEFORE)
                if told != f"DELETE {expected}":
                    raise RuntimeError(f"The batches of {name} came to {told}, not to {expected}.")
                for command in SETTLED:
                    await connection.execute(command)
