"""The statements about consents."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from app.charter.models import CharterVersion
from app.consents.models import Consent
from app.consents.schemas import ConsentView
from app.consents.standing import holding
from app.db import EVERYBODYS
from app.districts.models import District
from app.instruments.models import Item
from app.paging import Page, Wanted
from app.policy import Grant, Listing
from app.rendered import Rendered
from app.rounds.models import Round
from app.scalars import View
from app.submissions.models import Submission
from app.topics.models import Topic
from app.vocabulary import DistrictState, ItemKind, RoundStage, TopicKind

EVERY_CONSENT = select(
    Consent.id,
    Consent.district_id,
    Consent.recipient_id,
    Consent.round_id,
    Item.code.label("item"),
    Consent.mutual,
    Consent.until,
    Consent.given_by,
    Consent.given_at,
    Consent.revoked_at,
).join(Item, Item.id == Consent.item_id)
GIVEN = Listing(
    EVERY_CONSENT.where(Consent.district_id == bindparam("district_id")),
    ConsentView,
    by=[Consent.given_at, Consent.id],
    filters={"item": Item.code, "round_id": Consent.round_id},
    never_null=["item"],
)
RECEIVED = Listing(
    EVERY_CONSENT.where(
        Consent.district_id != bindparam("district_id"),
        or_(
            Consent.recipient_id == bindparam("district_id"),
            Consent.recipient_id == bindparam("everybody"),
        ),
    ),
    ConsentView,
    by=[Consent.given_at, Consent.id],
    filters={"item": Item.code, "round_id": Consent.round_id},
    never_null=["item"],
)


class Terms(NamedTuple):
    """Whom a consent shows an answer, whether only to who shows its own, and until when."""

    recipient_id: UUID
    mutual: bool
    until: date | None


class ItemInRound(View):
    """An item of a round, its topic's kind, and where the round stands."""

    item_id: UUID
    code: str
    kind: ItemKind
    unit: str | None
    denominator: str | None
    factor: int | None
    decimals: int | None
    lowest: Decimal | None
    highest: Decimal | None
    options: list[str] | None
    topic_kind: TopicKind
    stage: RoundStage
    released: bool
    introduction_days: int


class ConsentReadings:
    """Consents as the districts see them that gave or received them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def given(
        self, district_id: UUID, wanted: Wanted, only: dict[str, Sequence[object] | None]
    ) -> Rendered[Page[ConsentView]]:
        """List what a district shows or has shown, in the order in which it consented."""
        self._reach.require(district_id)
        return await self._reader.page(GIVEN, wanted, only=only, district_id=district_id)

    async def received(
        self, district_id: UUID, wanted: Wanted, only: dict[str, Sequence[object] | None]
    ) -> Rendered[Page[ConsentView]]:
        """List what others show or have shown a district, in the order in which they consented."""
        self._reach.require(district_id)
        return await self._reader.page(
            RECEIVED, wanted, only=only, district_id=district_id, everybody=EVERYBODYS
        )


class ConsentRepository:
    """Consents as they are given and revoked."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def item(self, round_id: UUID, code: str) -> ItemInRound | None:
        """Find an item of a round."""
        found = await self._session.execute(
            select(
                Item.id.label("item_id"),
                Item.code,
                Item.kind,
                Item.unit,
                Item.denominator,
                Item.factor,
                Item.decimals,
                Item.lowest,
                Item.highest,
                Item.options,
                Topic.kind.label("topic_kind"),
                Round.stage,
                Round.published_at.is_not(None).label("released"),
                CharterVersion.introduction_days,
            )
            .select_from(Round)
            .join(Item, Item.instrument_id == Round.instrument_id)
            .join(Topic, Topic.id == Item.topic_id)
            .join(CharterVersion, CharterVersion.version == Round.charter_version)
            .where(Round.id == round_id, Item.code == code)
        )
        row = found.mappings().one_or_none()
        return None if row is None else ItemInRound.model_validate(dict(row))

    async def has_attested(self, district_id: UUID, round_id: UUID) -> bool:
        """Say whether a district has attested its answers to a round, within reach."""
        found = await self._session.scalar(
            select(func.count(Submission.id)).where(
                Submission.district_id == district_id,
                Submission.round_id == round_id,
                Submission.attested_revision.is_not(None),
            )
        )
        return bool(found)

    async def members(self, named: Sequence[UUID]) -> set[UUID]:
        """Tell which of these are districts that have not left."""
        found = await self._session.scalars(
            select(District.id).where(
                District.id.in_(named), District.standing != DistrictState.LEFT
            )
        )
        return set(found)

    async def standing(
        self, district_id: UUID, round_id: UUID, item_id: UUID, today: date
    ) -> dict[Terms, Consent]:
        """Return the consents of a district to an item that hold today, by their terms."""
        found = await self._session.scalars(
            select(Consent).where(
                Consent.district_id == district_id,
                Consent.round_id == round_id,
                Consent.item_id == item_id,
                *holding(Consent, today),
            )
        )
        return {
            Terms(consent.recipient_id, consent.mutual, consent.until): consent for consent in found
        }

    async def get(self, consent_id: UUID) -> Consent | None:
        """Find one consent within reach, given or received."""
        return await self._session.scalar(select(Consent).where(Consent.id == consent_id))

    async def add(self, consents: Sequence[Consent]) -> None:
        """Keep new consents."""
        self._session.add_all(consents)
        await self._session.flush()
