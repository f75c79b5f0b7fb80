"""The data keys of every district and the vault, as the owner's functions let them be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.policy.grant import Grant
from app.policy.key_functions import SEALED_UNDER
from app.sealing import THE_VAULT

STALE: Final = """
select holder_id, version, wrapped
  from (select district_id, version, wrapped from district_keys
        union all select 'THE_VAULT', version, wrapped from vault_keys)
       as k(holder_id, version, wrapped)
 where substr(wrapped, 2, 8) <> $1 and (holder_id, version) > ($2, $3)
 order by holder_id, version limit $4
""".replace("THE_VAULT", str(THE_VAULT))
OPEN: Final = """
select virtualtransaction from pg_locks
 where locktype = 'virtualxid' and granted and pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One version of a data key, wrapped; who holds it is a district, or the vault."""

    holder_id: UUID
    version: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """How many records of one store need one master key; ``newest`` is when the last ended."""

    store: str
    master: str
    count: int
    newest: datetime | None


class KeyStore:
    """Calls the owner's functions, which are no statements of a reach, within a grant."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def stale(
        self, current: bytes, after: WrappedKey | None, most: int
    ) -> Sequence[WrappedKey]:
        """List keys that another master key wraps, in their order; the vault's login sees them."""
        place = (UUID(int=0), 0) if after is None else (after.holder_id, after.version)
        found = await self._run(STALE, current, *place, most)
        return [WrappedKey(*row) for row in found]

    async def rewrap(self, before: Sequence[WrappedKey], after: Sequence[bytes]) -> int:
        """Put newly wrapped keys in place of those that have not changed meanwhile; count them."""
        return await self._count(
            "select rewrap_keys($1, $2, $3, $4)",
            [each.holder_id for each in before],
            [each.version for each in before],
            [each.wrapped for each in before],
            list(after),
        )

    async def reseal(
        self, table: str, district_id: UUID, key_version: int, seals: dict[UUID, bytes]
    ) -> int:
        """Put rows that were sealed anew in place of those of an older key; count them."""
        if table not in SEALED_UNDER:
            raise TypeError(f"Nothing of {table} is sealed under a data key.")
        call = f"select reseal_{table}($1, $2, $3, $4)"
        return await self._count(call, district_id, key_version, list(seals), list(seals.values()))

    async def shred(self, district_id: UUID, accounts: Sequence[UUID]) -> int | None:
        """Delete the data keys of a district and count them; nothing while its hold lasts."""
        (row,) = await self._run("select shred_keys($1, $2)", district_id, list(accounts))
        gone: int | None = row[0]
        return gone

    async def drop_replaced(self) -> int:
        """Delete data keys that were replaced and that nothing needs any more; count them."""
        return await self._count("select drop_data_keys()")

    async def kept_under(self) -> Sequence[Kept]:
        """Count what needs each master key, once what is kept no longer is deleted."""
        await self._run("select sweep_kept()")
        return [Kept(*row) for row in await self._run("select * from kept_under()")]

    async def under_way(self) -> frozenset[str]:
        """Name the transactions of others that are open now."""
        return frozenset(row[0] for row in await self._run(OPEN))

    async def _count(self, call: str, *values: Any) -> int:
        """Run a function that counts."""
        (row,) = await self._run(call, *values)
        return int(row[0])

    async def _run(self, call: str, *values: Any) -> Sequence[Any]:
        """Run one statement on the connection of the grant."""
        await self._session.flush()
        connection = await self._session.connection()
        return (await connection.exec_driver_sql(call, values)).all()
