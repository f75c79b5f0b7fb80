"""The endpoints of schools."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.paging import Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Id, Instant
from app.schools.access import EnterSchool, EnterSchools, KeepSchool, ReadSchool, ReadSchools
from app.schools.schemas import (
    MOST_AT_ONCE,
    SchoolCode,
    SchoolContent,
    SchoolDraft,
    SchoolEntry,
    SchoolRevision,
    SchoolSort,
    SchoolView,
)
from app.wire.batch import Batch, BatchResult
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1", tags=["schools"], route_class=Route)


@router.get("/schools")
async def list_schools(
    schools: ReadSchools,
    asked: Asked,
    sort: SchoolSort | None = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60)] = None,
    updated_at_gte: Instant | None = None,
) -> Rendered[Page[SchoolView]]:
    """List the schools of your own district, by name where `sort` does not say otherwise."""
    only = {"district_id": district_id, "updated_at_gte": updated_at_gte}
    return await schools.page(asked, sort, only)


@router.get("/schools/{school_id}")
async def get_school(
    school_id: Id, schools: ReadSchool, fields: Fields = None
) -> Rendered[SchoolView]:
    """Read one school; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await schools.get(school_id, fields)


@router.post("/schools", status_code=status.HTTP_201_CREATED)
async def enter_school(draft: SchoolDraft, schools: EnterSchool) -> Rendered[SchoolView]:
    """Enter a new school; 409 where the district has one of this code already."""
    return await schools.enter(draft)


@router.patch("/schools/{school_id}")
async def revise_school(
    school_id: Id, revision: SchoolRevision, schools: KeepSchool
) -> Rendered[SchoolView]:
    """Correct a school; its code and its district stay."""
    return await schools.revise(school_id, revision)


@router.put(
    "/districts/{district_id}/schools/by-code/{code}", responses={201: {"model": SchoolView}}
)
async def put_school(
    district_id: Id, code: SchoolCode, content: SchoolContent, schools: KeepSchool
) -> Rendered[SchoolView]:
    """Enter the school that a district calls so (201), or replace what is known of it (200).

    What is there is replaced only for who sends its ETag in If-Match; who sends what is there
    already need not.
    """
    return await schools.put(district_id, code, content)


@router.post("/districts/{district_id}/schools/batch")
async def put_schools(
    district_id: Id,
    schools: EnterSchools,
    batch: Annotated[Batch[SchoolEntry], rows_of(SchoolEntry, limit=MOST_AT_ONCE)],
) -> BatchResult:
    """Enter or correct many schools of a district, as JSON or CSV; each is found by its code.

    The last one to send a school wins: there is no If-Match of a batch.
    """
    return await schools.put_all(district_id, batch)
