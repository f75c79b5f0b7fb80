"""Registering users and service accounts."""

from uuid import UUID

from app.accounts.repository import AccountRepository
from app.accounts.schemas import ServiceAccountDraft, UserDraft
from app.db import new_id
from app.policy import Grant
from app.policy.holdings import Account
from app.policy.rules.roster import Place, keeps_the_consortium
from app.problems import Conflict, Fault, Invalid
from app.vocabulary import AccountKind


class AccountService:
    """Registers accounts with the organisation that keeps them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._accounts = AccountRepository(grant)

    async def register_user(self, draft: UserDraft) -> Account:
        """Register a person, or raise ``Conflict`` where the organisation knows it already."""
        await self._require_place(draft.district_id)
        issuer = draft.issuer or self._grant.issuer
        if await self._accounts.known(draft.district_id, issuer, draft.subject) is not None:
            raise Conflict("The organisation has a user of this issuer and subject.")
        told = draft.model_dump() | {"issuer": issuer}
        return await self._registered(Account(id=new_id(), kind=AccountKind.USER, **told))

    async def register_service_account(self, draft: ServiceAccountDraft) -> Account:
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
        return await self._registered(account)

    async def _require_place(self, district_id: UUID | None) -> None:
        """Refuse an organisation whose roster the caller does not keep, or that is not there."""
        if district_id is None:
            keeps_the_consortium.require(Place(self._grant.reach, None))
        elif not await self._accounts.is_district(district_id) or not self._grant.reach.covers(
            district_id
        ):
            fault = Fault("/district_id", "unknown_reference", "There is no such district.")
            raise Invalid("One fault in the request.", errors=[fault])

    async def _registered(self, account: Account) -> Account:
        """Keep an account, and write down that it was registered."""
        await self._accounts.add(account)
        self._grant.record(
            f"account:{account.id}",
            district=account.district_id,
            detail={"kind": account.kind.value},
        )
        return account
