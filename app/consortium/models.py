"""The table of the consortium itself."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common, new_id


class Consortium(Common, Base):
    """The association: one per deployment."""

    __tablename__ = "consortium"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    adopted_on: Mapped[date | None]
    purposes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    core_values: Mapped[list[str]] = mapped_column(ARRAY(Text))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
