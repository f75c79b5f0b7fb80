"""The issuers that vectors are judged by, their keys, and a good token to spoil."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from identity.forge import (
    NOW,
    Json,
    Signer,
    b64,
    dumped,
    ec_jwk,
    ec_key,
    ecdsa,
    rsa_jwk,
    rsa_key,
    rsa_pkcs1,
    token_of,
)

Vector = dict[str, Any]

OURS, NORTH, SOUTH = ec_key("ours"), ec_key("north"), ec_key("south")
NORTH_RSA, WEAK_RSA, SHORT_RSA = (
    rsa_key("north"),
    rsa_key("weak", 512, 512),
    rsa_key("short", 1024, 1023),
)
# The last prime of 32 bits, and the first of 33.
SLOW_RSA, SLOWER_RSA = rsa_key("north", e=4_294_967_291), rsa_key("north", e=4_294_967_311)
P384 = ec_key("p384", ec.SECP384R1())
STRANGER, STRANGER_RSA = ec_key("stranger"), rsa_key("stranger")
API = "https://api.consortium.example/v1"
OURS_ISS = "https://api.consortium.example"
NORTH_ISS = "https://login.north.example"
SOUTH_ISS = "https://login.south.example/tenant"
LASTING_ISS = "https://login.lasting.example"

NORTH_KEYS: list[Json] = [
    rsa_jwk(NORTH_RSA, "rsa", use="sig", alg="RS256", x5t="ignored"),
    ec_jwk(NORTH, "ec", use="sig", key_ops=["verify"]),
    ec_jwk(NORTH, "plain"),
    rsa_jwk(NORTH_RSA, "both-ops", key_ops=["sign", "verify"]),
    rsa_jwk(WEAK_RSA, "weak"),
    rsa_jwk(SHORT_RSA, "short"),
    {**rsa_jwk(NORTH_RSA, "exponent-1"), "e": b64(b"\x01")},
    {**rsa_jwk(NORTH_RSA, "exponent-even"), "e": b64(b"\x02")},
    rsa_jwk(SLOW_RSA, "exponent-of-32-bits"),
    rsa_jwk(SLOWER_RSA, "exponent-of-33-bits"),
    ec_jwk(P384, "p384"),
    ec_jwk(NORTH, "enc", use="enc"),
    rsa_jwk(NORTH_RSA, "enc-rsa", use="enc"),
    ec_jwk(NORTH, "use-null", use=None),
    ec_jwk(NORTH, "wrap-only", key_ops=["wrapKey", "sign"]),
    ec_jwk(NORTH, "ops-text", key_ops="verify"),
    rsa_jwk(NORTH_RSA, "for-rs512", alg="RS512"),
    ec_jwk(NORTH, "for-es384", alg="ES384"),
    rsa_jwk(NORTH_RSA, "for-hs256", alg="HS256"),
    {"kty": "oct", "k": b64(b"a secret of thirty-two bytes...."), "kid": "oct", "alg": "HS256"},
    *({**ec_jwk(NORTH, f"private-{m}"), m: b64(b"7" * 32)} for m in ("d", "k")),
    *(
        {**rsa_jwk(NORTH_RSA, f"private-{m}"), m: b64(b"7" * 32)}
        for m in ("p", "q", "dp", "dq", "qi", "oth")
    ),
    ec_jwk(NORTH, "twice"),
    ec_jwk(STRANGER, "twice"),
    rsa_jwk(NORTH_RSA, "same-id"),
    ec_jwk(NORTH, "same-id"),
    ec_jwk(NORTH, "sig-and-enc", use="sig"),
    ec_jwk(STRANGER, "sig-and-enc", use="enc"),
    ec_jwk(NORTH, 7),
    ec_jwk(NORTH, ["ec"]),
    ec_jwk(NORTH, ""),
    {name: value for name, value in ec_jwk(NORTH, "no-y").items() if name != "y"},
    {**ec_jwk(NORTH, "off-curve"), "y": b64(b"\x07" * 32)},
    {**ec_jwk(NORTH, "padded"), "x": str(ec_jwk(NORTH, "")["x"]) + "="},
    {
        **ec_jwk(NORTH, "long-x"),
        "x": b64(b"\0" + NORTH.public_key().public_numbers().x.to_bytes(32)),
    },
    {
        **ec_jwk(NORTH, "long-y"),
        "y": b64(b"\0" + NORTH.public_key().public_numbers().y.to_bytes(32)),
    },
    {**ec_jwk(NORTH, "curve-lie"), "crv": "P-521"},
    {**ec_jwk(NORTH, "kty-lie"), "kty": "RSA"},
    {**rsa_jwk(NORTH_RSA, "x5c-too"), "x5c": ["ignored"]},
    rsa_jwk(NORTH_RSA, "../../../dev/null"),
]

ISSUERS: list[Json] = [
    {
        "iss": OURS_ISS,
        "audience": API,
        "algorithms": ["ES256"],
        "token_types": ["at+jwt"],
        "max_lifetime": 600,
        "keys": [ec_jwk(OURS, "ours", use="sig", alg="ES256", key_ops=["verify"])],
    },
    {
        "iss": NORTH_ISS,
        "audience": "consortium-2034",
        "algorithms": ["ES256", "RS256"],
        "token_types": ["jwt", "at+jwt"],
        "max_lifetime": 3600,
        "keys": NORTH_KEYS,
    },
    {
        "iss": SOUTH_ISS,
        "audience": "consortium-2034",
        "algorithms": ["RS256"],
        "token_types": ["jwt"],
        "max_lifetime": 3600,
        "keys": [ec_jwk(SOUTH, "ec")],
    },
    {
        "iss": LASTING_ISS,
        "audience": API,
        "algorithms": ["ES256"],
        "token_types": ["at+jwt"],
        "max_lifetime": 300_000_000_000,
        "keys": [ec_jwk(OURS, "ours")],
    },
]

HEADER: Json = {"typ": "at+jwt", "alg": "ES256", "kid": "ours"}
CLAIMS: Json = {
    "iss": OURS_ISS,
    "aud": API,
    "sub": "0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3d",
    "client_id": "north-sis",
    "cid": "0190a5d2-6a3c-7cc3-8a4e-9f0d5a1b2c3e",
    "scope": "goals:read goals:revise",
    "iat": NOW - 60,
    "exp": NOW + 540,
    "jti": "5f0c7a52-30f2-4f0c-9a53-6dd1f7a6e2d4",
}
NORTH_HEADER: Json = {"typ": "JWT", "alg": "RS256", "kid": "rsa"}
NORTH_CLAIMS: Json = {
    "iss": NORTH_ISS,
    "aud": "consortium-2034",
    "sub": "248289761001",
    "iat": NOW - 10,
    "exp": NOW + 3590,
    "jti": "n-1",
}
SIGN, NORTH_SIGN, NORTH_EC_SIGN = ecdsa(OURS), rsa_pkcs1(NORTH_RSA), ecdsa(NORTH)


def header(**changes: object) -> bytes:
    """The good header with members changed; ``...`` leaves one out."""
    return spoilt(HEADER, changes)


def claims(**changes: object) -> bytes:
    """The good claims with members changed; ``...`` leaves one out."""
    return spoilt(CLAIMS, changes)


def north_header(**changes: object) -> bytes:
    return spoilt(NORTH_HEADER, changes)


def north_claims(**changes: object) -> bytes:
    return spoilt(NORTH_CLAIMS, changes)


def spoilt(good: Json, changes: Json) -> bytes:
    return dumped({name: v for name, v in {**good, **changes}.items() if v is not ...})


def ours(head: bytes | None = None, body: bytes | None = None, signer: Signer = SIGN) -> str:
    """A token of our own issuer, signed by its key unless said otherwise."""
    return token_of(head or header(), body or claims(), signer)


def north(head: bytes | None = None, body: bytes | None = None, signer: Signer = NORTH_SIGN) -> str:
    """A token of a district's provider, signed by its RSA key unless said otherwise."""
    return token_of(head or north_header(), body or north_claims(), signer)


def good(name: str, token: str, **says: object) -> Vector:
    """A token that holds, and what some of its claims must be read as."""
    return {"name": name, "verdict": "accepted", "says": says, "token": token}


def bad(name: str, reason: str, token: str) -> Vector:
    """A token that does not hold, and why."""
    return {"name": name, "verdict": "refused", "reason": reason, "token": token}
