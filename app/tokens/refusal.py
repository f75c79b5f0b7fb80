"""How the token endpoint refuses: the errors of OAuth 2 (RFC 6749, section 5.2), in their own form.

Client libraries read these members, so that they take the place of problem details here.
"""

from enum import StrEnum
from typing import Final

BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
CHALLENGE: Final = {"www-authenticate": 'Basic realm="c34", charset="UTF-8"'}


class TokenError(StrEnum):
    """What is wrong, in the words of the standard."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_SCOPE = "invalid_scope"


class TokenRefusal(Exception):  # noqa: N818 - says what happened, as problems do
    """No token is issued; ``description`` is for whoever writes the client."""

    def __init__(self, error: TokenError, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description

    @property
    def status(self) -> int:
        """Return the HTTP status that goes with the error."""
        return UNAUTHORIZED if self.error is TokenError.INVALID_CLIENT else BAD_REQUEST

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that go with the error."""
        return CHALLENGE if self.error is TokenError.INVALID_CLIENT else {}


UNKNOWN_CLIENT: Final = (TokenError.INVALID_CLIENT, "The client is not known by this secret.")
"""One answer, whatever is wrong with a client's credentials."""
