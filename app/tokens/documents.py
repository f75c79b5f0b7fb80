"""What the issuer publishes, for whoever verifies its tokens or asks for one."""

from typing import Final

from app.identity.issuer import authorization_server, openid_configuration
from app.policy import Action, Grant
from app.tokens.schemas import AuthorizationServerView, KeySetView, OpenidConfigurationView

TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - an address, not a secret
JWKS_PATH: Final = "/.well-known/jwks.json"
SCOPES: Final = [action.value for action in Action if not action.public]


class IssuerDocuments:
    """The documents of our own issuer."""

    def __init__(self, grant: Grant) -> None:
        self._issuer = grant.issuing.issuer

    def key_set(self) -> KeySetView:
        """Write the public keys."""
        return KeySetView.model_validate(self._issuer.jwks())

    def authorization_server(self) -> AuthorizationServerView:
        """Write what an OAuth client needs to know."""
        told = authorization_server(
            self._issuer.iss, SCOPES, token_path=TOKEN_PATH, jwks_path=JWKS_PATH
        )
        return AuthorizationServerView.model_validate(told)

    def openid_configuration(self) -> OpenidConfigurationView:
        """Write the same in the place where OpenID clients look."""
        told = openid_configuration(
            self._issuer.iss, SCOPES, token_path=TOKEN_PATH, jwks_path=JWKS_PATH
        )
        return OpenidConfigurationView.model_validate(told)
