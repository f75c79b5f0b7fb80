"""The tables of observations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id
from app.measuring.words import ValueStatus

EDITIONS = [
    "measure_editions.district_id",
    "measure_editions.measure_id",
    "measure_editions.edition",
]


class Observation(DistrictOwned, Base):
    """What a measure came to: natural key (measure, edition, school, period, breakdown).

    ``breakdown`` is an object of dimension to category, ``{}`` for the total, and ``breakdown_key``
    its one spelling: row security lets an index find a text, and no document. ``school_id`` is null
    for the whole district. ``starts`` and ``ends`` are the first and last day of ``period``, by
    which observations are put in order. ``class_of`` is the year in which the students graduate,
    where the breakdown is by grade alone. A ratio keeps its ``numerator`` and ``denominator`` and
    no ``value``; a plain measure keeps its ``value`` and neither.
    """

    __tablename__ = "observations"
    __table_args__ = (
        Index(
            "uq_observations_natural_key",
            "district_id",
            "measure_id",
            "edition",
            "period",
            "school_id",
            "breakdown_key",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_observations_starts", "district_id", "starts", "id"),
        Index(
            "ix_observations_total",
            "district_id",
            "measure_id",
            "ends",
            "edition",
            postgresql_where=text("school_id is null and breakdown = '{}'::jsonb"),
        ),
        Index(
            "ix_observations_class",
            "district_id",
            "measure_id",
            "class_of",
            "ends",
            postgresql_where=text("school_id is null and class_of is not null"),
        ),
        CheckConstraint("denominator >= 0", name="denominator"),
        CheckConstraint("starts <= ends", name="period"),
        CheckConstraint(
            "status in ('reported', 'estimated')"
            " or num_nonnulls(value, numerator, denominator) = 0",
            name="value",
        ),
        ForeignKeyConstraint(["district_id", "measure_id", "edition"], EDITIONS),
        ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"]),
    )
    follows = "observation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    measure_id: Mapped[UUID]
    edition: Mapped[int]
    school_id: Mapped[UUID | None]
    period: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    breakdown: Mapped[dict[str, Any]] = mapped_column(JSONB)
    breakdown_key: Mapped[str] = mapped_column(Computed("(breakdown)::text", persisted=True))
    class_of: Mapped[int | None]
    status: Mapped[ValueStatus]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Correction(DistrictOwned, Base):
    """What an observation said before it was corrected; ``version`` is the one that it had."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_observation", "district_id", "observation_id", "version"),
        ForeignKeyConstraint(
            ["district_id", "observation_id"], ["observations.district_id", "observations.id"]
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    observation_id: Mapped[UUID]
    version: Mapped[int]
    status: Mapped[ValueStatus]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    corrected_at: Mapped[datetime] = mapped_column(default=now)
    corrected_by: Mapped[UUID]
    reason: Mapped[str | None]
