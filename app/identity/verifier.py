"""Telling a token that holds from one that does not."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType

from jose import JWSError, jws

from app.identity.compact import read_compact
from app.identity.refusal import Reason, TokenRefused
from app.identity.trust import TrustedIssuer, TrustedKey

LEEWAY = 30.0
"""Seconds by which clocks may differ."""
LONGEST_TEXT = 255
LAST_SECOND = 253_402_300_799
"""The end of the year 9999 as a NumericDate."""
REFUSED_MEMBERS = frozenset({"crit", "b64", "zip", "enc", "jku", "x5u", "jwk", "x5c", "cty"})
"""Header members that would let a token choose its key, its form or its rules."""
REGISTERED = frozenset({"iss", "aud", "sub", "exp", "iat", "nbf", "jti", "scope"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that holds says; ``extra`` has its other claims, such as ``cid``.

    A token holds until it ends: whether its key, person or membership still stands is not here.
    """

    issuer: str
    subject: str
    jti: str
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime
    extra: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that held, with what must hold again each time: its key and its time."""

    claims: Claims
    issuer: TrustedIssuer
    key: TrustedKey
    begins: float
    ends: float


class Verifier:
    """Verifies the tokens of the issuers it is given.

    Tokens that held are remembered by digest, ``remembered`` of them at most (0 remembers none).
    """

    def __init__(
        self,
        issuers: Iterable[TrustedIssuer],
        clock: Callable[[], datetime],
        *,
        remembered: int = 2048,
    ) -> None:
        """Take the issuers, or raise ``ValueError`` when two have the same name."""
        trusted = list(issuers)
        self._issuers = {issuer.iss: issuer for issuer in trusted}
        if len(self._issuers) != len(trusted):
            raise ValueError("Each issuer is trusted once.")
        self._clock = clock
        self._most = remembered
        self._remembered: OrderedDict[bytes, Verified] = OrderedDict()

    async def verify(self, token: str) -> Claims:
        """Read the claims of a token that holds now, or raise ``TokenRefused``.

        Waits for nothing but an issuer's keys, and for those only when they are not at hand.
        """
        if not token.isascii():
            raise TokenRefused(Reason.MALFORMED)
        now = self._clock().timestamp()
        digest = sha256(token.encode("ascii")).digest()
        verified = self._remembered.get(digest)
        if verified is None or verified.issuer.keys.known(verified.key.kid) != verified.key:
            self._remembered.pop(digest, None)
            verified = await self._examine(token, now)
            self._remember(digest, verified)
        else:
            self._remembered.move_to_end(digest)
            require_time(verified.begins, verified.ends, now)
        return verified.claims

    async def _examine(self, token: str, now: float) -> Verified:
        """Judge a token from its bytes; that its time is over is found last."""
        header, claims = read_compact(token)
        require_plain(header)
        issuer = self._issuer(claims)
        require_type(header, issuer)
        key = await self._key(header, issuer)
        try:
            jws.verify(token, key.key, algorithms=[key.algorithm])
        except JWSError:
            raise TokenRefused(Reason.SIGNATURE) from None
        require_audience(claims.get("aud"), issuer.audience)
        issued, ends = date_of(claims, "iat"), date_of(claims, "exp")
        begins = max(issued, date_of(claims, "nbf")) if "nbf" in claims else issued
        if not 0 < ends - issued <= issuer.max_lifetime.total_seconds():
            raise TokenRefused(Reason.LIFETIME)
        said = Claims(
            issuer=issuer.iss,
            subject=text_of(claims, "sub"),
            jti=text_of(claims, "jti"),
            scopes=scopes_of(claims),
            issued_at=datetime.fromtimestamp(issued, UTC),
            expires_at=datetime.fromtimestamp(ends, UTC),
            extra=frozen({name: claims[name] for name in claims.keys() - REGISTERED}),
        )
        require_time(begins, ends, now)
        return Verified(claims=said, issuer=issuer, key=key, begins=begins, ends=ends)

    def _issuer(self, claims: Mapping[str, object]) -> TrustedIssuer:
        """Find the issuer that a token names."""
        name = claims.get("iss")
        issuer = self._issuers.get(name) if isinstance(name, str) else None
        if issuer is None:
            raise TokenRefused(Reason.ISSUER)
        return issuer

    async def _key(self, header: Mapping[str, object], issuer: TrustedIssuer) -> TrustedKey:
        """Find the one key that a token names, fit for the algorithm it names."""
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
            raise TokenRefused(Reason.ALGORITHM)
        if not isinstance(kid, str):
            raise TokenRefused(Reason.KEY)
        key = issuer.keys.known(kid) or await issuer.keys.sought(kid)
        if key is None or key.algorithm != algorithm:
            raise TokenRefused(Reason.KEY)
        return key

    def _remember(self, digest: bytes, verified: Verified) -> None:
        """Keep a token that held, and let the one go that was not seen for longest."""
        self._remembered[digest] = verified
        if len(self._remembered) > self._most:
            self._remembered.popitem(last=False)


def require_plain(header: Mapping[str, object]) -> None:
    """Refuse a header that has a member it must not have."""
    if not REFUSED_MEMBERS.isdisjoint(header):
        raise TokenRefused(Reason.HEADER)


def require_type(header: Mapping[str, object], issuer: TrustedIssuer) -> None:
    """Refuse a token of another type, such as an ID token (RFC 8725 section 3.11)."""
    kind = header.get("typ")
    if not isinstance(kind, str):
        raise TokenRefused(Reason.HEADER)
    if kind.lower().removeprefix("application/") not in issuer.token_types:
        raise TokenRefused(Reason.HEADER)


def require_audience(said: object, audience: str) -> None:
    """Refuse a token that is meant for others only."""
    names = said if isinstance(said, list) else [said]
    if audience not in names or not all(isinstance(name, str) for name in names):
        raise TokenRefused(Reason.AUDIENCE)


def require_time(begins: float, ends: float, now: float) -> None:
    """Refuse a token before and after its time."""
    if begins > now + LEEWAY:
        raise TokenRefused(Reason.NOT_YET)
    if now >= ends + LEEWAY:
        raise TokenRefused(Reason.EXPIRED)


def date_of(claims: Mapping[str, object], name: str) -> float:
    """Read a NumericDate (RFC 7519 section 2); ``true`` is none, though Python counts with it."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenRefused(Reason.CLAIM)
    if not 0 <= value <= LAST_SECOND:
        raise TokenRefused(Reason.CLAIM)
    return float(value)


def text_of(claims: Mapping[str, object], name: str) -> str:
    """Read a claim that is a short text without control characters or lone surrogates."""
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        raise TokenRefused(Reason.CLAIM)
    if not value.isprintable():
        raise TokenRefused(Reason.CLAIM)
    return value


def scopes_of(claims: Mapping[str, object]) -> frozenset[str]:
    """Read the scopes, separated by spaces (RFC 6749 section 3.3); none said is none granted."""
    value = claims.get("scope", "")
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise TokenRefused(Reason.CLAIM)
    return frozenset(value.split())


def frozen(members: Mapping[str, object]) -> Mapping[str, object]:
    """Make a JSON object that several requests may share."""
    return MappingProxyType({name: frozen_value(value) for name, value in members.items()})


def frozen_value(value: object) -> object:
    """Make a JSON value that several requests may share."""
    if isinstance(value, dict):
        return frozen(value)
    if isinstance(value, list):
        return tuple(frozen_value(member) for member in value)
    return value
