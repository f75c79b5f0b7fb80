"""The tables of districts."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Common, new_id
from app.vocabulary import DistrictState, Locale


class District(Common, Base):
    """A member of the consortium, and the public context it works in.

    ``administration`` names who runs the district, where one administration runs several: those
    count once in a released figure (DR-01). ``enrollment`` is in students.
    """

    __tablename__ = "districts"
    follows = "district"
    __table_args__ = (CheckConstraint("enrollment >= 0", name="enrollment"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    nces_id: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    time_zone: Mapped[str]
    standing: Mapped[DistrictState]
    joined_on: Mapped[date]
    county: Mapped[str | None]
    grade_span: Mapped[str | None]
    enrollment: Mapped[int | None]
    locale: Mapped[Locale | None]
    administration: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    external_ids: Mapped[list["DistrictExternalId"]] = relationship(
        lazy="raise", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class DistrictExternalId(Common, Base):
    """What another system calls a district."""

    __tablename__ = "district_external_ids"
    __table_args__ = (UniqueConstraint("district_id", "scheme"),)

    scheme: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))
