"""The statements about completeness: the districts, and beside each its submission or nothing."""

from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Enum, Text, Uuid, and_, any_, bindparam, func, literal, or_, select
from sqlalchemy import true as always

from app.completeness.schemas import (
    NOT_STARTED,
    CompletenessSummary,
    CompletenessView,
    Progress,
    RoundReference,
)
from app.districts.models import District
from app.instruments.models import Item
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.rounds.models import Round
from app.submissions.models import Submission
from app.vocabulary import DistrictState

PROGRESS: Final = Enum(
    Progress, values_callable=lambda words: [word.value for word in words], native_enum=False
)
WITHIN: Final = bindparam("within", type_=ARRAY(Uuid()))
"""The districts that are shown; null for every one."""
STATE = func.coalesce(Submission.state, literal(NOT_STARTED, Text()), type_=PROGRESS)
INVITED = (
    select(
        District.id.label("district_id"),
        District.name,
        STATE.label("state"),
        func.coalesce(Submission.items_answered, 0).label("items_answered"),
        select(func.count(Item.id))
        .where(Item.instrument_id == Round.instrument_id)
        .scalar_subquery()
        .label("items_total"),
    )
    .select_from(District)
    .join(Round, always())
    .outerjoin(
        Submission, and_(Submission.district_id == District.id, Submission.round_id == Round.id)
    )
    .where(Round.id == bindparam("sought"))
    .where(or_(District.standing == DistrictState.ACTIVE, Submission.id.is_not(None)))
    .where(or_(WITHIN.is_(None), District.id == any_(WITHIN)))
)
COMPLETENESS = Listing(
    INVITED,
    CompletenessView,
    by={"name": District.name, "district_id": District.id},
    never_null=["district_id", "state", "items_answered", "items_total"],
)
EACH = INVITED.subquery("each")
SUMMARY = Reading(
    select(
        func.count().label("invited"),
        *(func.count().filter(EACH.c.state == word).label(word.value) for word in Progress),
    ).select_from(EACH),
    CompletenessSummary,
    never_null=CompletenessSummary.model_fields,
)
ROUND = Reading(select(Round.id).where(Round.id == bindparam("sought")), RoundReference)


class CompletenessReadings:
    """Completeness as its readers see it: the staff that of every district, a district its own."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        reach = grant.reach
        self._within = None if reach.whole_consortium else list(reach.districts)

    async def page(self, round_id: UUID, wanted: Wanted) -> Rendered[Page[CompletenessView]]:
        """List the districts by name, or raise ``NotFound`` where there is no such round."""
        await self._require(round_id)
        return await self._reader.page(COMPLETENESS, wanted, sought=round_id, within=self._within)

    async def summary(self, round_id: UUID) -> Rendered[CompletenessSummary]:
        """Count the districts by where they stand, or raise ``NotFound``."""
        await self._require(round_id)
        counts = await self._reader.one(SUMMARY, sought=round_id, within=self._within)
        if counts is None:
            raise NotFound
        return counts

    async def _require(self, round_id: UUID) -> None:
        """Raise ``NotFound`` unless there is such a round."""
        if await self._reader.row(ROUND, sought=round_id) is None:
            raise NotFound
