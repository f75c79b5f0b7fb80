"""Our own issuer as a grant hands it out, and who may be issued a token by it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from asyncpg import Pool
from sqlalchemy import bindparam, select

from app.identity.issuer import IssuedToken, LocalIssuer
from app.paging import Marks
from app.policy.actions import Action
from app.policy.audit import Recorder
from app.policy.callers import Callers
from app.policy.holdings import Account, Holdings
from app.policy.lock import REVOKED, Stale
from app.policy.principal import ANYONE, Principal
from app.policy.reach import Reach
from app.policy.reader import reading_within
from app.policy.reading import Reading
from app.problems import Unauthenticated
from app.scalars import View
from app.vocabulary import AccountKind


class ClientTold(View):
    """What an account must be to be a client of the issuer."""

    kind: AccountKind


CLIENT: Final = Reading(
    select(Account.kind).where(Account.account_id == bindparam("sought")), ClientTold
)


@dataclass(frozen=True, slots=True)
class Client:
    """An account that proved to hold a key, and what it holds now."""

    principal: Principal
    held: str
    kind: AccountKind


@dataclass(frozen=True, slots=True)
class Issuing:
    """The issuer, and the way from a key to who may use it."""

    issuer: LocalIssuer
    callers: Callers
    holdings: Holdings
    recorder: Recorder
    pool: Pool
    marks: Marks

    async def client(self, client_id: str, key: str, request_id: str | None) -> Client:
        """Find the account that a key lets in now, or raise ``Unauthenticated``.

        The attempt of who is not known is metered, that of a key which has ended is recorded.
        """
        principal = ANYONE
        try:
            principal = await self.callers.by_key(key)
            return await self._known(client_id, principal)
        except Unauthenticated:
            await self.refused(principal, None, request_id)
            raise

    async def _known(self, client_id: str, principal: Principal) -> Client:
        """Say what the account holds and is, if the key still holds and is the client's."""
        held = await self.holdings.learn(principal)
        if held == REVOKED or client_id != str(principal.account):
            raise Unauthenticated
        return Client(principal, held, await self._kind(principal, held))

    async def _kind(self, principal: Principal, held: str) -> AccountKind:
        """Read what the account is, as the account itself may."""
        reach = Reach((), account=principal.account, credential=principal.credential, held=held)
        try:
            async with reading_within(self.pool, reach, self.marks, None) as reader:
                told = await reader.row(CLIENT, sought=principal.account)
        except Stale:
            raise Unauthenticated from None
        if told is None:
            raise Unauthenticated
        return told.kind

    def issue(self, client: Client, scopes: Collection[str]) -> IssuedToken:
        """Issue a token that ends with its time, or as soon as the key it was bought with does."""
        account, key_id = client.principal.account, client.principal.credential
        assert key_id is not None  # noqa: S101 - a key let the client in
        return self.issuer.issue(
            subject=str(account), client_id=str(account), key_id=key_id, scopes=scopes
        )

    async def refused(self, principal: Principal, rule: str | None, request_id: str | None) -> None:
        """Record that no token was issued (TR-06)."""
        await self.recorder.refused(principal, Action.TOKEN_ISSUE, rule, request_id)
