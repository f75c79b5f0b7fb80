"""The statements about schools."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSessionTransaction

from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.schools.models import School
from app.schools.schemas import SchoolSort, SchoolView

EVERY_SCHOOL = select(*(getattr(School, name) for name in SchoolView.model_fields))
SCHOOL = Reading(
    EVERY_SCHOOL.where(School.id == bindparam("sought")), SchoolView, version="version"
)
SCHOOLS = Listing(
    EVERY_SCHOOL,
    SchoolView,
    by=[School.name, School.id],
    filters={"district_id": School.district_id},
    since={"updated_at_gte": School.updated_at},
    sorts={"code": School.code, "name": School.name, "updated_at": School.updated_at},
)


class SchoolReadings:
    """Schools as their district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, school_id: UUID, fields: str | None) -> Rendered[SchoolView]:
        """Find one school, or raise ``NotFound``."""
        school = await self._reader.one(SCHOOL, fields, sought=school_id)
        if school is None:
            raise NotFound
        return school

    async def page(
        self, wanted: Wanted, sort: SchoolSort | None, only: Mapping[str, Any]
    ) -> Rendered[Page[SchoolView]]:
        """List the schools, by name where no other order is asked for."""
        return await self._reader.page(SCHOOLS, wanted, sort=sort, only=only)


class SchoolRepository:
    """Schools as they are changed."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def get(self, school_id: UUID) -> School:
        """Find one school, or raise ``NotFound``."""
        school = await self._session.scalar(select(School).where(School.id == school_id))
        if school is None:
            raise NotFound
        return school

    async def within(self, district_id: UUID) -> dict[str, School]:
        """Find every school of a district, by its code."""
        found = await self._session.scalars(select(School).where(School.district_id == district_id))
        return {school.code: school for school in found}

    async def coded(self, district_id: UUID, code: str) -> School | None:
        """Find the school that a district calls so."""
        found: School | None = await self._session.scalar(
            select(School).where(School.district_id == district_id, School.code == code)
        )
        return found

    def add(self, school: School) -> None:
        """Keep a new school."""
        self._session.add(school)

    def savepoint(self) -> AsyncSessionTransaction:
        """Begin what can be taken back without the rest."""
        return self._session.begin_nested()

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
