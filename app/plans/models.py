"""The table of plans."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id
from app.districts.models import District
from app.schools.models import School
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
        ForeignKeyConstraint(["district_id", "school_id"], [School.district_id, School.id]),
        ForeignKeyConstraint(["district_id", "supersedes_id"], ["plans.district_id", "plans.id"]),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "plan"

    district_id: Mapped[UUID] = mapped_column(
        ForeignKey(District.id), primary_key=True, sort_order=-1
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
