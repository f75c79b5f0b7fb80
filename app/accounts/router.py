"""The endpoints of users and service accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.accounts.access import ReadServiceAccounts, ReadUsers, RegisterAccount
from app.accounts.schemas import (
    IssuerName,
    ServiceAccountDraft,
    ServiceAccountView,
    Subject,
    UserDraft,
    UserView,
)
from app.paging import Asked, Page
from app.rendered import Rendered
from app.scalars import Id
from app.wire.route import Route

users = APIRouter(prefix="/v1/users", tags=["users"], route_class=Route)
service_accounts = APIRouter(
    prefix="/v1/service-accounts", tags=["service accounts"], route_class=Route
)


@users.get("")
async def list_users(
    accounts: ReadUsers,
    asked: Asked,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
    issuer: Annotated[list[IssuerName] | None, Query(max_length=20)] = None,
    subject: Annotated[list[Subject] | None, Query(max_length=200)] = None,
) -> Rendered[Page[UserView]]:
    """List the users of the organisations whose roster the caller keeps, by name."""
    return await accounts.page(asked, district_id=district_id, issuer=issuer, subject=subject)


@users.get("/{user_id}")
async def get_user(user_id: UUID, accounts: ReadUsers) -> Rendered[UserView]:
    """Read one user."""
    return await accounts.get(user_id)


@users.post("", status_code=status.HTTP_201_CREATED)
async def register_user(
    draft: UserDraft, accounts: RegisterAccount, response: Response
) -> UserView:
    """Register a person with a district, or with the consortium where no district is told.

    A person is known by issuer and subject, never by its e-mail, and to one organisation: who works
    for two is registered with each. Registering lets nobody in: that takes a role and a key.
    """
    user = await accounts.register_user(draft)
    response.headers["location"] = f"/v1/users/{user.id}"
    return UserView.model_validate(user)


@service_accounts.get("")
async def list_service_accounts(
    accounts: ReadServiceAccounts,
    asked: Asked,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
) -> Rendered[Page[ServiceAccountView]]:
    """List the service accounts of the organisations whose roster the caller keeps, by name."""
    return await accounts.page(asked, district_id=district_id)


@service_accounts.get("/{account_id}")
async def get_service_account(
    account_id: UUID, accounts: ReadServiceAccounts
) -> Rendered[ServiceAccountView]:
    """Read one service account."""
    return await accounts.get(account_id)


@service_accounts.post("", status_code=status.HTTP_201_CREATED)
async def register_service_account(
    draft: ServiceAccountDraft, accounts: RegisterAccount, response: Response
) -> ServiceAccountView:
    """Register an integration of a district, or of the consortium where no district is told.

    Give it a role as to a person, and a key: with its `id` as `client_id` and the key as
    `client_secret` it gets short-lived tokens at `/oauth/token`.
    """
    account = await accounts.register_service_account(draft)
    response.headers["location"] = f"/v1/service-accounts/{account.id}"
    return ServiceAccountView.model_validate(account)
