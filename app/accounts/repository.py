"""The statements about accounts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from app.accounts.schemas import AccountOrder, ServiceAccountView, UserView
from app.districts.models import District
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.holdings import Account
from app.problems import NotFound
from app.rendered import Rendered
from app.vocabulary import AccountKind

ID = Account.account_id.label("id")
USERS = select(
    ID,
    Account.district_id,
    Account.issuer,
    Account.subject,
    Account.display_name,
    Account.email,
    Account.created_at,
    Account.version,
).where(Account.kind == AccountKind.USER)
SERVICE_ACCOUNTS = select(
    ID, Account.district_id, Account.display_name, Account.created_at, Account.version
).where(Account.kind == AccountKind.SERVICE)
SOUGHT = Account.account_id == bindparam("sought")
BY_NAME = (Account.display_name, Account.id)
SINCE = {"created_at_gte": Account.created_at}
SORTS = {"display_name": Account.display_name, "created_at": Account.created_at}

USER = Reading(USERS.where(SOUGHT), UserView, version="version", never_null=["id"])
EVERY_USER = Listing(
    USERS,
    UserView,
    by=BY_NAME,
    filters={
        "district_id": Account.district_id,
        "issuer": Account.issuer,
        "subject": Account.subject,
    },
    since=SINCE,
    sorts=SORTS,
    never_null=["id"],
)
SERVICE_ACCOUNT = Reading(
    SERVICE_ACCOUNTS.where(SOUGHT), ServiceAccountView, version="version", never_null=["id"]
)
EVERY_SERVICE_ACCOUNT = Listing(
    SERVICE_ACCOUNTS,
    ServiceAccountView,
    by=BY_NAME,
    filters={"district_id": Account.district_id},
    since=SINCE,
    sorts=SORTS,
    never_null=["id"],
)


class UserReadings:
    """Users as the keepers of a roster see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, user_id: UUID, fields: str | None) -> Rendered[UserView]:
        """Find one user, or raise ``NotFound``."""
        user = await self._reader.one(USER, fields, sought=user_id)
        if user is None:
            raise NotFound
        return user

    async def page(
        self,
        wanted: Wanted,
        sort: AccountOrder | None,
        *,
        district_id: Sequence[UUID] | None,
        issuer: Sequence[str] | None,
        subject: Sequence[str] | None,
        since: datetime | None,
    ) -> Rendered[Page[UserView]]:
        """List users, by name unless sorted otherwise."""
        only = {"district_id": district_id, "issuer": issuer, "subject": subject}
        return await self._reader.page(
            EVERY_USER, wanted, sort=sort, only=only | {"created_at_gte": since}
        )


class ServiceAccountReadings:
    """Service accounts as the keepers of a roster see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, account_id: UUID, fields: str | None) -> Rendered[ServiceAccountView]:
        """Find one service account, or raise ``NotFound``."""
        account = await self._reader.one(SERVICE_ACCOUNT, fields, sought=account_id)
        if account is None:
            raise NotFound
        return account

    async def page(
        self,
        wanted: Wanted,
        sort: AccountOrder | None,
        *,
        district_id: Sequence[UUID] | None,
        since: datetime | None,
    ) -> Rendered[Page[ServiceAccountView]]:
        """List service accounts, by name unless sorted otherwise."""
        only = {"district_id": district_id, "created_at_gte": since}
        return await self._reader.page(EVERY_SERVICE_ACCOUNT, wanted, sort=sort, only=only)


class AccountRepository:
    """Accounts as they are registered."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def is_district(self, district_id: UUID) -> bool:
        """Say whether there is such a district, whoever may do anything in it."""
        return await self._session.get(District, district_id) is not None

    async def get(self, account_id: UUID, kind: AccountKind) -> Account:
        """Find one account of a kind within reach, or raise ``NotFound``."""
        found: Account | None = await self._session.scalar(
            select(Account).where(Account.account_id == account_id, Account.kind == kind)
        )
        if found is None:
            raise NotFound
        return found

    async def known(self, district_id: UUID | None, issuer: str, subject: str) -> Account | None:
        """Find the account by which an organisation knows a person."""
        found: Account | None = await self._session.scalar(
            select(Account).where(
                Account.district_id.is_not_distinct_from(district_id),
                Account.issuer == issuer,
                Account.subject == subject,
            )
        )
        return found

    async def add(self, account: Account) -> None:
        """Keep a new account."""
        self._session.add(account)
        await self._session.flush()
