"""A grant: the policy's yes to one action, and the only handle on the rows it concerns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.actions import WHO_MAY, Action
from app.policy.audit import LedgerEntry
from app.policy.issuing import Issuing
from app.policy.principal import Principal
from app.policy.reach import Reach
from app.policy.reader import Reader
from app.policy.reading import Reading
from app.policy.upserting import Put, Upsert
from app.problems import Conflict, PreconditionFailed, PreconditionRequired
from app.rendered import Rendered
from app.sealing import MasterKeys
from app.vocabulary import CONSORTIUM_ROLES, LedgerOutcome
from app.wire.headers import Match

_SEAL: Final = object()
MOMENT: Final = "3s"
"""How long a member waits in the vault for what somebody else holds."""
View = TypeVar("View", bound=BaseModel)
Signer = Callable[[bytes], tuple[str, dict[str, object]]]


@dataclass(slots=True)
class Conditions:
    """What a request makes its being done depend on: If-Match and If-None-Match (RFC 9110)."""

    match: Match | None = None
    none_match: Match | None = None
    compared: bool = False
    """Whether If-Match was compared with what is there."""


@final
class Grant:
    """Proof that the gate said yes. It cannot be built, copied or unpickled elsewhere."""

    __slots__ = (
        "_keys",
        "_rows",
        "_sign",
        "action",
        "concerned",
        "conditions",
        "heard",
        "issuer",
        "principal",
        "reach",
        "request_id",
    )

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
        conditions: Conditions | None = None,
        sign: Signer | None = None,
        heard: Mapping[UUID, int] | None = None,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("A grant comes from the gate, never from its constructor.")
        self.principal = principal
        self.action = action
        self.reach = reach
        self.request_id = request_id
        self.conditions = conditions or Conditions()
        self.issuer = issuer
        """The name of our own issuer, which knows people until a provider of theirs does."""
        self.heard = heard or {}
        """How often a district was told lately that others would be exposed, of those who were."""
        self.concerned: UUID | None = None
        """The district that a refusal concerns; the ledger is told with the refusal."""
        self._rows = rows
        self._keys = keys
        self._sign = sign

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
        action = self.action
        opens = action.opens_own_seal or action.opens_vault or action.opens_own_jobs
        if self._keys is None or not (opens or action.keeps_master_keys):
            raise TypeError(f"{self.action} opens no seal.")
        return self._keys

    def certify(self, content: bytes) -> tuple[str, dict[str, object]]:
        """Sign the certificate of a release; give its signature, and the key that verifies it.

        Raises ``TypeError`` for an action that releases nothing.
        """
        if self._sign is None or self.action is not Action.RELEASE_PUBLISH:
            raise TypeError(f"{self.action} certifies nothing.")
        return self._sign(content)

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

    def unchanged(self, reading: Reading[Any], version: int) -> None:
        """Insist that the caller has seen this version, as ``reading`` shows it.

        Raises ``PreconditionRequired`` (428) without If-Match, ``PreconditionFailed`` (412) with
        the current ETag where it names another version, or where If-None-Match names this one.
        """
        self.conditions.compared = True
        match, unless = self.conditions.match, self.conditions.none_match
        etag = reading.etag({reading.version or "version": version})
        if unless is not None and etag is not None and unless.matches(etag):
            raise PreconditionFailed(headers={"etag": etag})
        if match is None:
            raise PreconditionRequired
        if etag is None or not match.matches(etag):
            raise PreconditionFailed(headers={} if etag is None else {"etag": etag})

    def absent(self) -> None:
        """Refuse to make what a caller who sends If-Match believes to be there (412)."""
        self.conditions.compared = True
        if self.conditions.match is not None:
            raise PreconditionFailed

    def revise(self, reading: Reading[Any], row: Any, changes: Mapping[str, Any]) -> None:
        """Change a row as a merge patch says, once its caller has seen it (see ``unchanged``)."""
        self.unchanged(reading, row.version)
        for name, value in changes.items():
            setattr(row, name, value)

    def replace(self, reading: Reading[Any], row: Any, content: Mapping[str, Any]) -> None:
        """Change a row as a PUT says; who sends what is there already need not have seen it."""
        differs = any(getattr(row, name) != value for name, value in content.items())
        asked = self.conditions
        if differs or asked.match is not None or asked.none_match is not None:
            self.revise(reading, row, content)

    async def remove(self, row: Any) -> None:
        """Delete a row, or raise ``Conflict`` where something still refers to it."""
        await self.session.delete(row)
        try:
            await self.session.flush()
        except IntegrityError:
            raise Conflict("Something still refers to it.") from None

    async def shown(
        self,
        reading: Reading[View],
        *,
        status: int = 200,
        location: str | None = None,
        **values: Any,
    ) -> Rendered[View]:
        """Write what changed, and answer with it as its readers are shown it, with its ETag."""
        await self.session.flush()
        row = (await self.session.execute(reading.statement, values)).mappings().one()
        answer = reading.written(dict(row))
        answer.status_code = status
        if location is not None:
            answer.headers["location"] = location
        return answer

    async def put(
        self,
        upsert: Upsert,
        district: UUID,
        rows: list[tuple[Any, ...]],
        reason: str | None = None,
    ) -> list[Put]:
        """Add or correct many rows of one district by one statement, with their changes.

        Raises ``TypeError`` for a district out of reach: the first lock of such a statement.
        """
        if not self.reach.covers(district):
            raise TypeError(f"The rows of {upsert.table} are out of reach.")
        by = self.principal.account
        return await upsert.run(self.session, district, rows, by=by, reason=reason)

    async def hold(self, name: str, *, shared: bool = False) -> None:
        """Wait for a lock on a thing's name until the transaction ends.

        Row security lets nobody lock a row it may not change, so what many must see stand still
        (a round's stage, while answers are entered) is locked by name. What a member asks of the
        vault waits for a moment only, then it is told to come again (503): the vault has few
        connections, and a release may hold a name for long.
        """
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection = await self.session.connection()
        if self.action.opens_vault and WHO_MAY[self.action].isdisjoint(CONSORTIUM_ROLES):
            await connection.exec_driver_sql(f"set local lock_timeout = '{MOMENT}'")
        await connection.exec_driver_sql(f"select {function}(hashtextextended($1, 34))", (name,))

    def __reduce__(self) -> str:
        raise TypeError("A grant ends with its request.")
