"""What a caller learns about itself."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.policy import Action
from app.scalars import View
from app.vocabulary import AccountKind, Role


class Holding(View):
    """A role, and the district it is held in; null for the consortium."""

    role: Role
    district_id: UUID | None


class AccountTold(View):
    """An account as it is stored."""

    id: UUID
    kind: AccountKind
    display_name: str
    email: str | None
    district_id: UUID | None
    created_at: datetime


class MeView(View):
    """Who the caller is, what it holds, and what it may do."""

    account: AccountTold
    roles: list[Holding]
    districts: list[UUID] = Field(description="The districts in which a role is held.")
    whole_consortium: bool = Field(
        description="Whether a role reaches the rows every district owns."
    )
    scopes: list[Action] | None = Field(
        description="What the credential is narrowed to; null where nothing narrows the roles."
    )
    actions: list[Action] = Field(description="What the caller may do, by its roles and scopes.")
