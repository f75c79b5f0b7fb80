"""What tokens and the issuer's documents look like on the wire, in the words of their standards."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.scalars import View
from app.tokens.refusal import TokenError


def member(longest: int, description: str) -> Any:
    """Describe a member of a form; what is wrong with it is told in the way of OAuth."""
    bound: dict[str, Any] = {"maxLength": longest}
    return Field(default=None, description=description, json_schema_extra=bound)


class TokenForm(BaseModel):
    """A request for a token; members that are not known are ignored (RFC 6749, section 3.2)."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    grant_type: str | None = member(64, "`client_credentials`.")
    scope: str | None = member(4000, "Actions with a blank between each two; all if not told.")
    client_id: str | None = member(64, "The id of a service account.")
    client_secret: str | None = member(128, "One of its keys.")


class TokenView(View):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a type
    expires_in: int = Field(description="Seconds until it ends.")
    scope: str = Field(description="What it is good for: actions with a blank between each two.")


class TokenErrorView(View):
    """Why no token was issued (RFC 6749, section 5.2)."""

    error: TokenError
    error_description: str = Field(description="For whoever writes the client.")


class PublicKeyView(View):
    """A public key that verifies our tokens (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str
    key_ops: list[str]


class KeySetView(View):
    """The keys that verify tokens which may still hold."""

    keys: list[PublicKeyView]


class AuthorizationServerView(View):
    """What the issuer is and can do (RFC 8414); there is no sign-in here."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


class OpenidConfigurationView(AuthorizationServerView):
    """The same for clients that look here alone; no ID token is issued."""

    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
