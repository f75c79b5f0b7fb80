"""The tables of meetings and motions."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common, new_id
from app.vocabulary import MotionKind, MotionState


class Meeting(Common, Base):
    """A meeting of the members; the bi-annual one sets topics and targets."""

    __tablename__ = "meetings"
    follows = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    held_on: Mapped[date]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Motion(Common, Base):
    """What a meeting was asked to decide, and what it decided.

    A motion to adopt a topic names it; a motion to shorten a review says to how many days.
    """

    __tablename__ = "motions"
    follows = "motion"
    __table_args__ = (
        CheckConstraint("(kind = 'adopt_topic') = (topic_id is not null)", name="topic"),
        CheckConstraint("(kind = 'set_review_days') = (review_days is not null)", name="review"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    kind: Mapped[MotionKind]
    wording: Mapped[str]
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("topics.id"))
    review_days: Mapped[int | None]
    state: Mapped[MotionState]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstentions: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
