"""Whom tokens are accepted from: issuers, and the public keys they publish (RFC 7517)."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from jose import jwk
from jose.backends.base import Key

from app.identity.compact import decode_part, encode_part

ALGORITHMS = frozenset({"ES256", "RS256"})
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
P256_BYTES = 32
RSA_BITS = range(2048, 8192 + 1)
RSA_EXPONENT_BITS = 32


class KeyUnfit(Exception):  # noqa: N818 - says what happened, as problems do
    """A published key does not fit: its type, curve, size, use or form; a set skips it."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key that verifies one algorithm, constructed once."""

    kid: str
    algorithm: str
    thumbprint: str
    key: Key = field(repr=False, compare=False)


class KeySource(Protocol):
    """Where an issuer's keys come from."""

    def known(self, kid: str) -> TrustedKey | None:
        """Find a key that is trusted now, without any I/O to wait for."""

    async def sought(self, kid: str) -> TrustedKey | None:
        """Find a key that ``known`` did not find, by asking the issuer if that is allowed."""


class StaticKeys:
    """Keys that are given once and do not change."""

    def __init__(self, keys: Iterable[Mapping[str, object]]) -> None:
        """Take public JWKs, or raise ``KeyUnfit``."""
        self._keys = keys_by_kid([trusted_key(key) for key in keys])

    def known(self, kid: str) -> TrustedKey | None:
        """Find a key."""
        return self._keys.get(kid)

    async def sought(self, kid: str) -> TrustedKey | None:  # noqa: ARG002 - nobody to ask
        """Find nothing: there is nobody to ask."""
        return None


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An issuer, and what its tokens must be: ``iss`` and ``audience`` match to the letter.

    ``token_types`` are media types without ``application/``: ``at+jwt`` for access tokens of
    RFC 9068, ``jwt`` for providers that write no other.
    """

    iss: str
    audience: str
    keys: KeySource = field(repr=False)
    algorithms: frozenset[str] = ALGORITHMS
    token_types: frozenset[str] = frozenset({"at+jwt"})
    max_lifetime: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if not self.iss or not self.audience:
            raise ValueError("An issuer has a name and an audience.")
        if not self.algorithms or self.algorithms - ALGORITHMS:
            raise ValueError("An issuer signs with ES256 or RS256.")
        if not self.token_types or any(name != name.lower() for name in self.token_types):
            raise ValueError("Token types are written in lower case.")


def trusted_key(published: Mapping[str, object]) -> TrustedKey:
    """Construct the key of a public JWK that may verify signatures, or raise ``KeyUnfit``."""
    kid = published.get("kid")
    if not isinstance(kid, str) or not kid:
        raise KeyUnfit("A key has an id.")
    if not PRIVATE_MEMBERS.isdisjoint(published):
        raise KeyUnfit("A published key is public.")
    if published.get("use", "sig") != "sig":
        raise KeyUnfit("A key for signatures.")
    operations = published.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise KeyUnfit("A key that verifies.")
    algorithm, material = material_of(published)
    if published.get("alg", algorithm) != algorithm:
        raise KeyUnfit("A key for another algorithm.")
    try:
        key = jwk.construct(material, algorithm)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnfit("Not a key of its type.") from None
    return TrustedKey(kid=kid, algorithm=algorithm, thumbprint=thumbprint(material), key=key)


def material_of(published: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """Pick the algorithm of a JWK and the members that make the key, or raise ``KeyUnfit``."""
    match published:
        case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)}:
            if len(octets(x)) != P256_BYTES or len(octets(y)) != P256_BYTES:
                raise KeyUnfit("A coordinate of P-256 has 32 bytes.")
            return "ES256", {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        case {"kty": "RSA", "e": str(e), "n": str(n)}:
            if int.from_bytes(octets(n), "big").bit_length() not in RSA_BITS:
                raise KeyUnfit("A modulus has 2048 to 8192 bits.")
            if int.from_bytes(octets(e), "big").bit_length() > RSA_EXPONENT_BITS:
                raise KeyUnfit("An exponent has at most 32 bits: a long one is slow on purpose.")
            return "RS256", {"e": e, "kty": "RSA", "n": n}
        case _:
            raise KeyUnfit("A P-256 or RSA key.")


def octets(text: str) -> bytes:
    """Decode a member of a JWK, or raise ``KeyUnfit``."""
    try:
        return decode_part(text)
    except ValueError:
        raise KeyUnfit("A key is written in base64url.") from None


def thumbprint(material: Mapping[str, str]) -> str:
    """Name a key by what it is made of (RFC 7638, SHA-256)."""
    text = json.dumps(material, sort_keys=True, separators=(",", ":"))
    return encode_part(sha256(text.encode("ascii")).digest())


def published_keys(document: Mapping[str, object]) -> dict[str, TrustedKey]:
    """Arrange the fitting keys of a JWK Set by id, or raise ``ValueError`` when it is none."""
    keys = document.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError("Not a key set.")
    fitting = []
    for key in keys:
        with suppress(KeyUnfit):
            fitting.append(trusted_key(key))
    return keys_by_kid(fitting)


def keys_by_kid(keys: Iterable[TrustedKey]) -> dict[str, TrustedKey]:
    """Arrange keys by id; an id that names two keys names none."""
    found: dict[str, TrustedKey] = {}
    ambiguous = set()
    for key in keys:
        if key.kid in found:
            ambiguous.add(key.kid)
        found[key.kid] = key
    return {kid: key for kid, key in found.items() if kid not in ambiguous}
