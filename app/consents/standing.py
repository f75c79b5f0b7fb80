"""When a consent holds, and what it shows to whom."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from app.consents.models import Consent
from app.db import EVERYBODYS


def holding(consent: type[Consent], today: date) -> tuple[ColumnElement[bool], ...]:
    """Say when a consent holds: it is neither revoked nor over."""
    return (consent.revoked_at.is_(None), or_(consent.until.is_(None), consent.until >= today))


def shown_to(district_id: UUID, today: date) -> tuple[ColumnElement[bool], ...]:
    """Say which consents show a district something today; a mutual one asks for one in return."""
    back = aliased(Consent)
    returned = (
        select(back.id)
        .where(
            back.district_id == district_id,
            back.round_id == Consent.round_id,
            back.item_id == Consent.item_id,
            or_(back.recipient_id == Consent.district_id, back.recipient_id == EVERYBODYS),
            *holding(back, today),
        )
        .exists()
    )
    return (
        Consent.district_id != district_id,
        or_(Consent.recipient_id == district_id, Consent.recipient_id == EVERYBODYS),
        or_(Consent.mutual.is_(False), returned),
        *holding(Consent, today),
    )
