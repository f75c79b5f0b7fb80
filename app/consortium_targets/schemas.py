"""What the consortium's targets look like on the wire."""

from datetime import date
from uuid import UUID

from app.measuring.words import Direction
from app.scalars import Figure, View


class ConsortiumTargetView(View):
    """What the members aim for on an item of the benchmarks by a period.

    ``increase`` means at least the aim, ``decrease`` at most, ``maintain`` as near as can be. The
    target is in force until a later motion sets another on the same item and period.
    """

    id: UUID
    topic_id: UUID
    instrument_code: str
    item_code: str
    period: str
    direction: Direction
    aim: Figure
    motion_id: UUID
    adopted_on: date
    in_force: bool
