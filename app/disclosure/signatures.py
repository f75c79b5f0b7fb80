"""Detached signatures (RFC 7515 appendix F): ES256 over bytes that are kept beside them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ALGORITHM: Final = "ES256"
CERTIFICATE: Final = "release-certificate+jws"
"""The type of what is signed; a token is of another, so neither is taken for the other."""
HEADER: Final = frozenset({"alg", "kid", "typ"})
HALF: Final = 32
"""Bytes of each of the two numbers of a signature, and of a coordinate."""
MOST_CHARACTERS: Final = 2048


def detached(compact: str) -> str:
    """Take the signed bytes out of a JWS in compact form."""
    header, _, signature = compact.split(".")
    return f"{header}..{signature}"


def is_signed(content: bytes, signature: str, jwks: Mapping[str, Any]) -> bool:
    """Say whether a detached signature over bytes was made by a key of a key set (RFC 7517).

    It names its key and its type and says nothing else. A key set or a signature of another form
    signs nothing; it is never an error.
    """
    if len(signature) > MOST_CHARACTERS:
        return False
    try:
        written, between, signed = signature.split(".")
        header = json.loads(decoded(written))
        raw = decoded(signed)
        key = key_of(header, jwks)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    if between or len(raw) != 2 * HALF:
        return False
    numbers = (int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big"))
    message = f"{written}.{encoded(content)}".encode("ascii")
    try:
        key.verify(encode_dss_signature(*numbers), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def key_of(header: Mapping[str, Any], jwks: Mapping[str, Any]) -> EllipticCurvePublicKey:
    """Find the one key that a header names; raises ``ValueError`` or ``KeyError`` for none."""
    if header.keys() != HEADER or (header["alg"], header["typ"]) != (ALGORITHM, CERTIFICATE):
        raise ValueError("Not the header of a certificate.")
    (key,) = (each for each in jwks["keys"] if each.get("kid") == header["kid"])
    if (key["kty"], key["crv"], key.get("alg", ALGORITHM)) != ("EC", "P-256", ALGORITHM):
        raise ValueError("Not a key of P-256.")
    x, y = decoded(key["x"]), decoded(key["y"])
    if len(x) != HALF or len(y) != HALF:
        raise ValueError("A coordinate of P-256 has 32 bytes.")
    place = (int.from_bytes(x, "big"), int.from_bytes(y, "big"))
    return EllipticCurvePublicNumbers(*place, SECP256R1()).public_key()


def decoded(part: str) -> bytes:
    """Decode base64url that is written in the one canonical way, or raise ``ValueError``."""
    raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if encoded(raw) != part:
        raise ValueError("Not canonical base64url.")
    return raw


def encoded(raw: bytes) -> str:
    """Write bytes as base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
