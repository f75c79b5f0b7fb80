"""Puts a token before a verifier and says what came of it, in one line."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from app.identity import trust
from app.identity import verifier as verifying
from app.identity.refusal import TokenRefused

Vector = dict[str, Any]

CONTENT = json.loads(
    Path(__file__).with_name("vectors").joinpath("tokens.json").read_text(encoding="ascii")
)
NOW: int = CONTENT["now"]
ISSUERS: list[dict[str, Any]] = CONTENT["issuers"]
VECTORS: list[Vector] = CONTENT["vectors"]


class Published:
    """The keys that fit among those an issuer publishes."""

    def __init__(self, trusting: ModuleType, keys: list[Any]) -> None:
        self._keys = trusting.published_keys({"keys": keys})

    def known(self, kid: str) -> Any:
        return self._keys.get(kid)

    async def sought(self, kid: str) -> None:  # noqa: ARG002 - nobody to ask
        return None


def clock_at(seconds: float) -> Callable[[], datetime]:
    return lambda: datetime.fromtimestamp(seconds, UTC)


def issuers_of(trusting: ModuleType, described: list[dict[str, Any]]) -> list[Any]:
    return [
        trusting.TrustedIssuer(
            iss=one["iss"],
            audience=one["audience"],
            keys=Published(trusting, one["keys"]),
            algorithms=frozenset(one["algorithms"]),
            token_types=frozenset(one["token_types"]),
            max_lifetime=timedelta(seconds=one["max_lifetime"]),
        )
        for one in described
    ]


@cache
def verifier() -> verifying.Verifier:
    """A verifier that remembers nothing, hence one for all."""
    return verifying.Verifier(issuers_of(trust, ISSUERS), clock_at(NOW), remembered=0)


async def judged(judge: Any, vector: Vector) -> str:
    """The verdict and its reason; any other exception is a verdict of its own."""
    try:
        claims = await judge.verify(vector["token"])
    except TokenRefused as refused:
        return f"refused:{refused.reason}"
    except Exception as fault:  # noqa: BLE001 - a fault is what a mutant may show
        return f"fault:{type(fault).__name__}"
    expected = vector.get("says", {})
    said = {name: plain(getattr(claims, name)) for name in expected}
    return "accepted:" if said == expected else f"misread:{said}"


def plain(value: Any) -> Any:
    """A claim as the vectors write it."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, tuple):
        return [plain(member) for member in value]
    return value
