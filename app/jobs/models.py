"""The table of jobs: the outbox of what a request leaves to be done after it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Personal, new_id
from app.vocabulary import JobState


class Job(Personal, Base):
    """Long work of one account; ``asked`` and ``answer`` are sealed (TR-29).

    It is queued in the transaction of the request that asks for it, taken by a worker that holds
    ``leased_until``, and taken again by another where that one has died. ``done`` of ``total``
    counts in the unit of its kind.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("done >= 0 and (total is null or done <= total)", name="progress"),
        Index(
            "ix_jobs_waiting",
            "created_at",
            postgresql_where=text("state in ('queued', 'running')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key_id: Mapped[UUID | None]
    scopes: Mapped[str | None]
    action: Mapped[str]
    kind: Mapped[str]
    state: Mapped[JobState]
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    done: Mapped[int]
    total: Mapped[int | None]
    attempts: Mapped[int]
    cancel_asked: Mapped[bool]
    problem: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom
