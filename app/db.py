"""The declarative base, and custody: who holds the rows of a table."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import DateTime, Enum, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from uuid_utils.compat import uuid7

EVERYBODYS: Final = UUID(int=0)
"""In place of a district, where what is meant is all of them, or what they have in common."""


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562), which sorts by the time it was made."""
    return uuid7()


class Custody:
    """Who holds a table's rows. Every table inherits exactly one kind."""


class Common(Custody):
    """Reference data: every caller may be shown it, the consortium writes it."""


class DistrictOwned(Custody):
    """A district's own rows; an action of the consortium may reach them all."""

    @declared_attr
    def district_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the owner's column."""
        return mapped_column(primary_key=True, sort_order=-1)


class Sealed(Custody):
    """A district's confidential rows; no role of the consortium widens the reach to them."""

    @declared_attr
    def district_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the owner's column."""
        return mapped_column(primary_key=True, sort_order=-1)


class Vaulted(Custody):
    """What only the vault ever reads: a release adds the rows, nobody changes them."""


class Published(Custody):
    """Frozen rows: every member of the consortium reads them, a release adds them, that is all."""


class Told(Custody):
    """What a district tells everybody: it alone adds the rows, and anyone reads them."""

    @declared_attr
    def district_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the column of who tells."""
        return mapped_column(primary_key=True, sort_order=-1)


class Shared(Custody):
    """What a district shows to another that it names, or to every member; nobody else sees it.

    ``recipient_id`` is ``EVERYBODYS`` for every member. No role of the consortium widens the reach.
    """

    @declared_attr
    def district_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the column of who shows."""
        return mapped_column(primary_key=True, sort_order=-1)

    @declared_attr
    def recipient_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the column of who is shown."""
        return mapped_column(index=True, sort_order=-1)


class Feed(Custody):
    """What was written: added with it, never changed, and read by whose it is.

    ``district_id`` is ``EVERYBODYS`` for what every member may follow; no role of the consortium
    widens the reach to the rest.
    """

    @declared_attr
    def district_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the column of whose change it is."""
        return mapped_column(sort_order=-1)


class ConsortiumOwned(Custody):
    """The working papers of the consortium's staff."""


class Roster(Custody):
    """Accounts and what they hold: seen by the account, written by who keeps the list.

    ``district_id`` is null where the consortium itself is the organisation.
    """

    @declared_attr
    def account_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the column of the account the row is about."""
        return mapped_column(index=True)

    @declared_attr
    def district_id(cls) -> Mapped[UUID | None]:  # noqa: N805 - a class method by nature
        """Return the column of the organisation that keeps the row."""
        return mapped_column(index=True)


class Credential(Custody):
    """Keys: written by the account they belong to, or by who keeps its organisation's list."""

    @declared_attr
    def account_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the column of the account that the key lets in."""
        return mapped_column(index=True)

    @declared_attr
    def district_id(cls) -> Mapped[UUID | None]:  # noqa: N805 - a class method by nature
        """Return the column of the organisation that keeps the row."""
        return mapped_column(index=True)


class Personal(Custody):
    """An account's own rows, to nobody else's eyes."""

    @declared_attr
    def account_id(cls) -> Mapped[UUID]:  # noqa: N805 - a class method by nature
        """Return the owner's column."""
        return mapped_column(primary_key=True, sort_order=-1)


class Ledger(Custody):
    """Append-only: a row is added in the transaction it speaks of, and never changes."""


class Witnessed(Custody):
    """What vouches for the ledger and has nothing of its content: every member reads it.

    Its owner alone adds the rows, by functions that compute them; nobody changes one.
    """


WORDS: Final = Enum(
    StrEnum,
    values_callable=lambda words: [word.value for word in words],
    native_enum=False,
    create_constraint=True,
    length=40,
)
"""Words are stored as they go on the wire, so that a row needs no translation."""


class Base(DeclarativeBase):
    """The root of every table; ``table.info["custody"]`` says who holds its rows."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        StrEnum: WORDS,
        str: Text(),
        datetime: DateTime(timezone=True),
    }

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a table that does not say who holds its rows."""
        kinds = [kind for kind in Custody.__subclasses__() if kind in cls.__mro__]
        if len(kinds) != 1:
            raise TypeError(f"{cls.__name__} must inherit exactly one kind of custody")
        super().__init_subclass__(**kwargs)
        cls.metadata.tables[cls.__tablename__].info["custody"] = kinds[0]
