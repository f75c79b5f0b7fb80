"""The witness: seals the ledger in chained batches, and signs how far the chain has come (TR-06).

The functions of ``app.policy.sealing_ledger`` compute the chain; here they are called, and what
they computed is signed.
"""

import json
from asyncio import CancelledError, create_task, sleep
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, ForeignKey, Index, Row
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Witnessed
from app.identity.issuer import LocalIssuer
from app.policy.reach import Reach
from app.wire.drivers import kinds_of

MOST: Final = 10_000
"""Entries of a batch at most; what is left goes into the next."""
SEALED_EVERY: Final = 1.0
"""Seconds between two looks for what is to be sealed."""
SIGNED_EVERY: Final = timedelta(minutes=1)
"""How long the newest batches wait for a signature at most."""
log = structlog.get_logger("c34.ledger")


class LedgerBatch(Witnessed, Base):
    """One batch of the chain; ``hash`` is that of ``body``, which names the hash before it.

    ``body`` holds what the other columns say once more, and ``content``, the hash of the digests of
    its entries. ``upto`` is the first transaction that it did not look at.
    """

    __tablename__ = "ledger_batches"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entries: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    upto: Mapped[int] = mapped_column(BigInteger)
    sealed_at: Mapped[datetime]
    body: Mapped[str]
    hash: Mapped[str]


class LedgerSeal(Witnessed, Base):
    """The place of one entry in the chain, and the digest (SHA-256, in hex) of its text.

    Nothing refers to the entry itself: that one is gone must not keep its place from being told.
    """

    __tablename__ = "ledger_seals"
    __table_args__ = (Index(None, "entry_id", unique=True),)

    batch: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID]
    digest: Mapped[str]


class LedgerCheckpoint(Witnessed, Base):
    """The signed statement that the chain had this hash after this batch.

    ``jws`` is a JSON Web Signature in compact form, and ``key`` the public half of the key that
    made it, which the service no longer publishes some time after its rotation.
    """

    __tablename__ = "ledger_checkpoints"

    batch: Mapped[int] = mapped_column(
        ForeignKey("ledger_batches.number"), primary_key=True, autoincrement=False
    )
    total: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
    signed_at: Mapped[datetime]
    jws: Mapped[str]
    key: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Witness:
    """Seals what was written since, and signs the end of the chain now and then.

    Any number of processes may have one: PostgreSQL lets a single one seal at a time.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        issuer: LocalIssuer,
        clock: Callable[[], datetime] = now,
        *,
        most: int = MOST,
    ) -> None:
        self._sessions = sessions
        self._issuer = issuer
        self._clock = clock
        self._most = most

    async def seal(self, *, sign: bool = False) -> int:
        """Seal what no open transaction can come before, and say how many entries that were.

        A checkpoint is signed where the last one is older than ``SIGNED_EVERY``, or where ``sign``
        insists; nothing is written where nothing is new.
        """
        sealed = 0
        while (count := await self._seal_one()) is not None:
            sealed += count
            if count < self._most:
                break
        await self._sign(insist=sign)
        return sealed

    async def _seal_one(self) -> int | None:
        """Seal one batch, and say how many entries it has; ``None`` where another seals."""
        async with self._transaction() as connection:
            found = await connection.exec_driver_sql("select seal_ledger($1)", (self._most,))
            count: int | None = found.scalar()
        return count

    async def _sign(self, *, insist: bool) -> None:
        """Sign the end of the chain where that is due; of two that do, the first is kept."""
        async with self._transaction() as connection:
            head = (await connection.exec_driver_sql("select * from ledger_head()")).one_or_none()
            at = self._clock()
            if head is None or head.batch == head.signed_batch or not (insist or is_due(head, at)):
                return
            jws, key = self._issuer.checkpoint(batch=head.batch, total=head.total, chain=head.hash)
            told = (head.batch, at, jws, json.dumps(key))
            await connection.exec_driver_sql("select keep_ledger_checkpoint($1, $2, $3, $4)", told)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction of nobody's: it sees no row, and calls functions that do."""
        async with self._sessions(info={"reach": Reach(())}) as session, session.begin():
            yield await session.connection()


def is_due(head: Row[Any], at: datetime) -> bool:
    """Say whether the last checkpoint is old enough for another."""
    return head.signed_at is None or at - head.signed_at >= SIGNED_EVERY


@asynccontextmanager
async def witnessing(witness: Witness, every: float = SEALED_EVERY) -> AsyncIterator[None]:
    """Seal every second meanwhile, and sign all that is sealed at the end."""

    async def again_and_again() -> None:
        troubled = False
        while True:
            await sleep(every)
            try:
                await witness.seal()
                troubled = False
            except Exception as error:  # noqa: BLE001 - what is not sealed is sealed the next time
                if not troubled:
                    log.warning("ledger_not_sealed", errors=list(kinds_of(error)))
                troubled = True

    task = create_task(again_and_again())
    try:
        yield
    finally:
        task.cancel()
        with suppress(CancelledError):
            await task
        with suppress(Exception):
            await witness.seal(sign=True)
