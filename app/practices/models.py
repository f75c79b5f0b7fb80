"""The table of the directory of practices."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Shared, new_id
from app.policy.lock import APP, RELEASE, WITHIN


class Practice(Shared, Base):
    """What a member tells the others that it does, so that they can ask: its own words.

    ``yearly_cost`` is in US dollars. ``recipient_id`` is every member, always.
    """

    __tablename__ = "practices"
    __table_args__ = (
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        UniqueConstraint("district_id", "code"),
        {
            "info": {
                "rights": {APP: "select", RELEASE: "select, insert, update"},
                "policies": {"told": f"for update to {RELEASE} using ({WITHIN})"},
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topics.id"), index=True)
    title: Mapped[str]
    description: Mapped[str]
    contact: Mapped[str]
    yearly_cost: Mapped[Decimal | None] = mapped_column(Numeric)
    adopted_in: Mapped[int | None]
    regrets: Mapped[str | None]
    told_by: Mapped[UUID]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
