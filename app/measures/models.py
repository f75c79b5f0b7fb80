"""The tables of measures."""

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
from app.measuring.words import Direction, PeriodKind
from app.vocabulary import MeasureKind


class Measure(DistrictOwned, Base):
    """What a district counts; ``code`` is its natural key, ``edition`` its newest definition.

    It belongs to the district and not to a plan, so that its series goes on from plan to plan.
    """

    __tablename__ = "measures"
    __table_args__ = (UniqueConstraint("district_id", "code"),)
    follows = "measure"

    district_id: Mapped[UUID] = mapped_column(
        ForeignKey("districts.id"), primary_key=True, sort_order=-1
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    name: Mapped[str]
    edition: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class MeasureEdition(DistrictOwned, Base):
    """One version of a measure's definition; never changed, a new one follows it (TR-15).

    Editions are counted from 1; ``era`` rises by one where an edition breaks with all before it.
    A rate or a mean is numerator / denominator times ``factor``; any other kind has none of the
    three. ``dimensions`` are those an observation may be broken down by, ``grace_days`` the days
    after a period within which its value is not yet overdue, null for the usual ones.
    """

    __tablename__ = "measure_editions"
    __table_args__ = (
        UniqueConstraint("district_id", "id"),
        CheckConstraint("(kind in ('rate', 'mean')) = (factor is not null)", name="ratio"),
        CheckConstraint("edition >= 1 and era between 1 and edition", name="era"),
        ForeignKeyConstraint(
            ["district_id", "measure_id"], ["measures.district_id", "measures.id"]
        ),
        {"info": {"rights": {"c34_app": "select, insert"}}},
    )
    follows = "measure_edition"

    measure_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(default=new_id)
    era: Mapped[int]
    era_break: Mapped[bool]
    reason: Mapped[str | None]
    definition: Mapped[str]
    kind: Mapped[MeasureKind]
    direction: Mapped[Direction]
    unit: Mapped[str]
    numerator: Mapped[str | None]
    denominator: Mapped[str | None]
    factor: Mapped[int | None]
    decimals: Mapped[int]
    frequency: Mapped[PeriodKind]
    grace_days: Mapped[int | None]
    source: Mapped[str | None]
    dimensions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    counts_students: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[UUID]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
