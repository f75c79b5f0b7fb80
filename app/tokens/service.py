"""Exchanging the key of a service account for a short-lived token (RFC 6749, section 4.4)."""

from collections.abc import Collection
from typing import Final

from app.policy import Action, Grant
from app.policy.gate import may
from app.policy.issuing import Client
from app.problems import Unauthenticated
from app.tokens.refusal import UNKNOWN_CLIENT, TokenError, TokenRefusal
from app.tokens.schemas import TokenView
from app.vocabulary import AccountKind

EVERY_ACTION: Final = frozenset(action.value for action in Action)


class TokenService:
    """Issues tokens that are no wider than the key they are bought with, and end with it."""

    def __init__(self, grant: Grant) -> None:
        self._issuing = grant.issuing
        self._request_id = grant.request_id

    async def issue(self, client_id: str, secret: str, scope: str | None) -> TokenView:
        """Issue a token, or raise ``TokenRefusal``."""
        try:
            client = await self._issuing.client(client_id, secret, self._request_id)
        except Unauthenticated:
            raise TokenRefusal(*UNKNOWN_CLIENT) from None
        if client.kind is not AccountKind.SERVICE:
            await self._issuing.refused(client.principal, None, self._request_id)
            detail = "Tokens are for service accounts; people use their own keys."
            raise TokenRefusal(TokenError.UNAUTHORIZED_CLIENT, detail)
        made = self._issuing.issue(client, await self._scopes(client, scope))
        return TokenView(access_token=made.token, expires_in=made.expires_in, scope=made.scope)

    async def _scopes(self, client: Client, scope: str | None) -> Collection[str]:
        """Return what is asked for, or else all that the client may do now (section 3.3)."""
        if not scope:
            granted = {each.value for each in may(client.held, client.principal) if not each.public}
        else:
            granted = set(scope.split(" "))
        allowed = client.principal.scopes
        within = EVERY_ACTION if allowed is None else EVERY_ACTION & (allowed | {Action.ME_READ})
        if not granted or not granted <= within:
            await self._issuing.refused(client.principal, "TR-01", self._request_id)
            detail = "The client's key does not have such scopes, or its account has no role."
            raise TokenRefusal(TokenError.INVALID_SCOPE, detail)
        return granted
