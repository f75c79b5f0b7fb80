"""The tokens of the peer."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

ALGORITHM = "HS256"


def create_access_token(subject: UUID, expires_delta: timedelta, secret_key: str) -> str:
    """Sign a token for a user."""
    expire = datetime.now(UTC) + expires_delta
    return jwt.encode({"exp": expire, "sub": str(subject)}, secret_key, algorithm=ALGORITHM)
