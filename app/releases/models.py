"""The tables of release plans, releases and what is kept of them inside the vault."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, ConsortiumOwned, Published, Vaulted, new_id
from app.policy.lock import OWNER
from app.vocabulary import (
    CellStatus,
    PlanState,
    PrevalenceBand,
    ReasonClass,
    ShareReading,
    Statistic,
)


class ReleasePlan(ConsortiumOwned, Base):
    """What a release of a round would let out and keep back, without a value.

    ``bases`` are those of the peer groups that are looked at, all of them where it is null;
    ``seed`` starts the audit, so that the same plan comes out again.
    """

    __tablename__ = "release_plans"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[int]
    state: Mapped[PlanState]
    charter_version: Mapped[int] = mapped_column(ForeignKey("charters.version"))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    bases: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    quantiles: Mapped[bool]
    prevalence: Mapped[bool]
    trends: Mapped[bool]
    breakdowns: Mapped[bool]
    seed: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class PlannedCell(ConsortiumOwned, Base):
    """One cell of a plan; ``peer_group_id`` is null for the consortium as a whole.

    ``statistic`` is null for an item of a kind that has none, ``category`` for any but prevalence.
    ``period`` is that of the figures, which for a trend may be an earlier one. ``recipe`` says in
    the names of cells how fewer than T districts could be told with this one (DR-05).
    """

    __tablename__ = "planned_cells"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("release_plans.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    peer_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_groups.id"))
    statistic: Mapped[Statistic | None]
    category: Mapped[str | None]
    period: Mapped[str]
    verdict: Mapped[CellStatus]
    reason: Mapped[ReasonClass | None]
    rule: Mapped[str | None]
    recipe: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))


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
    notes: Mapped[str | None]


class Cell(Published, Base):
    """One released figure; ``n``, ``value`` and ``band`` are null where a rule kept them back.

    ``n`` counts contributing districts; ``value`` is in the item's unit, and of a prevalence in per
    cent as ``reading`` says, for which a ``band`` stands where few answered.
    """

    __tablename__ = "cells"
    __table_args__ = (UniqueConstraint("release_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"))
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    peer_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("peer_groups.id"))
    statistic: Mapped[Statistic | None]
    category: Mapped[str | None]
    period: Mapped[str]
    status: Mapped[CellStatus]
    n: Mapped[int | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    band: Mapped[PrevalenceBand | None]
    reading: Mapped[ShareReading | None]


class VaultKey(Vaulted, Base):
    """A data key of the vault's own, wrapped by a master key that is outside the database.

    Without this row nobody knows any more who stands behind the figures sealed with that version,
    and no round of their instruments can be planned or published.
    """

    __tablename__ = "vault_keys"
    __table_args__ = ({"info": {"policies": {"kept": f"to {OWNER} using (true)"}}},)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CellMembership(Vaulted, Base):
    """Whose answers went into a published cell, sealed: later audits need it, and nobody sees it.

    How long it is depends on the ``n`` of the cell alone.
    """

    __tablename__ = "cell_memberships"

    cell_id: Mapped[UUID] = mapped_column(ForeignKey("cells.id"), primary_key=True)
    key_version: Mapped[int] = mapped_column(ForeignKey("vault_keys.version"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ReleaseSums(Vaulted, Base):
    """Which answers behind a release add up, sealed; where none do, it says so.

    It stands whether or not a figure of each was let out: of another release one may be. How long
    it is tells how much adds up to within a factor of two.
    """

    __tablename__ = "release_sums"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    key_version: Mapped[int] = mapped_column(ForeignKey("vault_keys.version"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class CellRetraction(Published, Base):
    """That a released cell was found wrong: from then on it is shown without its figure (DR-09)."""

    __tablename__ = "cell_retractions"
    follows = "cell_retraction"
    __table_args__ = (UniqueConstraint("cell_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cell_id: Mapped[UUID] = mapped_column(ForeignKey("cells.id"))
    reason: Mapped[str]
    retracted_by: Mapped[UUID]
    retracted_at: Mapped[datetime] = mapped_column(default=now)


class ReleaseCertificate(Published, Base):
    """What a release vouches for (DR-15), with the public key of its signature at the time."""

    __tablename__ = "release_certificates"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    certificate: Mapped[dict[str, Any]] = mapped_column(JSONB)
    signature: Mapped[str]
    key: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ReleaseSecret(Vaulted, Base):
    """What the proofs of inclusion in a release are made with, sealed."""

    __tablename__ = "release_secrets"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    key_version: Mapped[int] = mapped_column(ForeignKey("vault_keys.version"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
