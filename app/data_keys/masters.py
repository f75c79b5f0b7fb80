"""What the operator does with the master keys, which wrap all data keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.policy import Grant
from app.policy.idempotency import KEPT as ANSWERS_KEPT
from app.policy.key_store import Kept, KeyStore, WrappedKey
from app.policy.outbox import KEPT as JOBS_KEPT
from app.problems import Conflict

BATCH: Final = 500
LASTS: Final = {"idempotency_records": ANSWERS_KEPT, "jobs": JOBS_KEPT}
"""How long the records of a store are kept."""
CALLED: Final = {
    "district_keys": "data keys of districts, which c34 keys rewrap wraps anew",
    "vault_keys": "data keys of the vault, which c34 keys rewrap wraps anew",
    "idempotency_records": "answers kept for requests that are sent again",
    "jobs": "jobs",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One master key: its id, and what needs it, in words."""

    master: str
    current: bool
    needed_by: Sequence[str]


class MasterKeyService:
    """Rotates, wraps anew and forgets, each in the ledger; the keys themselves are in a file."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._store = KeyStore(grant)

    async def rotate(self) -> str:
        """Make a new master key the current one, and return its id."""
        made = self._grant.keys.rotate()
        self._grant.record("master_keys", detail={"step": "rotate", "master_key": made})
        return made

    async def rewrap(self, after: WrappedKey | None = None) -> tuple[WrappedKey | None, int]:
        """Wrap some data keys under the current master key; say where to go on, if anywhere.

        What does not open, by a tombstone or for want of its master key, stays as it is.
        """
        keys, current = self._grant.keys, self._grant.keys.current
        rows = await self._store.stale(current.id, after, BATCH)
        if not rows:
            return None, 0
        anew = {
            each: wrapped
            for each in rows
            if (wrapped := keys.rewrap(each.holder_id, each.version, each.wrapped))
        }
        done = await self._store.rewrap(list(anew), list(anew.values()))
        told = {"step": "rewrap", "master_key": current.id.hex(), "data_keys": done}
        self._grant.record("master_keys", detail=told)
        return rows[-1], done

    async def standing(self) -> Sequence[Standing]:
        """Say of each master key of the ring what needs it."""
        kept = await self._store.kept_under()
        ids = self._grant.keys.ids
        return [Standing(each, each == ids[0], needs(kept, each)) for each in ids]

    async def under_way(self) -> frozenset[str]:
        """Name the transactions that are open: one may be about to write under an older key."""
        return await self._store.under_way()

    async def forget(self, master_id: str) -> None:
        """Drop a previous master key, or raise ``Conflict`` where something still needs it."""
        if needed := needs(await self._store.kept_under(), master_id):
            raise Conflict(f"The master key {master_id} is needed by {'; '.join(needed)}.")
        self._grant.record("master_keys", detail={"step": "forget", "master_key": master_id})
        await self._grant.session.flush()
        self._grant.keys.forget(master_id)


def needs(kept: Iterable[Kept], master_id: str) -> list[str]:
    """Say in words what needs a master key, and until when."""
    return [
        f"{each.count} {CALLED[each.store]}{until(each)}"
        for each in kept
        if each.master == master_id
    ]


def until(kept: Kept) -> str:
    """Say when the last of some records is kept no longer; a job that runs on does not say."""
    lasts: timedelta | None = LASTS.get(kept.store)
    if lasts is None:
        return ""
    if kept.newest is None:
        return " (until they have ended)"
    ends: datetime = kept.newest + lasts
    return f" (until {ends:%Y-%m-%d %H:%M} UTC)"
