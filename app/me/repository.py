"""What is stored of the caller."""

from sqlalchemy import bindparam, select

from app.me.schemas import AccountTold, Holding, MeView
from app.policy import Action, Grant, Reading
from app.policy.gate import may
from app.policy.holdings import Account, roles_in
from app.problems import Unauthenticated

ACCOUNT = Reading(
    select(
        Account.account_id.label("id"),
        Account.kind,
        Account.display_name,
        Account.email,
        Account.district_id,
        Account.created_at,
    ).where(Account.account_id == bindparam("sought")),
    AccountTold,
    never_null=["id"],
)


class MeReadings:
    """The caller as it sees itself."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def get(self) -> MeView:
        """Say who asks, what it holds and what it may do."""
        principal, held = self._grant.principal, self._grant.reach.held
        account = await self._grant.reader.row(ACCOUNT, sought=principal.account)
        if account is None:
            raise Unauthenticated
        roles = roles_in(held)
        scopes = principal.scopes
        return MeView(
            account=account,
            roles=[Holding(role=role, district_id=place) for role, place in roles],
            districts=sorted({place for _, place in roles if place is not None}),
            whole_consortium=any(role.reaches_all for role, _ in roles),
            scopes=None if scopes is None else [each for each in Action if each.value in scopes],
            actions=sorted(may(held, principal)),
        )
