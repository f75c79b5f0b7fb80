"""What the directory of practices looks like on the wire."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.scalars import Code, Figure, Input, Number, Text, Title, View, WholeNumber

Words = Annotated[str, Text(1, 4000, lines=True)]
Contact = Annotated[str, Text(1, 300)]
Cost = Annotated[Decimal, Number(ge=0, le=10**12, decimal_places=2)]
Year = Annotated[int, WholeNumber(ge=1900, le=2200)]
PracticeOrder = Literal["title", "-title", "updated_at", "-updated_at"]


class PracticeContent(Input):
    """What a district tells the members that it does, in its own words."""

    topic: Code
    title: Title
    description: Words
    contact: Annotated[Contact, Field(description="Who in the district to ask, and how.")]
    yearly_cost: Annotated[Cost | None, Field(description="In US dollars a year.")] = None
    adopted_in: Annotated[Year | None, Field(description="The year it began.")] = None
    regrets: Annotated[Words | None, Field(description="What it would do otherwise now.")] = None


class PracticeView(View):
    """What a member does, and whom to ask: it opted in to be listed."""

    id: UUID
    district_id: UUID
    district: str
    code: str
    topic: str
    title: str
    description: str
    contact: str
    yearly_cost: Figure | None
    adopted_in: int | None
    regrets: str | None
    updated_at: datetime
    withdrawn_at: datetime | None
    version: int
