"""The tables of meetings, motions and approved minutes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Common, new_id
from app.measuring.words import Direction
from app.policy.lock import APP
from app.vocabulary import MotionKind, MotionState, Parameter


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

    A motion to adopt a topic names it; a motion to shorten a review says to how many days, one to
    change a parameter of the charter to which value, and one to set a target for which item of the
    topic's benchmarks, for which period, which way and how far.
    """

    __tablename__ = "motions"
    follows = "motion"
    __table_args__ = (
        CheckConstraint(
            "(kind in ('adopt_topic', 'set_target')) = (topic_id is not null)", name="topic"
        ),
        CheckConstraint("(kind = 'set_review_days') = (review_days is not null)", name="review"),
        CheckConstraint(
            "num_nonnulls(parameter, value) = case kind when 'set_parameter' then 2 else 0 end",
            name="change",
        ),
        CheckConstraint(
            "num_nonnulls(instrument_code, item_code, period, direction, aim)"
            " = case kind when 'set_target' then 5 else 0 end",
            name="aim",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    kind: Mapped[MotionKind]
    wording: Mapped[str]
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("topics.id"))
    review_days: Mapped[int | None]
    parameter: Mapped[Parameter | None]
    value: Mapped[int | None]
    instrument_code: Mapped[str | None]
    item_code: Mapped[str | None]
    period: Mapped[str | None]
    direction: Mapped[Direction | None]
    aim: Mapped[Decimal | None] = mapped_column(Numeric)
    state: Mapped[MotionState]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstentions: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Minutes(Common, Base):
    """The minutes of a meeting as they were approved: a row is added once and never changed."""

    __tablename__ = "minutes"
    __table_args__ = {"info": {"rights": {APP: "select, insert"}}}  # noqa: RUF012 - SQLAlchemy's own idiom

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(default=now)
    approved_by: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
