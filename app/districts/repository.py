"""The statements about districts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, cast, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSessionTransaction
from sqlalchemy.orm import selectinload

from app.districts.models import District, DistrictExternalId
from app.districts.schemas import DistrictView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.vocabulary import DistrictState

EXTERNAL_IDS = (
    select(
        func.coalesce(
            func.jsonb_object_agg(DistrictExternalId.scheme, DistrictExternalId.value, type_=JSONB),
            cast({}, JSONB),
        )
    )
    .where(DistrictExternalId.district_id == District.id)
    .scalar_subquery()
    .label("external_ids")
)
EVERY_DISTRICT = select(
    District.id,
    District.nces_id,
    EXTERNAL_IDS,
    District.name,
    District.state,
    District.time_zone,
    District.standing,
    District.joined_on,
    District.county,
    District.grade_span,
    District.enrollment,
    District.locale,
    District.administration,
    District.version,
)
DISTRICT = Reading(
    EVERY_DISTRICT.where(District.id == bindparam("sought")),
    DistrictView,
    version="version",
    never_null=["external_ids"],
)
DISTRICTS = Listing(
    EVERY_DISTRICT,
    DistrictView,
    by=[District.name, District.id],
    filters={"state": District.state, "county": District.county, "standing": District.standing},
    never_null=["external_ids"],
)


class DistrictReadings:
    """Districts as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, district_id: UUID) -> Rendered[DistrictView]:
        """Find one district, or raise ``NotFound``."""
        district = await self._reader.one(DISTRICT, sought=district_id)
        if district is None:
            raise NotFound
        return district

    async def page(
        self,
        wanted: Wanted,
        *,
        state: Sequence[str] | None,
        county: Sequence[str] | None,
        standing: Sequence[DistrictState] | None,
    ) -> Rendered[Page[DistrictView]]:
        """List the districts by name."""
        only = {"state": state, "county": county, "standing": standing}
        return await self._reader.page(DISTRICTS, wanted, only=only)


class DistrictRepository:
    """Districts as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def get(self, district_id: UUID) -> District:
        """Find one district, or raise ``NotFound``."""
        district = await self._session.scalar(
            select(District)
            .where(District.id == district_id)
            .options(selectinload(District.external_ids))
        )
        if district is None:
            raise NotFound
        return district

    async def known(
        self, nces_ids: Iterable[str], external_ids: Iterable[tuple[str, str]]
    ) -> list[District]:
        """Find the districts that any of these identifiers names."""
        pairs = list(external_ids)
        named = select(DistrictExternalId.district_id).where(
            tuple_(DistrictExternalId.scheme, DistrictExternalId.value).in_(pairs)
        )
        found = await self._session.scalars(
            select(District)
            .where(or_(District.nces_id.in_(list(nces_ids)), District.id.in_(named)))
            .options(selectinload(District.external_ids))
        )
        return list(found)

    def add(self, district: District) -> None:
        """Keep a new district."""
        self._session.add(district)

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()

    async def save(self) -> None:
        """Write what changed, so that the caller sees the rows as they are stored."""
        await self._session.flush()
