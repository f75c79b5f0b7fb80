"""Joins both sides of an introduction: what neither of them may read of the other."""

from uuid import UUID

from sqlalchemy import select

from app.districts.models import District
from app.introductions.models import InquiryOrigin, Introduction
from app.policy import Grant
from app.policy.seal import unsealed
from app.vocabulary import DistrictState


async def origin(grant: Grant, inquiry_id: UUID) -> tuple[UUID, UUID, str] | None:
    """Find whose introduction an inquiry belongs to: its id, the district and its contact.

    There is nobody to meet where that district has left the consortium.
    """
    async with unsealed(grant, f"inquiry:{inquiry_id}") as opened:
        row = await opened.execute(
            select(Introduction.id, Introduction.district_id, Introduction.contact)
            .join(InquiryOrigin, InquiryOrigin.introduction_id == Introduction.id)
            .join(District, District.id == Introduction.district_id)
            .where(InquiryOrigin.inquiry_id == inquiry_id, District.standing != DistrictState.LEFT)
        )
        found = row.one_or_none()
    return None if found is None else (found[0], found[1], found[2])
