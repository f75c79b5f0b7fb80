"""The tables of release plans, releases and what is kept of them inside the vault."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, ConsortiumOwned, Published, Vaulted, new_id
from app.vocabulary import CellStatus, PlanState, ReasonClass, Statistic


class ReleasePlan(ConsortiumOwned, Base):
    """What a release of a round would let out and keep back, without a value."""

    __tablename__ = "release_plans"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[int]
    state: Mapped[PlanState]
    charter_version: Mapped[int] = mapped_column(ForeignKey("charters.version"))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class PlannedCell(ConsortiumOwned, Base):
    """One cell of a plan; ``peer_group_id`` is null for the consortium as a whole.

    ``statistic`` is null for an item of a kind that has none yet.
    """

    __tablename__ = "planned_cells"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("release_plans.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    peer_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_groups.id"))
    statistic: Mapped[Statistic | None]
    verdict: Mapped[CellStatus]
    reason: Mapped[ReasonClass | None]
    rule: Mapped[str | None]


class Release(Published, Base):
    """What a round let out, frozen."""

    __tablename__ = "releases"
    follows = "release"
    __table_args__ = (UniqueConstraint("round_id", "number"), UniqueConstraint("plan_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("release_plans.id"))
    number: Mapped[int]
    charter_version: Mapped[int] = mapped_column(ForeignKey("charters.version"))
    released_at: Mapped[datetime] = mapped_column(default=now)


class Cell(Published, Base):
    """One released figure; ``n`` and ``value`` are null where a rule kept them back.

    ``n`` counts contributing districts; ``value`` is in the item's unit.
    """

    __tablename__ = "cells"
    __table_args__ = (UniqueConstraint("release_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    peer_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_groups.id"))
    statistic: Mapped[Statistic | None]
    status: Mapped[CellStatus]
    n: Mapped[int | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric)


class CellContributor(Vaulted, Base):
    """Which version of whose answer went into a cell: what later audits need, and nobody sees."""

    __tablename__ = "cell_contributors"

    cell_id: Mapped[UUID] = mapped_column(ForeignKey("cells.id"), primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"), primary_key=True)
    answer_id: Mapped[UUID]
    answer_version: Mapped[int]
