"""Our own issuer: short-lived access tokens (RFC 9068) and the documents that announce it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from app.disclosure.signatures import CERTIFICATE, detached
from app.identity.signing import ALGORITHM, SigningKeys
from app.identity.trust import TrustedIssuer

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type
CHECKPOINT = "ledger-checkpoint+jwt"
"""The type of a signed checkpoint of the ledger, which no verifier of tokens takes for one."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An access token as it is handed out, once; ``expires_in`` is in seconds."""

    token: str = field(repr=False)
    expires_in: int
    scope: str
    jti: str


class LocalIssuer:
    """Issues tokens that end after the ring's ``lifetime`` and cannot be renewed."""

    def __init__(
        self, iss: str, audience: str, keys: SigningKeys, clock: Callable[[], datetime]
    ) -> None:
        self.iss = require_base(iss)
        self.audience = audience
        self._keys = keys
        self._clock = clock

    def issue(
        self, *, subject: str, client_id: str, key_id: UUID, scopes: Collection[str]
    ) -> IssuedToken:
        """Issue a token to who proved to hold a key; ``cid`` names that key, not its secret."""
        issued = int(self._clock().timestamp())
        lifetime = int(self._keys.lifetime.total_seconds())
        scope = " ".join(sorted(scopes))
        jti = str(uuid4())
        claims = {
            "iss": self.iss,
            "aud": self.audience,
            "sub": subject,
            "client_id": client_id,
            "cid": str(key_id),
            "scope": scope,
            "iat": issued,
            "exp": issued + lifetime,
            "jti": jti,
        }
        token = self._keys.sign(claims, ACCESS_TOKEN)
        return IssuedToken(token=token, expires_in=lifetime, scope=scope, jti=jti)

    def checkpoint(self, *, batch: int, total: int, chain: str) -> tuple[str, dict[str, object]]:
        """Sign how far the ledger's chain has come, and give the public key that verifies it."""
        key = self._keys.current
        claims = {
            "iss": self.iss,
            "iat": int(self._clock().timestamp()),
            "batch": batch,
            "total": total,
            "hash": chain,
        }
        return key.sign(claims, CHECKPOINT), key.published()

    def certificate(self, content: bytes) -> tuple[str, dict[str, object]]:
        """Sign what a release vouches for apart from it; give the public key that verifies it."""
        key = self._keys.current
        return detached(key.sign(content, CERTIFICATE)), key.published()

    def jwks(self) -> dict[str, object]:
        """Write the key set that others verify our tokens with."""
        return self._keys.jwks()

    def trusted(self) -> TrustedIssuer:
        """Say to a verifier what our own tokens are."""
        return TrustedIssuer(
            iss=self.iss,
            audience=self.audience,
            keys=self._keys,
            algorithms=frozenset({ALGORITHM}),
            token_types=frozenset({ACCESS_TOKEN}),
            max_lifetime=self._keys.lifetime,
        )


def authorization_server(
    base_url: str, scopes: Collection[str], *, token_path: str, jwks_path: str
) -> dict[str, object]:
    """Write the content of ``/.well-known/oauth-authorization-server`` (RFC 8414 section 2).

    There is no authorization endpoint, hence no response type: people sign in elsewhere.
    """
    base = require_base(base_url)
    return {
        "issuer": base,
        "token_endpoint": base + token_path,
        "jwks_uri": base + jwks_path,
        "scopes_supported": sorted(scopes),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


def openid_configuration(
    base_url: str, scopes: Collection[str], *, token_path: str, jwks_path: str
) -> dict[str, object]:
    """Write the same for clients that look in ``/.well-known/openid-configuration`` alone.

    It promises no sign-in: ID tokens are not issued.
    """
    return {
        **authorization_server(base_url, scopes, token_path=token_path, jwks_path=jwks_path),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }


def require_base(url: str) -> str:
    """Return an issuer's address, or raise ``ValueError``; tokens are compared to it by letter.

    https, or http on this machine; no query, no fragment, no user, no slash at the end.
    """
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    plain = url == f"{parts.scheme}://{parts.netloc}{parts.path}" and "@" not in parts.netloc
    if not parts.hostname or not plain or not (parts.scheme == "https" or local):
        raise ValueError("An issuer is an https address without query, fragment or user.")
    if url.endswith("/"):
        raise ValueError("An issuer's address has no slash at its end.")
    return url
