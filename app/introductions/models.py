"""The tables of introductions: each side has rows of its own, and only the vault joins them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.db import Base, Sealed, Shared, Vaulted, new_id
from app.policy.lock import APP, RELEASE, RESEALED, WITHIN


class Introduction(Sealed, Base):
    """That a district would like to meet members who answered an item in a certain way.

    ``sealed`` says which way, under the district's own key. Nothing in the row changes when
    somebody is asked, declines or stays silent (TR-27).
    """

    __tablename__ = "introductions"
    __table_args__ = (
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        {
            "info": {
                "rights": {APP: "select", RELEASE: "select, insert"},
                "policies": RESEALED | {"asked": f"for insert to {RELEASE} with check ({WITHIN})"},
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    key_version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contact: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    closes_at: Mapped[datetime]


class Inquiry(Sealed, Base):
    """That a district is asked whether it would meet somebody, without a name.

    ``sealed`` says which of its answers it is asked about, under the district's own key; ``meets``
    is what it says, and null until it does.
    """

    __tablename__ = "inquiries"
    __table_args__ = (
        ForeignKeyConstraint(["district_id"], ["districts.id"]),
        {
            "info": {
                "rights": {APP: "select", RELEASE: "select, insert, update"},
                "policies": {
                    **RESEALED,
                    "posed": f"for insert to {RELEASE} with check (true)",
                    "answered": f"for update to {RELEASE} using ({WITHIN})",
                },
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    key_version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    meets: Mapped[bool | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class InquiryOrigin(Vaulted, Base):
    """Whose introduction an inquiry belongs to: the one row that joins both sides."""

    __tablename__ = "inquiry_origins"

    inquiry_id: Mapped[UUID] = mapped_column(primary_key=True)
    introduction_id: Mapped[UUID] = mapped_column(index=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("districts.id"))


class Acquaintance(Shared, Base):
    """That two districts met: both said yes, and each is told the other's name and contact.

    ``district_id`` asked, ``recipient_id`` was asked.
    """

    __tablename__ = "acquaintances"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    introduction_id: Mapped[UUID]
    inquiry_id: Mapped[UUID]
    contact: Mapped[str]
    recipient_contact: Mapped[str]
    met_at: Mapped[datetime] = mapped_column(default=now)
