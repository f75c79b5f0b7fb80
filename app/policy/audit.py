"""The ledger: who opened what is sealed, who changed whose rights, and what was refused (TR-06)."""

from asyncio import CancelledError, create_task, sleep
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.clock import now
from app.db import Base, Ledger, new_id
from app.policy.actions import Action
from app.policy.principal import Principal
from app.policy.reach import NOBODY, Reach
from app.vocabulary import LedgerOutcome

LISTED_A_MINUTE: Final = 100
"""Refusals of one caller beyond this in a minute are counted and not listed (TR-06)."""
MINUTE: Final = timedelta(minutes=1)
CALLERS: Final = 10_000
"""Callers whose refusals are counted at once; the one that was silent for longest is let go."""
log = structlog.get_logger("c34.ledger")


class Xid8(UserDefinedType[int]):
    """The 64-bit id of a transaction, by which what has been committed is sealed in order."""

    cache_ok = True

    def get_col_spec(self, **_kwargs: Any) -> str:
        """Name the type as PostgreSQL does."""
        return "XID8"


class LedgerEntry(Ledger, Base):
    """One entry: written in the transaction it speaks of, and never changed.

    ``district_id`` names the district whose data or rights it concerns, ``detail`` holds counts
    and names of things, never a value.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "xid"),
        Index("ix_ledger_rounds", "subject", postgresql_where=text("subject like 'round:%'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now)
    xid: Mapped[int] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    account_id: Mapped[UUID]
    key_id: Mapped[UUID | None]
    action: Mapped[str]
    outcome: Mapped[LedgerOutcome]
    rule: Mapped[str | None]
    district_id: Mapped[UUID | None] = mapped_column(index=True)
    subject: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    request_id: Mapped[str | None]

    # Who adds an entry may not be allowed to read it back.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy's own idiom


@dataclass(slots=True)
class Window:
    """The refusals of one caller within a minute: those listed, and those only counted."""

    principal: Principal
    began: datetime
    listed: int = 0
    unlisted: Counter[tuple[Action, str | None]] = field(default_factory=Counter)

    def counts(self) -> list[LedgerEntry]:
        """Write down the counts, one entry for each action and rule."""
        return [
            refusal(self.principal, action, rule, unlisted=count)
            for (action, rule), count in self.unlisted.items()
        ]


def refusal(
    principal: Principal,
    action: Action,
    rule: str | None,
    *,
    request_id: str | None = None,
    district: UUID | None = None,
    unlisted: int | None = None,
) -> LedgerEntry:
    """Make the entry of one refusal, or of as many as were ``unlisted``."""
    return LedgerEntry(
        account_id=principal.account,
        key_id=principal.credential,
        action=action.value,
        outcome=LedgerOutcome.REFUSED,
        rule=rule,
        district_id=district,
        detail={} if unlisted is None else {"unlisted": unlisted},
        request_id=request_id,
    )


class Recorder:
    """Writes refusals, each in a short transaction of its own, the flood of a caller as counts.

    Each worker counts for itself. A count is written when its minute is over: ``settling`` sees to
    that, also for callers who never come back.
    """

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], clock: Callable[[], datetime] = now
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._windows: OrderedDict[UUID, Window] = OrderedDict()
        self._owed: list[LedgerEntry] = []
        self.anonymous = 0
        """Refusals of callers whom nobody knows: metered, not listed."""

    async def refused(
        self,
        principal: Principal,
        action: Action,
        rule: str | None,
        request_id: str | None,
        district: UUID | None = None,
    ) -> None:
        """Record a refusal, or count it where the caller has had too many this minute.

        One that concerns a district is always listed: how many those are is limited (DR-14).
        """
        if principal.anonymous:
            self.anonymous += 1
            return
        window = self._window(principal)
        entries = []
        if district is not None or window.listed < LISTED_A_MINUTE:
            window.listed += 1
            entries.append(
                refusal(principal, action, rule, request_id=request_id, district=district)
            )
        else:
            window.unlisted[action, rule] += 1
        await self._write(principal.account, entries)

    def _window(self, principal: Principal) -> Window:
        """Return the caller's minute, a new one where the last is over; forget who was silent."""
        window = self._windows.pop(principal.account, None)
        if window is not None and self._clock() - window.began >= MINUTE:
            self._owed += window.counts()
            window = None
        self._windows[principal.account] = window or Window(principal, self._clock())
        if len(self._windows) > CALLERS:
            self._owed += self._windows.popitem(last=False)[1].counts()
        return self._windows[principal.account]

    async def settle(self, *, everything: bool = False) -> None:
        """Write the counts of the minutes that are over, or of all of them."""
        for account, window in list(self._windows.items()):
            if everything or self._clock() - window.began >= MINUTE:
                del self._windows[account]
                self._owed += window.counts()
        await self._write(NOBODY, [])

    async def _write(self, account: UUID, entries: list[LedgerEntry]) -> None:
        """Write entries with the counts that are owed; what cannot be written stays owed."""
        owed, self._owed = self._owed, []
        if not owed and not entries:
            return
        try:
            reach = Reach((), account=account)
            async with self._sessions(info={"reach": reach}) as session, session.begin():
                session.add_all([*owed, *entries])
        except BaseException:
            self._owed = owed + self._owed
            raise


@asynccontextmanager
async def settling(recorder: Recorder) -> AsyncIterator[None]:
    """Settle the recorder's counts every minute, and all of them at the end."""

    async def every_minute() -> None:
        while True:
            await sleep(MINUTE.total_seconds())
            try:
                await recorder.settle()
            except Exception as error:  # noqa: BLE001 - what is owed is written the next time
                log.warning("refusals_owed", error=type(error).__qualname__)

    task = create_task(every_minute())
    try:
        yield
    finally:
        task.cancel()
        with suppress(CancelledError):
            await task
        await recorder.settle(everything=True)
