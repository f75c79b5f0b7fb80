"""How a client says who it is: HTTP Basic, or members of the form (RFC 6749, section 2.3.1)."""

from base64 import b64decode
from collections.abc import Iterable
from urllib.parse import unquote_plus

from app.tokens.refusal import UNKNOWN_CLIENT, TokenError, TokenRefusal
from app.tokens.schemas import TokenForm


def require_once(names: Iterable[str]) -> None:
    """Refuse a form that has a member twice (section 3.2)."""
    told = list(names)
    if len(told) != len(set(told)):
        raise TokenRefusal(TokenError.INVALID_REQUEST, "A parameter is given twice.")


def client_of(authorization: str | None, form: TokenForm) -> tuple[str, str]:
    """Return the id and the secret of a client; it gives them in one way, not in two."""
    if authorization is None:
        if not form.client_id or not form.client_secret:
            raise TokenRefusal(*UNKNOWN_CLIENT)
        return form.client_id, form.client_secret
    if form.client_secret:
        detail = "The client authenticates in the header or in the form, not in both."
        raise TokenRefusal(TokenError.INVALID_REQUEST, detail)
    client_id, secret = basic(authorization)
    if form.client_id and form.client_id != client_id:
        raise TokenRefusal(*UNKNOWN_CLIENT)
    return client_id, secret


def basic(authorization: str) -> tuple[str, str]:
    """Read HTTP Basic, of a client id and secret that are form-encoded before."""
    scheme, _, told = authorization.partition(" ")
    try:
        client_id, colon, secret = b64decode(told, validate=True).decode("utf-8").partition(":")
    except ValueError:
        raise TokenRefusal(*UNKNOWN_CLIENT) from None
    if scheme.lower() != "basic" or not colon:
        raise TokenRefusal(*UNKNOWN_CLIENT)
    return unquote_plus(client_id), unquote_plus(secret)
