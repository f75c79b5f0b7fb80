"""The ledger: who opened what is sealed, who changed whose rights, and what was refused (TR-06)."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.clock import now
from app.db import Base, Ledger, new_id
from app.policy.actions import Action
from app.policy.principal import Principal
from app.policy.reach import Reach
from app.vocabulary import LedgerOutcome

LISTED_A_MINUTE: Final = 100
"""Refusals of one caller beyond this in a minute are counted and not listed (TR-06)."""
CALLERS: Final = 10_000


class Xid8(UserDefinedType[int]):
    """The 64-bit id of a transaction, by which a later sealer orders what has been committed."""

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


class Recorder:
    """Writes refusals, each in a short transaction of its own, the flood of a caller as a count."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], clock: Callable[[], datetime] = now
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._windows: OrderedDict[UUID, tuple[datetime, int]] = OrderedDict()
        self.anonymous = 0
        """Refusals of callers whom nobody knows: metered, not listed."""

    async def refused(
        self, principal: Principal, action: Action, rule: str | None, request_id: str | None
    ) -> None:
        """Record a refusal, or count it where the caller has had too many this minute."""
        if principal.anonymous:
            self.anonymous += 1
            return
        began, count = self._windows.pop(principal.account, (self._clock(), 0))
        entries = []
        if self._clock() - began >= timedelta(minutes=1):
            if count > LISTED_A_MINUTE:
                entries.append(self._entry(principal, action, None, None, count - LISTED_A_MINUTE))
            began, count = self._clock(), 0
        if count < LISTED_A_MINUTE:
            entries.append(self._entry(principal, action, rule, request_id, None))
        self._windows[principal.account] = (began, count + 1)
        if len(self._windows) > CALLERS:
            self._windows.popitem(last=False)
        if entries:
            reach = Reach((), account=principal.account)
            async with self._sessions(info={"reach": reach}) as session, session.begin():
                session.add_all(entries)

    @staticmethod
    def _entry(
        principal: Principal,
        action: Action,
        rule: str | None,
        request_id: str | None,
        unlisted: int | None,
    ) -> LedgerEntry:
        return LedgerEntry(
            account_id=principal.account,
            key_id=principal.credential,
            action=action.value,
            outcome=LedgerOutcome.REFUSED,
            rule=rule,
            detail={} if unlisted is None else {"unlisted": unlisted},
            request_id=request_id,
        )
