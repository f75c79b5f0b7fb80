"""Asks a verifier what no single token can ask: how it is built, and what it remembers."""

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from identity.forge import NOW, b64, ec_jwk, ec_key
from identity.judge import ISSUERS, VECTORS, issuers_of

from app.identity.refusal import TokenRefused

GOOD = [vector["token"] for vector in VECTORS if vector["verdict"] == "accepted"]
TOKEN = next(vector["token"] for vector in VECTORS if vector["name"] == "the good token")

BAD_ISSUERS: list[dict[str, Any]] = [
    {"iss": ""},
    {"audience": ""},
    {"algorithms": frozenset()},
    {"algorithms": frozenset({"ES256", "HS256"})},
    {"token_types": frozenset()},
    {"token_types": frozenset({"jwt", "AT+JWT"})},
]
BAD_SETS: list[dict[str, Any]] = [
    {},
    {"keys": None},
    {"keys": {}},
    {"keys": [1]},
    {"keys": [["kid", "x"]]},
]
EXPECTED = {
    "issuers refused": [True] * len(BAD_ISSUERS),
    "sets refused": [True] * len(BAD_SETS),
    "default token types": ["at+jwt"],
    "default algorithms": ["ES256", "RS256"],
    "two issuers of one name": True,
    "modulus of 8192 bits": False,
    "modulus of 8193 bits": True,
    "remembered of five": [0, 1, 2, 5],
    "remembered token": "accepted",
    "remembered token at its end": "expired",
    "remembered token before its time": "not_yet",
    "remembered token without its key": "key",
    "remembered token with its key replaced": "signature",
}


class Keys:
    """Keys that can be taken away."""

    def __init__(self, trusting: ModuleType, name: str) -> None:
        self._trusting = trusting
        self.key: Any = None
        self.give(name)

    def give(self, name: str) -> None:
        self.key = self._trusting.trusted_key(ec_jwk(ec_key(name), "ours"))

    def known(self, kid: str) -> Any:  # noqa: ARG002 - one key
        return self.key

    async def sought(self, kid: str) -> None:  # noqa: ARG002 - nobody to ask
        return None


async def probed(trusting: ModuleType, verifying: ModuleType) -> dict[str, Any]:
    return {**built(trusting, verifying), **await remembered(trusting, verifying)}


def built(trusting: ModuleType, verifying: ModuleType) -> dict[str, Any]:
    good = {"iss": "https://a.example", "audience": "b", "keys": trusting.StaticKeys([])}
    issuer = trusting.TrustedIssuer(**good)
    return {
        "issuers refused": [
            refuses(lambda bad=bad: trusting.TrustedIssuer(**{**good, **bad})) for bad in BAD_ISSUERS
        ],
        "sets refused": [refuses(lambda bad=bad: trusting.published_keys(bad)) for bad in BAD_SETS],
        "default token types": sorted(issuer.token_types),
        "default algorithms": sorted(issuer.algorithms),
        "two issuers of one name": refuses(lambda: verifying.Verifier([issuer, issuer], datetime.now)),
        "modulus of 8192 bits": unfit(trusting, 8192),
        "modulus of 8193 bits": unfit(trusting, 8193),
    }  # fmt: skip


def refuses(build: Any) -> bool:
    try:
        build()
    except ValueError:
        return True
    except Exception:  # noqa: BLE001 - a fault is what a mutant may show
        return False
    return False


def unfit(trusting: ModuleType, bits: int) -> bool:
    modulus = (2 ** (bits - 1) + 1).to_bytes((bits + 7) // 8)
    try:
        trusting.trusted_key({"kty": "RSA", "kid": "k", "n": b64(modulus), "e": "AQAB"})
    except trusting.KeyUnfit:
        return True
    return False


async def remembered(trusting: ModuleType, verifying: ModuleType) -> dict[str, Any]:
    sizes = []
    for most in (0, 1, 2, 9):
        some = verifying.Verifier(issuers_of(trusting, ISSUERS), at(NOW), remembered=most)
        for token in GOOD[:5]:
            await some.verify(token)
        sizes.append(len(some._remembered))
    return {"remembered of five": sizes, **await again(trusting, verifying)}


async def again(trusting: ModuleType, verifying: ModuleType) -> dict[str, str]:
    """What becomes of a token that held when the time or the key changes."""
    keys = Keys(trusting, "ours")
    time = [float(NOW)]
    issuer = trusting.TrustedIssuer(
        ISSUERS[0]["iss"], ISSUERS[0]["audience"], keys, max_lifetime=timedelta(minutes=10)
    )
    judge = verifying.Verifier([issuer], lambda: datetime.fromtimestamp(time[0], UTC))

    async def verdict() -> str:
        try:
            await judge.verify(TOKEN)
        except TokenRefused as refused:
            return str(refused.reason)
        return "accepted"

    found = {"first": await verdict(), "remembered token": await verdict()}
    time[0] = NOW + 570.0
    found["remembered token at its end"] = await verdict()
    time[0] = NOW - 91.0
    found["remembered token before its time"] = await verdict()
    time[0] = float(NOW)
    await verdict()
    keys.give("stranger")
    found["remembered token with its key replaced"] = await verdict()
    keys.give("ours")
    await verdict()
    keys.key = None
    found["remembered token without its key"] = await verdict()
    assert found.pop("first") == "accepted"
    return found


def at(seconds: float) -> Any:
    return lambda: datetime.fromtimestamp(seconds, UTC)
