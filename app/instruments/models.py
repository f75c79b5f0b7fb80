"""The tables of instruments and their items."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Common, new_id
from app.vocabulary import Disclosure, ItemKind, Statistic


class Instrument(Common, Base):
    """A set of questions; a version is never changed, a new one follows it."""

    __tablename__ = "instruments"
    follows = "instrument"
    __table_args__ = (UniqueConstraint("code", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str]
    edition: Mapped[int]
    title: Mapped[str]


class Item(Common, Base):
    """One question, on one topic.

    A quantitative item is a plain value, or with ``denominator`` a ratio of two counts times
    ``factor``; ``decimals`` says how finely its figures are released. A rubric item has levels from
    1 to the number of ``options``, a choice item one of its ``options``.

    ``statistic`` is what is released of a quantitative item beside its quantiles; ``cost`` says
    that it is about cost or pay (DR-13), ``counts_students`` that a ratio counts students below the
    line and some of them above it (DR-04). ``part_of`` is the code of the item that it is a part
    of: all its parts together are that total.
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("instrument_id", "code"),
        UniqueConstraint("instrument_id", "position"),
        ForeignKeyConstraint(["instrument_id", "part_of"], ["items.instrument_id", "items.code"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instrument_id: Mapped[UUID] = mapped_column(ForeignKey("instruments.id"))
    position: Mapped[int]
    code: Mapped[str]
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topics.id"))
    kind: Mapped[ItemKind]
    prompt: Mapped[str]
    disclosure: Mapped[Disclosure]
    unit: Mapped[str | None]
    numerator: Mapped[str | None]
    denominator: Mapped[str | None]
    factor: Mapped[int | None]
    decimals: Mapped[int | None]
    lowest: Mapped[Decimal | None] = mapped_column(Numeric)
    highest: Mapped[Decimal | None] = mapped_column(Numeric)
    options: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    statistic: Mapped[Statistic | None]
    cost: Mapped[bool] = mapped_column(default=False)
    counts_students: Mapped[bool] = mapped_column(default=False)
    part_of: Mapped[str | None]
