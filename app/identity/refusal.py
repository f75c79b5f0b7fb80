"""How a token is refused: one exception, whatever the reason."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a token was refused; counted in metrics, never told to a caller."""

    MALFORMED = "malformed"
    HEADER = "header"
    ISSUER = "issuer"
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    CLAIM = "claim"
    NOT_YET = "not_yet"
    LIFETIME = "lifetime"
    EXPIRED = "expired"


class TokenRefused(Exception):  # noqa: N818 - says what happened, as problems do
    """A token does not hold; its text is the same whatever ``reason`` is."""

    def __init__(self, reason: Reason) -> None:
        super().__init__("The token is refused.")
        self.reason = reason

    @property
    def expired(self) -> bool:
        """Whether the token's time being over is all that is wrong with it."""
        return self.reason is Reason.EXPIRED
