"""The table of links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, new_id


class Link(DistrictOwned, Base):
    """That a measure of a district answers an item, in every edition of the instrument."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("district_id", "instrument_code", "item_code"),
        ForeignKeyConstraint(
            ["district_id", "measure_id"], ["measures.district_id", "measures.id"]
        ),
        {"info": {"rights": {"c34_app": "select, insert, update, delete"}}},
    )
    follows = "link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instrument_code: Mapped[str]
    item_code: Mapped[str]
    measure_id: Mapped[UUID] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
