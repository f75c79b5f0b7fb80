"""The feed of changes: one row for each write of what is followed, in the write's transaction."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import now
from app.db import EVERYBODYS, Base, Feed, new_id
from app.vocabulary import ChangeOp

IN_ORDER: Final = "select pg_advisory_xact_lock(hashtextextended($1, 35))"
"""Writers of one district's changes take turns, so that ``seq`` rises in the order of commits."""


class Change(Feed, Base):
    """That a thing was written; what it says now is read from the thing.

    Among the changes of one district ``seq`` rises in the order in which they were committed: the
    newest of them is the version of all that the district shows. ``xid`` orders the changes of
    several districts, up to the first transaction that is still open.
    """

    __tablename__ = "changes"
    __table_args__ = (Index(None, "district_id", "seq"), Index(None, "xid", "seq"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("((pg_current_xact_id())::text)::bigint")
    )
    type: Mapped[str]
    op: Mapped[ChangeOp]
    subject_id: Mapped[UUID]
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    # Its transaction alone knows what the server gave it, and has no use for it.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - SQLAlchemy's own idiom


def follow(session: Session) -> None:
    """Add the changes of a flush that is about to happen; ``follows`` names a table's type."""
    made = []
    for row in session.new:
        made += change_of(row, ChangeOp.UPSERT, 1)
    for row in session.dirty:
        if session.is_modified(row):
            made += change_of(row, ChangeOp.UPSERT, getattr(row, "version", 0) + 1)
    gone = [each for row in session.deleted for each in (row, *taken_along(session, row))]
    for row in {id(each): each for each in gone}.values():
        made += change_of(row, ChangeOp.DELETE, getattr(row, "version", 1))
    if made:
        take_turns(session, {change.district_id for change in made})
        session.add_all(made)


def change_of(row: Any, op: ChangeOp, version: int) -> list[Change]:
    """Write down the change of a row that is followed; of any other, nothing."""
    kind: str | None = getattr(row, "follows", None)
    if kind is None:
        return []
    if row.id is None:
        row.id = new_id()
    district = getattr(row, "district_id", None) or EVERYBODYS
    return [Change(district_id=district, type=kind, op=op, subject_id=row.id, version=version)]


def taken_along(session: Session, row: Any) -> Iterator[Any]:
    """List the rows that the database deletes with a row (ON DELETE CASCADE), and with those."""
    for mapper in Base.registry.mappers:
        for constraint in mapper.class_.__table__.foreign_key_constraints:
            if constraint.ondelete == "CASCADE" and constraint.referred_table is row.__table__:
                same = [
                    getattr(mapper.class_, each.parent.key) == getattr(row, each.column.key)
                    for each in constraint.elements
                ]
                for each in session.scalars(select(mapper.class_).where(*same)):
                    yield each
                    yield from taken_along(session, each)


def take_turns(session: Session, districts: set[UUID]) -> None:
    """Wait until no other transaction writes changes of these districts."""
    connection = session.connection()
    for district in sorted(districts):
        connection.exec_driver_sql(IN_ORDER, (f"changes:{district}",))
