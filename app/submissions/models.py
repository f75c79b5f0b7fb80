"""The tables of submissions and of confidential answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, DistrictOwned, Sealed, new_id
from app.policy.lock import OWNER, RELEASE, RESEALED
from app.vocabulary import SubmissionState


class Submission(DistrictOwned, Base):
    """How far a district has come with a round: no value is in it.

    ``revision`` counts the drafts; what is attested is ``attested_revision``, and an answer of a
    later revision takes part in nothing until it is attested too. A withdrawal leaves nothing
    attested. The vault sees every row, also where a district asks what others show it.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("district_id", "round_id"),
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        {"info": {"policies": {"opened": f"for select to {RELEASE} using (true)"}}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), index=True)
    state: Mapped[SubmissionState]
    revision: Mapped[int]
    attested_revision: Mapped[int | None]
    attested_by: Mapped[UUID | None]
    attested_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    items_answered: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Answer(Sealed, Base):
    """One version of a district's answer to one item; a correction is a new version.

    ``sealed`` holds status, value, comment and the reason of a correction, encrypted under the
    district's data key and bound to district, round, item and version.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("district_id", "round_id", "item_id", "version"),
        ForeignKeyConstraint(
            ["district_id", "submission_id"], ["submissions.district_id", "submissions.id"]
        ),
        {"info": {"policies": RESEALED}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID]
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), index=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    version: Mapped[int]
    revision: Mapped[int]
    key_version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime] = mapped_column(default=now)


class Withdrawal(Sealed, Base):
    """That a district took its answers out of a round; ``sealed`` holds why."""

    __tablename__ = "withdrawals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "submission_id"], ["submissions.district_id", "submissions.id"]
        ),
        {"info": {"policies": RESEALED}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID] = mapped_column(index=True)
    revision: Mapped[int]
    key_version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    withdrawn_by: Mapped[UUID]
    withdrawn_at: Mapped[datetime] = mapped_column(default=now)


class DistrictKey(Sealed, Base):
    """A district's data key, wrapped by a master key that is outside the database.

    Without this row the district's answers of that key version can never be opened again.
    """

    __tablename__ = "district_keys"
    __table_args__ = (
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        {"info": {"policies": {"kept": f"to {OWNER} using (true)"}}},
    )

    version: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
