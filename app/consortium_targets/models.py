"""The table of the consortium's targets."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common, new_id
from app.measuring.words import Direction
from app.policy.lock import APP


class ConsortiumTarget(Common, Base):
    """What the members aim for on an item of a benchmark by a period, as a motion said (TR-20).

    A row is never changed: another motion on the same item and period is the target from then on.
    """

    __tablename__ = "consortium_targets"
    __table_args__ = (
        Index(None, "instrument_code", "item_code", "period", "id"),
        {
            "info": {
                "rights": {APP: "select, insert"},
                "policies": {
                    "adopted": f"as restrictive for insert to {APP} with check (exists"
                    " (select from motions m where m.id = motion_id and m.state = 'adopted'"
                    " and m.kind = 'set_target'))"
                },
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    topic_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("topics.id"))
    instrument_code: Mapped[str]
    item_code: Mapped[str]
    period: Mapped[str]
    direction: Mapped[Direction]
    aim: Mapped[Decimal] = mapped_column(Numeric)
    motion_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("motions.id"), unique=True)
    adopted_on: Mapped[date]
