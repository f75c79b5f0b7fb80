"""The statements about the directory of practices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, or_, select

from app.districts.models import District
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.practices.models import Practice
from app.practices.schemas import PracticeOrder, PracticeView
from app.problems import NotFound
from app.rendered import Rendered
from app.topics.models import Topic
from app.vocabulary import DistrictState

EVERY_PRACTICE = (
    select(
        Practice.id,
        Practice.district_id,
        District.name.label("district"),
        Practice.code,
        Topic.code.label("topic"),
        Practice.title,
        Practice.description,
        Practice.contact,
        Practice.yearly_cost,
        Practice.adopted_in,
        Practice.regrets,
        Practice.updated_at,
        Practice.withdrawn_at,
        Practice.version,
    )
    .join(District, District.id == Practice.district_id)
    .join(Topic, Topic.id == Practice.topic_id)
)
LISTED = and_(Practice.withdrawn_at.is_(None), District.standing != DistrictState.LEFT)
OWN = bindparam("own", type_=ARRAY(Uuid()))
PRACTICE = Reading(
    EVERY_PRACTICE.where(
        Practice.id == bindparam("sought"), or_(LISTED, Practice.district_id == any_(OWN))
    ),
    PracticeView,
    version="version",
    never_null=["district", "topic"],
)
"""A practice as the members see it: one that was taken back, its own district alone."""
PRACTICES = Listing(
    EVERY_PRACTICE.where(LISTED),
    PracticeView,
    by=[Practice.title, Practice.id],
    filters={"topic": Topic.code, "district_id": Practice.district_id},
    sorts={"title": Practice.title, "updated_at": Practice.updated_at},
    never_null=["district", "topic"],
)


class PracticeReadings:
    """The directory as the members see it."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def get(self, practice_id: UUID, fields: str | None) -> Rendered[PracticeView]:
        """Find one practice, or raise ``NotFound``, as for another's that was taken back."""
        own = list(self._reach.districts)
        practice = await self._reader.one(PRACTICE, fields, sought=practice_id, own=own)
        if practice is None:
            raise NotFound
        return practice

    async def page(
        self,
        wanted: Wanted,
        sort: PracticeOrder | None,
        *,
        topic: Sequence[str] | None,
        district_id: Sequence[UUID] | None,
    ) -> Rendered[Page[PracticeView]]:
        """List the practices by title unless sorted otherwise."""
        only = {"topic": topic, "district_id": district_id}
        return await self._reader.page(PRACTICES, wanted, sort=sort, only=only)


class PracticeRepository:
    """Practices as they are told and withdrawn, on the login of the vault."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def coded(self, district_id: UUID, code: str) -> Practice | None:
        """Find the practice that a district calls so."""
        return await self._session.scalar(
            select(Practice).where(Practice.district_id == district_id, Practice.code == code)
        )

    async def topic(self, code: str) -> UUID | None:
        """Find a topic by its code."""
        return await self._session.scalar(select(Topic.id).where(Topic.code == code))

    def add(self, practice: Practice) -> None:
        """Keep a new practice."""
        self._session.add(practice)
