"""The tables of indicators."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from app.clock import now
from app.db import Base, DistrictOwned, new_id
from app.goals.models import Goal
from app.measures.models import Measure


class Indicator(DistrictOwned, Base):
    """What success would look like for a goal; ``code`` is its natural key in the goal.

    An indicator is deleted with its goal.
    """

    __tablename__ = "indicators"
    __table_args__ = (
        UniqueConstraint("district_id", "goal_id", "code"),
        ForeignKeyConstraint(["district_id", "goal_id"], ["goals.district_id", "goals.id"]),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "indicator"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    goal_id: Mapped[UUID]
    code: Mapped[str]
    position: Mapped[int]
    statement: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    goal: Mapped[Goal] = relationship(
        lazy="raise", backref=backref("indicators", cascade="all", lazy="select")
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class IndicatorMeasure(DistrictOwned, Base):
    """That an indicator is told by a measure, which may go on telling in the plan that follows.

    It is deleted with its indicator, unless a target is set for the two.
    """

    __tablename__ = "indicator_measures"
    __table_args__ = (
        UniqueConstraint("district_id", "indicator_id", "measure_id"),
        ForeignKeyConstraint(
            ["district_id", "indicator_id"], ["indicators.district_id", "indicators.id"]
        ),
        ForeignKeyConstraint(["district_id", "measure_id"], [Measure.district_id, Measure.id]),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "indicator_measure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    indicator_id: Mapped[UUID]
    measure_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int]
    version: Mapped[int] = mapped_column()

    indicator: Mapped[Indicator] = relationship(
        lazy="raise", backref=backref("measures", cascade="all", lazy="select")
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
