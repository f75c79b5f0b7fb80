"""The table of progress reports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Told, new_id


class ProgressReport(Told, Base):
    """A plan as it stood on a day, for everybody; it is frozen, and a later one follows it.

    ``content`` is what is shown, small cells withheld (TR-17).
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
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
