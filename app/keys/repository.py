"""The statements about keys; no digest leaves the database by them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from app.keys.schemas import KeyOrder, KeyView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.holdings import Account, Key
from app.problems import NotFound
from app.rendered import Rendered

EVERY_KEY = select(
    Key.id,
    Key.account_id,
    Key.district_id,
    Key.name,
    Key.scopes,
    Key.created_at,
    Key.expires_at,
    Key.revoked_at,
    Key.replaced_by,
    Key.version,
)
KEY = Reading(EVERY_KEY.where(Key.id == bindparam("sought")), KeyView, version="version")
KEYS = Listing(
    EVERY_KEY,
    KeyView,
    by=[Key.id],
    filters={"account_id": Key.account_id, "district_id": Key.district_id},
    since={"created_at_gte": Key.created_at},
    sorts={"name": Key.name, "created_at": Key.created_at},
)


class KeyReadings:
    """Keys as their owner and their keepers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, key_id: UUID, fields: str | None) -> Rendered[KeyView]:
        """Find one key, or raise ``NotFound``."""
        key = await self._reader.one(KEY, fields, sought=key_id)
        if key is None:
            raise NotFound
        return key

    async def page(
        self,
        wanted: Wanted,
        sort: KeyOrder | None,
        *,
        since: datetime | None,
        account_id: Sequence[UUID] | None = None,
        district_id: Sequence[UUID] | None = None,
    ) -> Rendered[Page[KeyView]]:
        """List keys, in the order they were made unless sorted otherwise."""
        only = {
            "account_id": account_id,
            "district_id": district_id,
            "created_at_gte": since,
        }
        return await self._reader.page(KEYS, wanted, sort=sort, only=only)


class KeyRepository:
    """Keys as they are made and ended."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def account(self, account_id: UUID) -> Account | None:
        """Find the account of a key to be made."""
        found: Account | None = await self._session.scalar(
            select(Account).where(Account.account_id == account_id)
        )
        return found

    async def get(self, key_id: UUID) -> Key:
        """Find one key, or raise ``NotFound``."""
        key = await self._session.scalar(select(Key).where(Key.id == key_id))
        if key is None:
            raise NotFound
        return key

    async def add(self, key: Key) -> None:
        """Keep a new key."""
        self._session.add(key)
        await self._session.flush()

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
