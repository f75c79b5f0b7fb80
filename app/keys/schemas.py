"""What keys look like on the wire: a secret is in the answer that makes it, and in no other."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.policy import Action
from app.scalars import Id, Input, Instant, Name, View, WholeNumber

Scopes = Annotated[
    list[Action] | None,
    Field(
        min_length=1,
        max_length=len(Action),
        description="What the key is good for; null where only the roles of its account say so.",
    ),
]
Overlap = Annotated[int, WholeNumber(ge=0, le=168)]
"""Hours for which a key that was replaced still holds."""
Expiry = Annotated[
    Instant | None, Field(description="When the key ends by itself; null if it never does.")
]


KeyOrder = Literal["name", "-name", "created_at", "-created_at"]


class KeyDraft(Input):
    """A key to make."""

    name: Name
    scopes: Scopes = None
    expires_at: Expiry = None


class KeptKeyDraft(KeyDraft):
    """A key to make for an account of the organisation."""

    account_id: Id


class KeyRotation(Input):
    """How to replace a key; without ``expires_at`` the new one lives as long as the old one did."""

    overlap_hours: Overlap = 24
    expires_at: Instant | None = None


class KeyView(View):
    """A key without its secret, which nobody can be shown again."""

    id: UUID
    account_id: UUID
    district_id: UUID | None
    name: str
    scopes: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    replaced_by: UUID | None
    version: int


class MadeKeyView(KeyView):
    """A key that was just made."""

    secret: str | None = Field(
        description="The whole key, shown once: null where the answer is given again."
    )
