"""The tables of plans."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id
from app.vocabulary import PlanLifecycle


class Plan(DistrictOwned, Base):
    """A strategic plan of a district, or of one of its schools, from one school year to another.

    ``code`` is its natural key in the district. ``supersedes_id`` links plan 2.0 to plan 1.0.
    """

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        UniqueConstraint("district_id", "supersedes_id"),
        CheckConstraint("first_year <= last_year", name="years"),
        ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"]),
        ForeignKeyConstraint(["district_id", "supersedes_id"], ["plans.district_id", "plans.id"]),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "plan"

    district_id: Mapped[UUID] = mapped_column(
        ForeignKey("districts.id"), primary_key=True, sort_order=-1
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    title: Mapped[str]
    first_year: Mapped[str]
    last_year: Mapped[str]
    school_id: Mapped[UUID | None]
    supersedes_id: Mapped[UUID | None]
    lifecycle: Mapped[PlanLifecycle] = mapped_column(index=True)
    mission: Mapped[str | None]
    values: Mapped[list[str]] = mapped_column(ARRAY(Text))
    recommended_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


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
