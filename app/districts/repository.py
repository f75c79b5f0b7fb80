"""The statements about districts."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, cast, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSessionTransaction
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from app.districts.models import District, DistrictExternalId
from app.districts.schemas import NCES, DistrictOrder, DistrictReference, DistrictView, ExternalName
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
    sorts={"name": District.name, "state": District.state, "joined_on": District.joined_on},
    never_null=["external_ids"],
)


BY_NCES = Reading(
    select(District.id).where(District.nces_id == bindparam("nces_id")), DistrictReference
)
BY_EXTERNAL = Reading(
    select(DistrictExternalId.district_id.label("id")).where(
        DistrictExternalId.scheme == bindparam("scheme"),
        DistrictExternalId.value == bindparam("value"),
    ),
    DistrictReference,
    never_null=["id"],
)


class DistrictReadings:
    """Districts as their readers see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, district_id: UUID, fields: str | None = None) -> Rendered[DistrictView]:
        """Find one district, or raise ``NotFound``."""
        district = await self._reader.one(DISTRICT, fields, sought=district_id)
        if district is None:
            raise NotFound
        return district

    async def named(self, name: ExternalName, fields: str | None) -> Rendered[DistrictView]:
        """Find the district that another system calls so, or raise ``NotFound``."""
        scheme, value = name
        if scheme == NCES:
            found = await self._reader.row(BY_NCES, nces_id=value)
        else:
            found = await self._reader.row(BY_EXTERNAL, scheme=scheme, value=value)
        if found is None:
            raise NotFound
        return await self.get(found.id, fields)

    async def page(
        self,
        wanted: Wanted,
        sort: DistrictOrder | None,
        *,
        state: Sequence[str] | None,
        county: Sequence[str] | None,
        standing: Sequence[DistrictState] | None,
    ) -> Rendered[Page[DistrictView]]:
        """List the districts, by name unless sorted otherwise."""
        only = {"state": state, "county": county, "standing": standing}
        return await self._reader.page(DISTRICTS, wanted, sort=sort, only=only)


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

    def name(self, district: District, names: Mapping[str, str]) -> None:
        """Add or correct identifiers of a district, in a new version of it where one is new.

        A value changes in its row: no login may delete one.
        """
        here = {each.scheme: each for each in district.external_ids}
        for scheme, value in names.items():
            if scheme not in here:
                district.external_ids.append(DistrictExternalId(scheme=scheme, value=value))
            elif here[scheme].value != value:
                here[scheme].value = value
            else:
                continue
            flag_modified(district, "name")

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()

    async def save(self) -> None:
        """Write what changed, so that the caller sees the rows as they are stored."""
        await self._session.flush()
