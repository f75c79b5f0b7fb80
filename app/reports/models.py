"""The tables of progress reports."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, Told, new_id


class ProgressReport(Told, Base):
    """A plan as it stood on a day, for everybody; it is frozen, and a later one follows it.

    ``content`` is what is shown, small cells withheld (TR-17). Once withdrawn it is not shown, and
    counts among what was ever shown.
    """

    __tablename__ = "progress_reports"
    __table_args__ = (
        Index(None, "district_id", "published_at", "id"),
        ForeignKeyConstraint(["district_id", "plan_id"], ["plans.district_id", "plans.id"]),
    )
    follows = "progress_report"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID]
    title: Mapped[str]
    narrative: Mapped[str | None]
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by: Mapped[UUID]
    withdrawn_at: Mapped[datetime | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class ReportCell(DistrictOwned, Base):
    """What a progress report was made of, and whether it showed it: the memory of TR-17.

    It holds the numbers that were withheld too, so it is the district's own. ``school_id`` is null
    for the whole district; the numbers are null where the source withheld them. It is kept when the
    report is withdrawn, and never changed.
    """

    __tablename__ = "report_cells"
    __table_args__ = (
        Index(None, "district_id", "measure_id", "edition", "period"),
        ForeignKeyConstraint(
            ["district_id", "report_id"], ["progress_reports.district_id", "progress_reports.id"]
        ),
        ForeignKeyConstraint(
            ["district_id", "measure_id", "edition"],
            [
                "measure_editions.district_id",
                "measure_editions.measure_id",
                "measure_editions.edition",
            ],
        ),
        ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"]),
        {"info": {"rights": {"c34_app": "select, insert"}}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    report_id: Mapped[UUID] = mapped_column(index=True)
    measure_id: Mapped[UUID]
    edition: Mapped[int]
    period: Mapped[str]
    school_id: Mapped[UUID | None]
    breakdown: Mapped[dict[str, Any]] = mapped_column(JSONB)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    shown: Mapped[bool]
