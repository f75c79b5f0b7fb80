"""Making, replacing and ending keys."""

from datetime import datetime, timedelta
from uuid import UUID

from app.clock import now
from app.keys.making import MadeKey, make_key, narrowed, require_future, within
from app.keys.repository import KeyRepository
from app.keys.schemas import KeptKeyDraft, KeyDraft, KeyRotation
from app.policy import Grant
from app.policy.holdings import Account, Key
from app.policy.rules.roster import Scoped, scopes_only_narrow
from app.policy.superintended import require_own_giver
from app.problems import Fault, Invalid, InvalidTransition, Unauthenticated


class KeyService:
    """Makes, replaces and ends the keys within reach: one's own, or those of a roster."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._keys = KeyRepository(grant)

    async def create_own(self, draft: KeyDraft) -> MadeKey:
        """Make a key for who asks."""
        account = await self._keys.account(self._grant.principal.account)
        if account is None:
            raise Unauthenticated
        return await self._created(account, draft)

    async def create(self, draft: KeptKeyDraft) -> MadeKey:
        """Make a key for an account, or raise ``Invalid`` where it is not within reach."""
        account = await self._keys.account(draft.account_id)
        if account is None:
            fault = Fault("/account_id", "unknown_reference", "There is no such account.")
            raise Invalid("One fault in the request.", errors=[fault])
        await require_own_giver(self._grant, account.district_id)
        return await self._created(account, draft)

    async def rotate(self, key_id: UUID, rotation: KeyRotation) -> MadeKey:
        """Make the key that takes a key's place; the old one holds for the overlap, no longer.

        Raises ``InvalidTransition`` where the key was replaced before, or has ended.
        """
        await self._grant.hold(f"key:{key_id}")
        old = await self._keys.get(key_id)
        await require_own_giver(self._grant, old.district_id)
        require_current(old)
        scopes_only_narrow.require(Scoped(self._grant.principal, old.scopes))
        require_future(rotation.expires_at)
        at, cap = now(), await self._cap(old.account_id)
        expires_at = within(cap, rotation.expires_at or sooner(as_long_as(old, at), cap))
        made = make_key(old, name=old.name, scopes=old.scopes, expires_at=expires_at)
        ends = at + timedelta(hours=rotation.overlap_hours)
        old.replaced_by = made.key.id
        old.expires_at = sooner(old.expires_at, ends)
        if rotation.overlap_hours == 0:
            old.revoked_at = at
        await self._keys.add(made.key)
        self._record(old, replaced_by=str(made.key.id), overlap_hours=rotation.overlap_hours)
        return made

    async def revoke(self, key_id: UUID) -> Key:
        """End a key with the next request; one that has been ended stays as it is."""
        await self._grant.hold(f"key:{key_id}")
        key = await self._keys.get(key_id)
        if key.revoked_at is None:
            key.revoked_at = now()
            await self._keys.save()
            self._record(key)
        return key

    async def _created(self, account: Account, draft: KeyDraft) -> MadeKey:
        """Keep a new key, and write down that it was made."""
        require_future(draft.expires_at)
        made = make_key(
            account,
            name=draft.name,
            scopes=narrowed(self._grant.principal, draft.scopes),
            expires_at=within(await self._cap(account.account_id), draft.expires_at),
        )
        await self._keys.add(made.key)
        self._record(made.key, scopes=made.key.scopes)
        return made

    async def _cap(self, account_id: UUID) -> datetime | None:
        """Say when a key of the asker's own must end: with the key that asks, if that ever does.

        A token stands for the key it was bought with. For the key of somebody else there is no cap.
        """
        asker = self._grant.principal
        if account_id != asker.account or asker.credential is None:
            return None
        return (await self._keys.get(asker.credential)).expires_at

    def _record(self, key: Key, **detail: object) -> None:
        """Write down a change of a right."""
        self._grant.record(
            f"key:{key.id}",
            district=key.district_id,
            detail={"account_id": str(key.account_id), **detail},
        )


def as_long_as(old: Key, at: datetime) -> datetime | None:
    """Say when a key made now ends, if it lives as long as another was to."""
    return None if old.expires_at is None else at + (old.expires_at - old.created_at)


def sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two ends, either of which may never come."""
    return min((end for end in (one, other) if end is not None), default=None)


def require_current(key: Key) -> None:
    """Refuse to replace a key that does not hold, or was replaced before."""
    over = key.expires_at is not None and key.expires_at <= now()
    if over or key.revoked_at is not None or key.replaced_by is not None:
        raise InvalidTransition("A key that has ended or was replaced is not replaced again.")
