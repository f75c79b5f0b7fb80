"""The tables of districts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import now
from app.db import Base, Common, DistrictOwned, new_id
from app.policy.lock import OWNER
from app.vocabulary import DepartureState, DistrictState, Locale


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


class Departure(DistrictOwned, Base):
    """How a district leaves: announced, confirmed, held, and shredded when the hold is over.

    ``answers`` is how many versions of answers were exported, as the district said when it
    confirmed; ``key_version`` is then its newest data key, the last that is shredded. A district
    has one departure under way at most, and one that is shredded marks its answers as gone for
    good: they take part in no release from then on (TR-28).
    """

    __tablename__ = "departures"
    __table_args__ = (
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        CheckConstraint(
            "(held_until is null) = (confirmed_at is null)"
            " and (state <> 'held' or (held_until is not null and key_version is not null))"
            " and (state = 'shredded') = (shredded_at is not null)",
            name="course",
        ),
        Index(
            "ix_departures_under_way",
            "district_id",
            unique=True,
            postgresql_where=text("state in ('announced', 'held')"),
        ),
        {"info": {"policies": {"asked": f"for select to {OWNER} using (true)"}}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[DepartureState]
    announced_by: Mapped[UUID]
    announced_at: Mapped[datetime] = mapped_column(default=now)
    answers: Mapped[int | None]
    key_version: Mapped[int | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    cancelled_by: Mapped[UUID | None]
    cancelled_at: Mapped[datetime | None]
    shredded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
