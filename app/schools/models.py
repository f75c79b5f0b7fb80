"""The table of schools."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id


class School(DistrictOwned, Base):
    """A school of a district; ``code`` is the district's own name for it, and its natural key.

    ``nces_id`` has twelve digits: seven of the district and five of the school.
    """

    __tablename__ = "schools"
    __table_args__ = (UniqueConstraint("district_id", "code"),)
    follows = "school"

    district_id: Mapped[UUID] = mapped_column(
        ForeignKey("districts.id"), primary_key=True, sort_order=-1
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    nces_id: Mapped[str | None]
    name: Mapped[str]
    grade_span: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
