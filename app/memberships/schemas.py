"""What memberships look like on the wire, alone and in batches."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from app.accounts.schemas import IssuerName, Subject
from app.policy import Action
from app.scalars import (
    Email,
    ExternalScheme,
    ExternalValue,
    Flag,
    Id,
    Input,
    Instant,
    Leaid,
    Name,
    Scalar,
    View,
    wrong,
)
from app.vocabulary import Role
from app.wire.batch import BatchMode, RowProblem

MembershipOrder = Literal["valid_from", "-valid_from"]
HELD: Final = tuple(role for role in Role if role is not Role.PUBLIC)
"""The roles that somebody is given: everybody is the public."""


class GivenRole(Scalar):
    """One of the roles that a membership gives."""

    def read(self, value: Any) -> Role:
        """Return it."""
        if value not in HELD:
            raise wrong("not_one_of", f"One of {', '.join(HELD)}.")
        return Role(value)

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {"type": "string", "enum": [role.value for role in HELD]}


class SpacedScopes(Scalar):
    """Actions with a blank between each two, as OAuth writes scopes (RFC 6749, section 3.3)."""

    LONGEST: Final = 2000

    def read(self, value: Any) -> list[str]:
        """Return them as a list; an action that is not there makes it wrong."""
        if not isinstance(value, str) or len(value) > self.LONGEST:
            raise wrong("malformed", "Scopes are actions with a blank between each two.")
        scopes = value.split(" ")
        if not set(scopes) <= set(Action):
            raise wrong("not_one_of", "Each scope is the name of an action.")
        return scopes

    def schema(self) -> dict[str, Any]:
        """Describe it."""
        return {
            "type": "string",
            "maxLength": self.LONGEST,
            "examples": ["submission:enter submission:attest"],
        }


HeldRole = Annotated[Role, GivenRole()]


class MembershipDraft(Input):
    """A role to give an account of a district, or of the consortium where no district is told."""

    account_id: Id
    role: HeldRole
    district_id: Id | None = None
    valid_from: Annotated[Instant | None, Field(description="Null for now.")] = None
    valid_until: Annotated[Instant | None, Field(description="Null for as long as it is.")] = None


class MembershipView(View):
    """A role that an account holds, or held."""

    id: UUID
    account_id: UUID
    role: Role
    district_id: UUID | None
    valid_from: datetime
    valid_until: datetime | None
    granted_by: UUID | None
    revoked_at: datetime | None
    version: int


class MembershipRow(Input):
    """A person to be let in: registered if unknown, given the role unless it is held.

    The district is named by its id, its NCES id or what another system calls it.
    """

    subject: Subject
    display_name: Name
    role: HeldRole
    issuer: IssuerName | None = None
    email: Email | None = None
    district_id: Id | None = None
    nces_id: Leaid | None = None
    external_ids: dict[ExternalScheme, ExternalValue] = Field(default_factory=dict, max_length=20)
    with_key: Annotated[Flag, Field(description="Make the person a key.")] = False
    key_name: Name | None = None
    key_scope: Annotated[list[str], SpacedScopes()] | None = None


class GrantStatus(StrEnum):
    """What became of a row."""

    CREATED = "created"
    """The role was given."""
    UPDATED = "updated"
    """The role was held already, and a key was made."""
    UNCHANGED = "unchanged"
    """The role was held already."""
    FAILED = "failed"


class GrantResult(View):
    """What became of one row; ids are null where it failed, or was only tried."""

    index: int = Field(description="Its place in the batch, counted from 0.")
    status: GrantStatus
    id: UUID | None = Field(description="The membership.")
    account_id: UUID | None
    key_id: UUID | None
    secret: str | None = Field(
        description="The whole key, shown once: null where the answer is given again."
    )
    problem: RowProblem | None


class GrantBatchResult(View):
    """What became of a batch."""

    mode: BatchMode
    dry_run: bool = Field(description="Whether it was only tried, and nothing stored.")
    created: int
    updated: int
    unchanged: int
    failed: int
    results: list[GrantResult]
