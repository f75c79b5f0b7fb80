"""Who is calling, read from the one Authorization header."""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Final
from uuid import UUID

from fastapi import Request

from app.identity.keys import parse_key
from app.identity.refusal import TokenRefused
from app.identity.verifier import Verifier
from app.policy.holdings import Keys
from app.policy.principal import Principal
from app.problems import TokenExpired, Unauthenticated

KEY_PREFIX: Final = "c34_"


@dataclass(frozen=True, slots=True)
class Callers:
    """Turns a key or a token into a principal; whether it still holds is asked at the gate."""

    keys: Keys
    verifier: Verifier
    own: str
    """The name of our own issuer: the only one whose subjects are accounts of ours."""

    async def identify(self, request: Request) -> Principal:
        """Read the caller, or raise ``Unauthenticated``, in one body for every fault."""
        scheme, _, presented = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not presented:
            raise Unauthenticated
        if presented.startswith(KEY_PREFIX):
            return await self.by_key(presented)
        return await self.by_token(presented)

    async def by_key(self, presented: str) -> Principal:
        """Let in by a personal or service key."""
        key = parse_key(presented)
        found = None if key is None else await self.keys.find(key.id)
        if key is None or found is None or not compare_digest(found[0], key.digest):
            raise Unauthenticated
        return found[1]

    async def by_token(self, presented: str) -> Principal:
        """Let in by a token of a trusted issuer; ``cid`` names the key it was bought with."""
        try:
            claims = await self.verifier.verify(presented)
        except TokenRefused as refused:
            raise (TokenExpired if refused.expired else Unauthenticated) from None
        if claims.issuer != self.own:
            raise Unauthenticated  # nobody has said yet which account another issuer's subject is
        try:
            bought_with = claims.extra.get("cid")
            credential = None if bought_with is None else UUID(str(bought_with))
            return Principal(UUID(claims.subject), credential, claims.scopes)
        except ValueError:
            raise Unauthenticated from None
