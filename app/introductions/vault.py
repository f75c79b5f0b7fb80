"""Joins both sides of an introduction: what neither of them may read of the other."""

from uuid import UUID

from sqlalchemy import select

from app.introductions.models import InquiryOrigin, Introduction
from app.policy import Grant
from app.policy.seal import unsealed


async def origin(grant: Grant, inquiry_id: UUID) -> tuple[UUID, UUID, str]:
    """Find whose introduction an inquiry belongs to: its id, the district and its contact."""
    async with unsealed(grant, f"inquiry:{inquiry_id}") as opened:
        row = await opened.execute(
            select(Introduction.id, Introduction.district_id, Introduction.contact)
            .join(InquiryOrigin, InquiryOrigin.introduction_id == Introduction.id)
            .where(InquiryOrigin.inquiry_id == inquiry_id)
        )
        introduction, district, contact = row.one()
    return introduction, district, contact
