"""What users and service accounts look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, Field

from app.scalars import Email, Formed, Id, Input, Name, View

Subject = Annotated[
    str,
    Formed(
        "[!-~]{1,255}",
        255,
        "A subject is 1 to 255 printable ASCII characters without a blank.",
        "0601620-steward",
    ),
]
"""What an issuer calls a person (``sub`` of OpenID Connect); it is compared to the letter."""
IssuerName = Annotated[
    str,
    Formed(
        "https://[!-~]{1,240}",
        248,
        "An issuer is named by its https address.",
        "https://login.example.org",
    ),
]
Organisation = Annotated[
    Id | None, Field(description="The district whose account it is; null for the consortium.")
]


AccountOrder = Literal["display_name", "-display_name", "created_at", "-created_at"]


class UserDraft(Input):
    """A person to register, known by issuer and subject; our own issuer where none is told."""

    subject: Subject
    display_name: Name
    issuer: IssuerName | None = None
    email: Email | None = None
    district_id: Organisation = None


class ServiceAccountDraft(Input):
    """An integration to register, of a district or of the consortium."""

    display_name: Name
    district_id: Organisation = None


class UserRevision(Input):
    """What to correct of a person; who it is by issuer and subject stays."""

    display_name: Name | MISSING = MISSING
    email: Email | MISSING | None = MISSING


class ServiceAccountRevision(Input):
    """What to correct of an integration."""

    display_name: Name | MISSING = MISSING


class UserView(View):
    """A person as an organisation knows it; its e-mail is for contact and identifies nobody."""

    id: UUID
    district_id: UUID | None
    issuer: str
    subject: str
    display_name: str
    email: str | None
    created_at: datetime
    version: int


class ServiceAccountView(View):
    """An integration; its ``id`` is the ``client_id`` with which it asks for tokens."""

    id: UUID
    district_id: UUID | None
    display_name: str
    created_at: datetime
    version: int
