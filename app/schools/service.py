"""What happens to schools."""

from typing import Any
from uuid import UUID

from app.db import new_id
from app.policy import Grant
from app.problems import Conflict, Fault
from app.rendered import Rendered
from app.schools.models import School
from app.schools.repository import SCHOOL, SchoolRepository
from app.schools.schemas import (
    SchoolContent,
    SchoolDraft,
    SchoolEntry,
    SchoolRevision,
    SchoolView,
)
from app.wire.batch import Batch, BatchMode, BatchResult, Stored, carry_out
from app.wire.faults import invalid

CREATED = 201


class SchoolService:
    """Enters and corrects the schools of a district."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._schools = SchoolRepository(grant)

    async def enter(self, draft: SchoolDraft) -> Rendered[SchoolView]:
        """Enter a new school; raises ``Conflict`` where the district has one of this code."""
        if not self._grant.reach.covers(draft.district_id):
            raise invalid(
                [Fault("/district_id", "unknown_reference", "There is no such district.")]
            )
        await self._hold(draft.district_id)
        if await self._schools.coded(draft.district_id, draft.code) is not None:
            raise Conflict("The district has a school of this code.")
        return await self._entered(draft.district_id, draft.model_dump(exclude={"district_id"}))

    async def revise(self, school_id: UUID, revision: SchoolRevision) -> Rendered[SchoolView]:
        """Correct a school, for a caller who has seen it."""
        school = await self._schools.get(school_id)
        self._grant.revise(SCHOOL, school, revision.changes())
        return await self._grant.shown(SCHOOL, sought=school_id)

    async def put(
        self, district_id: UUID, code: str, content: SchoolContent
    ) -> Rendered[SchoolView]:
        """Enter the school of a code, or replace what is known of it."""
        self._grant.reach.require(district_id)
        await self._hold(district_id)
        school = await self._schools.coded(district_id, code)
        if school is None:
            self._grant.absent()
            return await self._entered(district_id, {"code": code, **content.model_dump()})
        self._grant.replace(SCHOOL, school, content.model_dump())
        return await self._grant.shown(SCHOOL, sought=school.id)

    async def put_all(self, district_id: UUID, batch: Batch[SchoolEntry]) -> BatchResult:
        """Enter or correct many schools of a district; each is found by its code, or is new."""
        self._grant.reach.require(district_id)
        await self._hold(district_id)
        known = await self._schools.within(district_id)
        entered: set[str] = set()

        async def store(entry: SchoolEntry) -> Stored:
            if entry.code in entered:
                raise invalid([Fault("/code", "repeated", "The school is in another row.")])
            school = known.get(entry.code)
            new = school is None
            if school is None:
                school = School(id=new_id(), district_id=district_id)
                self._schools.add(school)
            for name, value in entry.model_dump().items():
                setattr(school, name, value)
            if batch.mode is BatchMode.BEST_EFFORT:
                await self._schools.save()
            entered.add(entry.code)
            return Stored(school.id, new)

        done = await carry_out(batch, store, self._schools.savepoint)
        await self._schools.save()
        return done

    async def _entered(self, district_id: UUID, content: dict[str, Any]) -> Rendered[SchoolView]:
        """Keep a new school and show it."""
        school = School(id=new_id(), district_id=district_id, **content)
        self._schools.add(school)
        at = f"/v1/schools/{school.id}"
        return await self._grant.shown(SCHOOL, status=CREATED, location=at, sought=school.id)

    async def _hold(self, district_id: UUID) -> None:
        """Keep others from entering schools of the district, so that a code is free or is not."""
        await self._grant.hold(f"schools:{district_id}")
