"""What the consortium looks like on the wire."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.scalars import View


class ConsortiumView(View):
    """The association of the member districts."""

    id: UUID
    name: str
    adopted_on: date | None = Field(description="When the members adopted their strategic plan.")
    purposes: list[str]
    core_values: list[str]
    charter_version: int = Field(description="The version of the trust charter in force.")
    version: int
