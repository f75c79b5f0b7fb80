"""Builds what the gate works with, and takes it down again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from asyncpg import Pool
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from app.identity.issuer import LocalIssuer
from app.identity.verifier import Verifier
from app.paging import Marks
from app.policy.audit import Recorder, settling
from app.policy.callers import Callers
from app.policy.gate import House
from app.policy.holdings import Holdings, Keys
from app.policy.idempotency import Memory
from app.policy.issuing import Issuing
from app.policy.logins import require_narrow
from app.policy.outbox import LEASE, Outbox
from app.policy.pool import ACQUIRE_SECONDS, acquired, reading_pool
from app.policy.quotas import UNLIMITED, Quotas
from app.policy.reading import READINGS
from app.policy.session import NarrowedSession, ReleaseSession
from app.policy.turns import Turns
from app.sealing import Fingerprints, MasterKeys
from app.settings import plain

VAULT_POOL = 6
"""Connections of the vault: a plan or a release holds one for its whole length."""
VAULT_SHARE = VAULT_POOL // 2
"""How many of them one account may hold: the others are left for everybody else."""
LIMITS = {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}


def writing_engine(url: URL, size: int, statement_cache: int) -> AsyncEngine:
    """Make the engine of a login's writes; what it reports never holds a value."""
    return create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=ACQUIRE_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"server_settings": LIMITS, "statement_cache_size": statement_cache},
    )


async def prepare_readings(pool: Pool) -> None:
    """Have PostgreSQL parse every reading once, so that a fault in one stops the start."""
    async with acquired(pool) as connection:
        for reading in READINGS:
            for sql in reading.texts():
                await connection.prepare(sql)


@asynccontextmanager
async def house(
    *,
    url: URL,
    release_url: URL,
    keys: MasterKeys,
    issuer: LocalIssuer,
    verifier: Verifier,
    pool_size: int = 8,
    statement_cache: int = 200,
    quotas: Quotas = UNLIMITED,
    job_lease: timedelta = LEASE,
) -> AsyncIterator[House]:
    """Open the pools of both logins, refuse logins that see too much, prepare every reading."""
    engine = writing_engine(url, pool_size, statement_cache)
    release_engine = writing_engine(release_url, VAULT_POOL, statement_cache)
    try:
        async with reading_pool(plain(url), pool_size, statement_cache=statement_cache) as pool:
            await require_narrow(engine, release_engine)
            await prepare_readings(pool)
            sessions = async_sessionmaker(
                engine, sync_session_class=NarrowedSession, expire_on_commit=False
            )
            callers, holdings = Callers(Keys(pool), verifier, issuer.iss), Holdings(pool)
            recorder = Recorder(sessions)
            marks = Marks(Fingerprints(keys, "cursor"))
            async with settling(recorder):
                yield House(
                    pool=pool,
                    sessions=sessions,
                    release_sessions=async_sessionmaker(
                        release_engine, sync_session_class=ReleaseSession, expire_on_commit=False
                    ),
                    callers=callers,
                    holdings=holdings,
                    recorder=recorder,
                    keys=keys,
                    memory=Memory(keys),
                    marks=marks,
                    issuing=Issuing(issuer, callers, holdings, recorder, pool, marks),
                    quotas=quotas,
                    outbox=Outbox(keys, sessions, job_lease),
                    turns=Turns(VAULT_SHARE),
                )
    finally:
        await engine.dispose()
        await release_engine.dispose()
