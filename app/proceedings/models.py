"""The tables of agendas and attendance."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common, new_id
from app.policy.lock import APP
from app.vocabulary import Presence


class AgendaItem(Common, Base):
    """One point of a meeting's agenda, in its order; ``notes`` are what the minutes say of it."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        Index(None, "meeting_id", "position", "id"),
        CheckConstraint("num_nonnulls(topic_id, motion_id) <= 1", name="about"),
        {
            "info": {
                "rights": {APP: "select, insert, update, delete"},
                "policies": {
                    "taken_off": f"for delete to {APP} using"
                    " ((select current_setting('app.consortium', true)) = 'on')"
                },
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("meetings.id"))
    position: Mapped[int]
    title: Mapped[str]
    presenter: Mapped[str | None]
    topic_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("topics.id"))
    motion_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("motions.id"))
    notes: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Attendance(Common, Base):
    """Whether a district took part in a meeting, and who spoke for it."""

    __tablename__ = "attendance"

    meeting_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("meetings.id"), primary_key=True)
    district_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("districts.id"), primary_key=True)
    presence: Mapped[Presence]
    representative: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
