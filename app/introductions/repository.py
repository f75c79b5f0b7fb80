"""The statements about introductions and inquiries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from app.clock import now
from app.districts.models import District
from app.instruments.models import Item
from app.introductions.models import Acquaintance, Inquiry, InquiryOrigin, Introduction
from app.introductions.schemas import (
    InquiriesView,
    InquiryView,
    IntroductionState,
    IntroductionsView,
    IntroductionView,
    Met,
    SoughtView,
)
from app.introductions.seals import place_of
from app.policy import Grant, Reading
from app.problems import NotFound
from app.scalars import View
from app.submissions.content import Content
from app.submissions.models import DistrictKey
from app.submissions.own_keys import KEYS
from app.submissions.seals import OwnSeal
from app.vocabulary import ItemKind

MOST = 200
"""Introductions and inquiries of a district that are listed, the newest."""


class SealedIntroduction(View):
    """An introduction before it is opened for who asked for it."""

    id: UUID
    round_id: UUID
    item: str
    kind: ItemKind
    key_version: int
    sealed: bytes
    contact: str
    asked_at: datetime
    closes_at: datetime


class SealedInquiry(View):
    """An inquiry before it is opened for who is asked."""

    id: UUID
    round_id: UUID
    item: str
    kind: ItemKind
    key_version: int
    sealed: bytes
    asked_at: datetime
    closes_at: datetime
    meets: bool | None
    answered_at: datetime | None


class Acquainted(View):
    """The other side of an introduction that came about."""

    introduction_id: UUID
    inquiry_id: UUID
    district_id: UUID
    district: str
    contact: str
    met_at: datetime


INTRODUCTIONS = Reading(
    select(
        Introduction.id,
        Introduction.round_id,
        Item.code.label("item"),
        Item.kind,
        Introduction.key_version,
        Introduction.sealed,
        Introduction.contact,
        Introduction.asked_at,
        Introduction.closes_at,
    )
    .join(Item, Item.id == Introduction.item_id)
    .where(Introduction.district_id == bindparam("district_id"))
    .order_by(Introduction.asked_at.desc(), Introduction.id.desc())
    .limit(MOST),
    SealedIntroduction,
    never_null=["item"],
)
INQUIRIES = Reading(
    select(
        Inquiry.id,
        Inquiry.round_id,
        Item.code.label("item"),
        Item.kind,
        Inquiry.key_version,
        Inquiry.sealed,
        Inquiry.asked_at,
        Inquiry.closes_at,
        Inquiry.meets,
        Inquiry.answered_at,
    )
    .join(Item, Item.id == Inquiry.item_id)
    .where(Inquiry.district_id == bindparam("district_id"))
    .order_by(Inquiry.asked_at.desc(), Inquiry.id.desc())
    .limit(MOST),
    SealedInquiry,
    never_null=["item"],
)
MET_BY_ASKING = Reading(
    select(
        Acquaintance.introduction_id,
        Acquaintance.inquiry_id,
        District.id.label("district_id"),
        District.name.label("district"),
        Acquaintance.recipient_contact.label("contact"),
        Acquaintance.met_at,
    )
    .join(District, District.id == Acquaintance.recipient_id)
    .where(Acquaintance.district_id == bindparam("district_id"))
    .order_by(Acquaintance.met_at, Acquaintance.id),
    Acquainted,
    never_null=["district_id", "district", "contact"],
)
MET_BY_ANSWERING = Reading(
    select(
        Acquaintance.introduction_id,
        Acquaintance.inquiry_id,
        District.id.label("district_id"),
        District.name.label("district"),
        Acquaintance.contact,
        Acquaintance.met_at,
    )
    .join(District, District.id == Acquaintance.district_id)
    .where(Acquaintance.recipient_id == bindparam("district_id"))
    .order_by(Acquaintance.met_at, Acquaintance.id),
    Acquainted,
    never_null=["district_id", "district", "contact"],
)


class IntroductionReadings:
    """Introductions as who asked sees them, and inquiries as who is asked."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._reader = grant.reader

    async def introductions(self, district_id: UUID) -> IntroductionsView:
        """List what a district asked for, the newest first."""
        seal = await self._seal(district_id)
        rows = await self._reader.rows(INTRODUCTIONS, district_id=district_id)
        met = await self._reader.rows(MET_BY_ASKING, district_id=district_id)
        return IntroductionsView(
            data=[
                IntroductionView(
                    **row.model_dump(exclude={"key_version", "sealed"}),
                    sought=sought(seal, district_id, row),
                    state=state_of(row.closes_at),
                    met=[met_of(each) for each in met if each.introduction_id == row.id],
                )
                for row in rows
            ]
        )

    async def introduction(self, district_id: UUID, introduction_id: UUID) -> IntroductionView:
        """Find one of them, or raise ``NotFound``."""
        for each in (await self.introductions(district_id)).data:
            if each.id == introduction_id:
                return each
        raise NotFound

    async def inquiries(self, district_id: UUID) -> InquiriesView:
        """List what a district is asked, the newest first."""
        seal = await self._seal(district_id)
        rows = await self._reader.rows(INQUIRIES, district_id=district_id)
        met = await self._reader.rows(MET_BY_ANSWERING, district_id=district_id)
        who = {each.inquiry_id: met_of(each) for each in met}
        return InquiriesView(
            data=[
                InquiryView(
                    **row.model_dump(exclude={"key_version", "sealed"}),
                    sought=sought(seal, district_id, row),
                    state=state_of(row.closes_at),
                    met=who.get(row.id),
                )
                for row in rows
            ]
        )

    async def _seal(self, district_id: UUID) -> OwnSeal:
        """Take the district's own seal."""
        self._grant.reach.require(district_id)
        keys = await self._reader.rows(KEYS, district_id=district_id)
        return OwnSeal(self._grant.keys, district_id, {key.version: key.wrapped for key in keys})


class IntroductionRepository:
    """Introductions as they are asked for and answered, on the login of the vault."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._session = grant.session

    async def waiting(self, district_id: UUID, round_id: UUID, at: datetime) -> int:
        """Count the introductions of a district in a round that wait."""
        found = await self._session.scalar(
            select(func.count(Introduction.id)).where(
                Introduction.district_id == district_id,
                Introduction.round_id == round_id,
                Introduction.closes_at > at,
            )
        )
        return found or 0

    async def keys(self, district_id: UUID) -> dict[int, bytes]:
        """Return the district's own data keys, wrapped."""
        rows = await self._session.execute(
            select(DistrictKey.version, DistrictKey.wrapped).where(
                DistrictKey.district_id == district_id
            )
        )
        return {row.version: row.wrapped for row in rows}

    async def inquiry(self, inquiry_id: UUID) -> Inquiry:
        """Find an inquiry of a district within reach, or raise ``NotFound``."""
        found = await self._session.scalar(select(Inquiry).where(Inquiry.id == inquiry_id))
        if found is None:
            raise NotFound
        return found

    async def add(
        self, rows: Sequence[Introduction | Inquiry | InquiryOrigin | Acquaintance]
    ) -> None:
        """Keep new rows."""
        self._session.add_all(rows)
        await self._session.flush()


def state_of(closes_at: datetime) -> IntroductionState:
    """Say whether it waits, by the clock alone."""
    return IntroductionState.WAITING if now() < closes_at else IntroductionState.CLOSED


def sought(seal: OwnSeal, district_id: UUID, row: SealedIntroduction | SealedInquiry) -> SoughtView:
    """Open which answer it is about."""
    said: Content = seal.open_at(place_of(district_id, row.id), row.key_version, row.sealed)
    return SoughtView(level=said.level, option=said.option, yes=said.yes)


def met_of(row: Acquainted) -> Met:
    """Show the other side."""
    return Met(**row.model_dump(exclude={"introduction_id", "inquiry_id"}))
