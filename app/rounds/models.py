"""The tables of rounds and their peer groups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Common, new_id
from app.policy.lock import APP, RELEASE
from app.vocabulary import RoundStage


class Round(Common, Base):
    """One run of an instrument on a topic for a period; its stage says what may be done with it.

    ``review_days`` is how long answers may be corrected after the close; ``charter_version`` is
    fixed when the round opens.
    """

    __tablename__ = "rounds"
    follows = "round"
    __table_args__ = {  # noqa: RUF012 - SQLAlchemy's own idiom
        "info": {"rights": {APP: "select, insert, update", RELEASE: "select, update"}}
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str]
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topics.id"))
    instrument_id: Mapped[UUID] = mapped_column(ForeignKey("instruments.id"))
    period: Mapped[str]
    stage: Mapped[RoundStage]
    charter_version: Mapped[int | None] = mapped_column(ForeignKey("charters.version"))
    review_days: Mapped[int]
    review_motion_id: Mapped[UUID | None] = mapped_column(ForeignKey("motions.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    review_until: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class RoundReopening(Common, Base):
    """That a published round was put in review again, and why."""

    __tablename__ = "round_reopenings"
    __table_args__ = {  # noqa: RUF012 - SQLAlchemy's own idiom
        "info": {"rights": {APP: "select, insert"}}
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), index=True)
    reason: Mapped[str]
    reopened_by: Mapped[UUID]
    reopened_at: Mapped[datetime] = mapped_column(default=now)


class PeerGroup(Common, Base):
    """Districts of a like context, fixed for a round before it opens."""

    __tablename__ = "peer_groups"
    follows = "peer_group"
    __table_args__ = (UniqueConstraint("round_id", "basis", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    basis: Mapped[str]
    name: Mapped[str]


class PeerGroupMember(Common, Base):
    """One district of a peer group."""

    __tablename__ = "peer_group_members"

    peer_group_id: Mapped[UUID] = mapped_column(ForeignKey("peer_groups.id"), primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"), primary_key=True)
