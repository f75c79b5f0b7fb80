"""The table of what boards decided on plans."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id


class BoardDecision(DistrictOwned, Base):
    """A recorded vote of the board on a plan: its approval, or a minor amendment (TR-11, TR-13).

    ``changes`` is what an amendment changed: the members of the plan, as a merge patch.
    """

    __tablename__ = "board_decisions"
    __table_args__ = (
        CheckConstraint("votes_for >= 0 and votes_against >= 0 and abstained >= 0", name="votes"),
        ForeignKeyConstraint(
            ["district_id", "plan_id"], ["plans.district_id", "plans.id"], ondelete="CASCADE"
        ),
    )
    follows = "board_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID] = mapped_column(index=True)
    motion: Mapped[str]
    decided_on: Mapped[date]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    abstained: Mapped[int]
    carried: Mapped[bool]
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
