"""What each account holds: remembered by a worker, believed while PostgreSQL agrees."""

from datetime import datetime
from typing import Final
from uuid import UUID

from asyncpg import Pool
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.clock import now
from app.db import Base, Credential, Roster, new_id
from app.policy.lock import MINE, OWNER
from app.policy.pool import acquired
from app.policy.principal import Principal
from app.vocabulary import CONSORTIUM_ROLES, AccountKind, Role

REMEMBERED: Final = 10_000
OF_ITS_DISTRICT: Final = (
    ("district_id", "account_id"),
    ("accounts.district_id", "accounts.account_id"),
)
"""Where an account is a district's, so is what it holds."""
OF_CONSORTIUM: Final = ", ".join(f"'{role.value}'" for role in sorted(CONSORTIUM_ROLES))


class Account(Roster, Base):
    """A user or a service account; ``district_id`` is null for one of the consortium's own.

    A user is known by issuer and subject, never by its e-mail, and to one organisation alone: who
    works for two has two accounts, so that no keeper of one can let anybody into the other.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("district_id", "issuer", "subject", postgresql_nulls_not_distinct=True),
        UniqueConstraint("district_id", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    id: Mapped[UUID] = synonym("account_id")
    district_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("districts.id"), index=True)
    kind: Mapped[AccountKind]
    issuer: Mapped[str]
    subject: Mapped[str]
    display_name: Mapped[str]
    email: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Membership(Roster, Base):
    """A role that an account holds, in its district or the consortium, for a span of time."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(
            f"role <> 'public' and (role in ({OF_CONSORTIUM})) = (district_id is null)",
            name="place",
        ),
        CheckConstraint("valid_until is null or valid_until > valid_from", name="span"),
        ForeignKeyConstraint(*OF_ITS_DISTRICT),
        {"info": {"policies": {"asker": f"for select to {OWNER} using ({MINE})"}}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    district_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("districts.id"), index=True)
    role: Mapped[Role]
    valid_from: Mapped[datetime] = mapped_column(default=now)
    valid_until: Mapped[datetime | None]
    granted_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Key(Credential, Base):
    """A personal or service key: the digest of its secret, and what it may be used for."""

    __tablename__ = "keys"
    __table_args__ = (ForeignKeyConstraint(*OF_ITS_DISTRICT),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    district_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("districts.id"), index=True)
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Null where nothing narrows what the roles allow."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaced_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


def roles_in(held: str) -> list[tuple[Role, UUID | None]]:
    """Read the roles, and where they are held, out of the words of ``enter``."""
    pairs = (word.split(":") for word in held.split())
    return [(Role(role), UUID(place) if place else None) for role, place in pairs]


class Holdings:
    """A worker's memory of who holds what; being wrong costs it a second look, never a row."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[tuple[UUID, UUID | None], str] = {}

    def recall(self, principal: Principal) -> str:
        """Say what the account held when last looked at; nothing, if never."""
        return self._known.get((principal.account, principal.credential), "")

    async def learn(self, principal: Principal) -> str:
        """Look at what the account holds now by this credential, and remember it."""
        asker = (principal.account, principal.credential)
        async with acquired(self._pool) as connection:
            held: str = await connection.fetchval("select enter($1, $2)", *asker)
        if len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[asker] = held
        return held


class Keys:
    """A worker's memory of the digests of keys, which never change; whether one holds is asked."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[UUID, tuple[bytes, Principal]] = {}

    async def find(self, credential: UUID) -> tuple[bytes, Principal] | None:
        """Return the digest of a key and whom it lets in, or nothing."""
        if credential in self._known:
            return self._known[credential]
        async with acquired(self._pool) as connection:
            row = await connection.fetchrow("select * from find_key($1)", credential)
        if row is None:
            return None
        scopes = None if row["scopes"] is None else frozenset(row["scopes"])
        found = (row["digest"], Principal(row["account_id"], credential, scopes))
        if len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[credential] = found
        return found
