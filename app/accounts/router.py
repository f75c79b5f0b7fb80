"""The endpoints of users and service accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from app.accounts.access import ReadServiceAccounts, ReadUsers, RegisterAccount, ReviseAccount
from app.accounts.schemas import (
    AccountOrder,
    IssuerName,
    ServiceAccountDraft,
    ServiceAccountRevision,
    ServiceAccountView,
    Subject,
    UserDraft,
    UserRevision,
    UserView,
)
from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Id, Instant
from app.wire.route import Route

Since = Annotated[Instant | None, Query(description="Registered at this time or later.")]

users = APIRouter(prefix="/v1/users", tags=["users"], route_class=Route)
service_accounts = APIRouter(
    prefix="/v1/service-accounts", tags=["service accounts"], route_class=Route
)


@users.get("")
async def list_users(
    accounts: ReadUsers,
    asked: Asked,
    sort: Annotated[AccountOrder | None, Query(description=SORT)] = None,
    created_at_gte: Since = None,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
    issuer: Annotated[list[IssuerName] | None, Query(max_length=20)] = None,
    subject: Annotated[list[Subject] | None, Query(max_length=200)] = None,
) -> Rendered[Page[UserView]]:
    """List the users of the organisations whose roster the caller keeps, by name."""
    return await accounts.page(
        asked,
        sort,
        district_id=district_id,
        issuer=issuer,
        subject=subject,
        since=created_at_gte,
    )


@users.get("/{user_id}")
async def get_user(user_id: UUID, accounts: ReadUsers, fields: Fields = None) -> Rendered[UserView]:
    """Read one user."""
    return await accounts.get(user_id, fields)


@users.post("", status_code=status.HTTP_201_CREATED)
async def register_user(draft: UserDraft, accounts: RegisterAccount) -> Rendered[UserView]:
    """Register a person with a district, or with the consortium where no district is told.

    A person is known by issuer and subject, never by its e-mail, and to one organisation: who works
    for two is registered with each. Registering lets nobody in: that takes a role and a key.
    """
    return await accounts.register_user(draft)


@users.patch("/{user_id}")
async def revise_user(
    user_id: UUID, changes: UserRevision, accounts: ReviseAccount
) -> Rendered[UserView]:
    """Correct a user's name or e-mail."""
    return await accounts.revise_user(user_id, changes)


@service_accounts.get("")
async def list_service_accounts(
    accounts: ReadServiceAccounts,
    asked: Asked,
    sort: Annotated[AccountOrder | None, Query(description=SORT)] = None,
    created_at_gte: Since = None,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
) -> Rendered[Page[ServiceAccountView]]:
    """List the service accounts of the organisations whose roster the caller keeps, by name."""
    return await accounts.page(asked, sort, district_id=district_id, since=created_at_gte)


@service_accounts.get("/{account_id}")
async def get_service_account(
    account_id: UUID, accounts: ReadServiceAccounts, fields: Fields = None
) -> Rendered[ServiceAccountView]:
    """Read one service account."""
    return await accounts.get(account_id, fields)


@service_accounts.post("", status_code=status.HTTP_201_CREATED)
async def register_service_account(
    draft: ServiceAccountDraft, accounts: RegisterAccount
) -> Rendered[ServiceAccountView]:
    """Register an integration of a district, or of the consortium where no district is told.

    Give it a role as to a person, and a key: with its `id` as `client_id` and the key as
    `client_secret` it gets short-lived tokens at `/oauth/token`.
    """
    return await accounts.register_service_account(draft)


@service_accounts.patch("/{account_id}")
async def revise_service_account(
    account_id: UUID, changes: ServiceAccountRevision, accounts: ReviseAccount
) -> Rendered[ServiceAccountView]:
    """Correct a service account's name."""
    return await accounts.revise_service_account(account_id, changes)
