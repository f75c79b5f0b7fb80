"""A grant: the policy's yes to one action, and the only handle on the rows it concerns."""

from collections.abc import Mapping
from typing import Any, Final, final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.actions import Action
from app.policy.audit import LedgerEntry
from app.policy.issuing import Issuing
from app.policy.principal import Principal
from app.policy.reach import Reach
from app.policy.reader import Reader
from app.sealing import MasterKeys
from app.vocabulary import LedgerOutcome

_SEAL: Final = object()


@final
class Grant:
    """Proof that the gate said yes. It cannot be built, copied or unpickled elsewhere."""

    __slots__ = ("_keys", "_rows", "action", "issuer", "principal", "reach", "request_id")

    def __init__(
        self,
        principal: Principal,
        action: Action,
        reach: Reach,
        rows: Reader | AsyncSession | Issuing | None,
        keys: MasterKeys | None,
        seal: object,
        request_id: str | None = None,
        issuer: str = "",
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("A grant comes from the gate, never from its constructor.")
        self.principal = principal
        self.action = action
        self.reach = reach
        self.request_id = request_id
        self.issuer = issuer
        """The name of our own issuer, which knows people until a provider of theirs does."""
        self._rows = rows
        self._keys = keys

    @property
    def reader(self) -> Reader:
        """Return the handle of a read action, or raise ``TypeError``."""
        if not isinstance(self._rows, Reader):
            raise TypeError(f"{self.action} opens no reader.")
        return self._rows

    @property
    def session(self) -> AsyncSession:
        """Return the handle of a write action, or raise ``TypeError``."""
        if not isinstance(self._rows, AsyncSession):
            raise TypeError(f"{self.action} opens no session.")
        return self._rows

    @property
    def issuing(self) -> Issuing:
        """Return what issues tokens, or raise ``TypeError``."""
        if not isinstance(self._rows, Issuing):
            raise TypeError(f"{self.action} opens no issuer.")
        return self._rows

    @property
    def keys(self) -> MasterKeys:
        """Return what seals and opens answers, or raise ``TypeError`` where the action may not."""
        if self._keys is None or not (self.action.opens_own_seal or self.action.opens_vault):
            raise TypeError(f"{self.action} opens no seal.")
        return self._keys

    def record(
        self,
        subject: str,
        *,
        district: UUID | None = None,
        rule: str | None = None,
        detail: Mapping[str, Any] | None = None,
        outcome: LedgerOutcome = LedgerOutcome.DONE,
    ) -> None:
        """Write to the ledger what this transaction does; ``detail`` never holds a value."""
        self.session.add(
            LedgerEntry(
                account_id=self.principal.account,
                key_id=self.principal.credential,
                action=self.action.value,
                outcome=outcome,
                rule=rule,
                district_id=district,
                subject=subject,
                detail=dict(detail or {}),
                request_id=self.request_id,
            )
        )

    async def hold(self, name: str, *, shared: bool = False) -> None:
        """Wait for a lock on a thing's name until the transaction ends.

        Row security lets nobody lock a row it may not change, so what many must see stand still
        (a round's stage, while answers are entered) is locked by name.
        """
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection = await self.session.connection()
        await connection.exec_driver_sql(f"select {function}(hashtextextended($1, 34))", (name,))

    def __reduce__(self) -> str:
        raise TypeError("A grant ends with its request.")
