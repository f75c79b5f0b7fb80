"""The table of consents to named sharing."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Shared, new_id


class Consent(Shared, Base):
    """That a district shows its answer to one item to a member, or to every member (TR-26).

    It holds no value: the vault opens the answer whenever a recipient asks. ``mutual`` shows it
    only to who shows its own answer to the same item back. A row is kept when the consent ends:
    what was known stays known (DR-11).
    """

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        Index(None, "item_id", "round_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    mutual: Mapped[bool]
    until: Mapped[date | None]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
