"""The endpoints of our own issuer."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

from app.tokens.access import IssueToken, ReadIssuer
from app.tokens.credentials import client_of, require_once
from app.tokens.documents import JWKS_PATH, TOKEN_PATH
from app.tokens.refusal import UNKNOWN_CLIENT, TokenError, TokenRefusal
from app.tokens.schemas import (
    AuthorizationServerView,
    KeySetView,
    OpenidConfigurationView,
    TokenErrorView,
    TokenForm,
    TokenView,
)
from app.wire.route import Route

router = APIRouter(tags=["tokens"], route_class=Route)
CLIENT_CREDENTIALS: Final = "client_credentials"
NOT_STORED: Final = {"cache-control": "no-store", "pragma": "no-cache"}
PUBLISHED: Final = {"cache-control": "public, max-age=300"}


def refusal(error: TokenError, description: str, example: str) -> dict[str, Any]:
    """Describe a failure for the contract, in the form of OAuth."""
    shown = {"error": error.value, "error_description": example}
    content = {"application/json": {"example": shown}}
    return {"model": TokenErrorView, "description": description, "content": content}


REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    400: refusal(
        TokenError.INVALID_REQUEST, "No token is issued (RFC 6749).", "grant_type is required."
    ),
    401: refusal(UNKNOWN_CLIENT[0], "The client is not known (RFC 6749).", UNKNOWN_CLIENT[1]),
}


@router.post(TOKEN_PATH, response_model=TokenView, responses=REFUSALS)
async def issue_token(
    tokens: IssueToken,
    form: Annotated[TokenForm, Form()],
    request: Request,
    response: Response,
) -> TokenView | JSONResponse:
    """Exchange the key of a service account for a short-lived access token (RFC 6749, 4.4).

    The `client_id` is the account's id and the `client_secret` one of its keys, in the header
    (`client_secret_basic`) or in the form (`client_secret_post`). `scope` narrows the token;
    without it the token has all that the account may do now by its roles and the key's scopes. The
    token ends after `expires_in` seconds, or with the next request when its key is revoked.

    Errors have the form of the standard, `{"error", "error_description"}`, not that of problem
    details; only what is wrong with HTTP itself is told as everywhere else.
    """
    try:
        require_once(name for name, _ in (await request.form()).multi_items())
        require_grant(form.grant_type)
        client_id, secret = client_of(request.headers.get("authorization"), form)
        token = await tokens.issue(client_id, secret, form.scope)
    except TokenRefusal as refusal:
        told = TokenErrorView(error=refusal.error, error_description=refusal.description)
        headers = NOT_STORED | refusal.headers
        return JSONResponse(told.model_dump(mode="json"), refusal.status, headers)
    response.headers.update(NOT_STORED)
    return token


def require_grant(told: str | None) -> None:
    """Refuse every grant but that of the client's own credentials."""
    if not told:
        raise TokenRefusal(TokenError.INVALID_REQUEST, "grant_type is required.")
    if told != CLIENT_CREDENTIALS:
        detail = "The only grant_type is client_credentials."
        raise TokenRefusal(TokenError.UNSUPPORTED_GRANT_TYPE, detail)


@router.get(JWKS_PATH)
async def get_key_set(issuer: ReadIssuer, response: Response) -> KeySetView:
    """Read the public keys that verify our tokens (RFC 7517); look again for an unknown `kid`."""
    response.headers.update(PUBLISHED)
    return issuer.key_set()


@router.get("/.well-known/oauth-authorization-server")
async def get_authorization_server(
    issuer: ReadIssuer, response: Response
) -> AuthorizationServerView:
    """Read what our issuer is and can do (RFC 8414)."""
    response.headers.update(PUBLISHED)
    return issuer.authorization_server()


@router.get("/.well-known/openid-configuration")
async def get_openid_configuration(
    issuer: ReadIssuer, response: Response
) -> OpenidConfigurationView:
    """Read the same in the place where OpenID clients look; there is no sign-in here."""
    response.headers.update(PUBLISHED)
    return issuer.openid_configuration()
