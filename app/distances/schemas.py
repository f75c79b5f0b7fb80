"""What the distance to a target of the consortium looks like on the wire."""

from uuid import UUID

from pydantic import Field

from app.measuring.words import Direction
from app.scalars import Figure, View


class DistanceView(View):
    """A district's own answer beside what the members aim for, to its own eyes alone.

    `figure` is what the district attested to the item for the period, rounded as the item's figures
    are released; `distance` is that less the aim, and `met` follows from it by the direction:
    `maintain` is met at the aim alone. All are null where the district reported no figure. Where
    the item was asked in several rounds of the period, the answer is the one attested last.
    """

    target_id: UUID
    district_id: UUID
    instrument_code: str
    item_code: str
    period: str
    unit: str | None
    direction: Direction
    aim: Figure
    round_id: UUID | None = Field(description="The round that the answer was attested to.")
    figure: Figure | None
    distance: Figure | None = Field(description="In `unit`; negative below the aim.")
    met: bool | None
