"""Registering users and service accounts, and correcting what is known of them."""

from http import HTTPStatus
from uuid import UUID

from app.accounts.repository import SERVICE_ACCOUNT, USER, AccountRepository
from app.accounts.schemas import (
    ServiceAccountDraft,
    ServiceAccountRevision,
    ServiceAccountView,
    UserDraft,
    UserRevision,
    UserView,
)
from app.db import new_id
from app.policy import Grant
from app.policy.holdings import Account
from app.policy.rules.roster import Place, keeps_the_consortium
from app.problems import Conflict, Fault, Invalid
from app.rendered import Rendered
from app.vocabulary import AccountKind


class AccountService:
    """Registers accounts with the organisation that keeps them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._accounts = AccountRepository(grant)

    async def register_user(self, draft: UserDraft) -> Rendered[UserView]:
        """Register a person, or raise ``Conflict`` where the organisation knows it already."""
        await self._require_place(draft.district_id)
        issuer = draft.issuer or self._grant.issuer
        if await self._accounts.known(draft.district_id, issuer, draft.subject) is not None:
            raise Conflict("The organisation has a user of this issuer and subject.")
        told = draft.model_dump() | {"issuer": issuer}
        account = Account(id=new_id(), kind=AccountKind.USER, **told)
        await self._registered(account)
        place = f"/v1/users/{account.id}"
        return await self._grant.shown(
            USER, status=HTTPStatus.CREATED, location=place, sought=account.id
        )

    async def register_service_account(
        self, draft: ServiceAccountDraft
    ) -> Rendered[ServiceAccountView]:
        """Register an integration; its subject is its own id."""
        await self._require_place(draft.district_id)
        account_id = new_id()
        account = Account(
            id=account_id,
            kind=AccountKind.SERVICE,
            issuer=self._grant.issuer,
            subject=str(account_id),
            **draft.model_dump(),
        )
        await self._registered(account)
        place = f"/v1/service-accounts/{account.id}"
        return await self._grant.shown(
            SERVICE_ACCOUNT, status=HTTPStatus.CREATED, location=place, sought=account.id
        )

    async def revise_user(self, user_id: UUID, changes: UserRevision) -> Rendered[UserView]:
        """Correct what is known of a person."""
        account = await self._accounts.get(user_id, AccountKind.USER)
        self._grant.revise(USER, account, changes.model_dump(exclude_unset=True))
        self._record(account, step="revise")
        return await self._grant.shown(USER, sought=user_id)

    async def revise_service_account(
        self, account_id: UUID, changes: ServiceAccountRevision
    ) -> Rendered[ServiceAccountView]:
        """Correct what is known of an integration."""
        account = await self._accounts.get(account_id, AccountKind.SERVICE)
        self._grant.revise(SERVICE_ACCOUNT, account, changes.model_dump(exclude_unset=True))
        self._record(account, step="revise")
        return await self._grant.shown(SERVICE_ACCOUNT, sought=account_id)

    async def _require_place(self, district_id: UUID | None) -> None:
        """Refuse an organisation whose roster the caller does not keep, or that is not there."""
        if district_id is None:
            keeps_the_consortium.require(Place(self._grant.reach, None))
        elif not await self._accounts.is_district(district_id) or not self._grant.reach.covers(
            district_id
        ):
            fault = Fault("/district_id", "unknown_reference", "There is no such district.")
            raise Invalid("One fault in the request.", errors=[fault])

    async def _registered(self, account: Account) -> None:
        """Keep an account, and write down that it was registered."""
        await self._accounts.add(account)
        self._record(account)

    def _record(self, account: Account, **detail: str) -> None:
        """Write down what became of an account, and nothing that is known of it."""
        self._grant.record(
            f"account:{account.id}",
            district=account.district_id,
            detail={"kind": account.kind.value, **detail},
        )
