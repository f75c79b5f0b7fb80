"""The table of goals."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from app.clock import now
from app.db import Base, DistrictOwned, new_id
from app.plans.models import Plan
from app.vocabulary import FocusArea


class Goal(DistrictOwned, Base):
    """What a plan sets out to reach, in one focus area; ``code`` is its natural key in the plan.

    ``population`` says for whom, ``position`` where it stands among the goals of the plan. A goal
    is deleted with its plan.
    """

    __tablename__ = "goals"
    __table_args__ = (
        UniqueConstraint("district_id", "plan_id", "code"),
        ForeignKeyConstraint(["district_id", "plan_id"], ["plans.district_id", "plans.id"]),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "goal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID]
    code: Mapped[str]
    position: Mapped[int]
    focus_area: Mapped[FocusArea]
    title: Mapped[str]
    statement: Mapped[str | None]
    population: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    plan: Mapped[Plan] = relationship(
        lazy="raise", backref=backref("goals", cascade="all", lazy="select")
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
