"""The tables of targets."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id
from app.measuring.words import Direction, TargetStatus


class Target(DistrictOwned, Base):
    """Where a measure should be, for one indicator: a way from a baseline to an aim, or a band.

    A way (``increase``, ``decrease``) has ``baseline_*`` and ``aim_*`` and none of the band's; a
    band (``maintain``) has ``low``, ``high``, ``starts_in`` and perhaps ``due_in``. Periods are
    written as ``app.measuring.periods`` reads them. ``milestones`` is a list of
    ``{"period": "2026-27", "value": 44}``, values as text so that they stay exact. ``tolerance`` is
    in the unit of the measure, null for a tenth of the way or of the width.
    """

    __tablename__ = "targets"
    __table_args__ = (
        UniqueConstraint("district_id", "indicator_id", "measure_id"),
        CheckConstraint(
            "case when direction = 'maintain'"
            " then num_nonnulls(low, high, starts_in) = 3 and"
            " num_nonnulls(baseline_period, baseline_value, baseline_edition, aim_value) = 0"
            " else direction <> 'neutral' and num_nonnulls(low, high, starts_in) = 0 and"
            " num_nonnulls(baseline_period, baseline_value, baseline_edition, aim_value, due_in)"
            " = 5 end",
            name="kind",
        ),
        CheckConstraint("tolerance >= 0", name="tolerance"),
        ForeignKeyConstraint(
            ["district_id", "indicator_id", "measure_id"],
            [
                "indicator_measures.district_id",
                "indicator_measures.indicator_id",
                "indicator_measures.measure_id",
            ],
        ),
        ForeignKeyConstraint(
            ["district_id", "measure_id", "edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
        ),
        ForeignKeyConstraint(
            ["district_id", "measure_id", "baseline_edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
        ),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "target"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    indicator_id: Mapped[UUID]
    measure_id: Mapped[UUID] = mapped_column(index=True)
    edition: Mapped[int]
    direction: Mapped[Direction]
    baseline_period: Mapped[str | None]
    baseline_value: Mapped[Decimal | None] = mapped_column(Numeric)
    baseline_edition: Mapped[int | None]
    aim_value: Mapped[Decimal | None] = mapped_column(Numeric)
    low: Mapped[Decimal | None] = mapped_column(Numeric)
    high: Mapped[Decimal | None] = mapped_column(Numeric)
    starts_in: Mapped[str | None]
    due_in: Mapped[str | None]
    milestones: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    tolerance: Mapped[Decimal | None] = mapped_column(Numeric)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Rebaselining(DistrictOwned, Base):
    """A target that took the place of an earlier one: why, by whom decided, the old and the new."""

    __tablename__ = "rebaselinings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "target_id"],
            ["targets.district_id", "targets.id"],
            ondelete="CASCADE",
        ),
        {"info": {"rights": {"c34_app": "select, insert"}}},
    )
    follows = "rebaselining"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    target_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[str]
    decided_by: Mapped[str]
    recorded_by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    old: Mapped[dict[str, Any]] = mapped_column(JSONB)
    new: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class StatusOverride(DistrictOwned, Base):
    """A flag beside a computed status, with its reason and who set it (TR-16); it is no status.

    ``says`` is what the person holds the status to be. One is in force until it is lifted.
    """

    __tablename__ = "status_overrides"
    __table_args__ = (
        Index(
            "uq_status_overrides_in_force",
            "district_id",
            "target_id",
            unique=True,
            postgresql_where=text("lifted_at is null"),
        ),
        ForeignKeyConstraint(
            ["district_id", "target_id"],
            ["targets.district_id", "targets.id"],
            ondelete="CASCADE",
        ),
    )
    follows = "status_override"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    target_id: Mapped[UUID] = mapped_column(index=True)
    says: Mapped[TargetStatus]
    reason: Mapped[str]
    by: Mapped[UUID]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
