"""The endpoints of districts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.districts.access import (
    AdmitDistrict,
    AdmitDistricts,
    AdvanceDistrict,
    ReadDistricts,
)
from app.districts.schemas import DistrictDraft, DistrictView, StateCode
from app.paging import Asked, Page
from app.rendered import Rendered
from app.scalars import Name
from app.vocabulary import DistrictState
from app.wire.batch import Batch, BatchResult
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1/districts", tags=["districts"], route_class=Route)


@router.get("")
async def list_districts(
    districts: ReadDistricts,
    asked: Asked,
    state: Annotated[list[StateCode] | None, Query(max_length=60)] = None,
    county: Annotated[list[Name] | None, Query(max_length=60)] = None,
    standing: Annotated[list[DistrictState] | None, Query(max_length=4)] = None,
) -> Rendered[Page[DistrictView]]:
    """List the districts by name; a filter that is given several times means any of its values."""
    return await districts.page(asked, state=state, county=county, standing=standing)


@router.get("/{district_id}")
async def get_district(district_id: UUID, districts: ReadDistricts) -> Rendered[DistrictView]:
    """Read one district; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await districts.get(district_id)


@router.post("", status_code=status.HTTP_201_CREATED)
async def admit_district(
    draft: DistrictDraft, districts: AdmitDistrict, response: Response
) -> DistrictView:
    """Admit a district; one that an identifier names already is corrected instead (200)."""
    district, new = await districts.admit(draft)
    response.status_code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
    response.headers["location"] = f"/v1/districts/{district.id}"
    return DistrictView.model_validate(district)


@router.post("/batch")
async def admit_districts(
    districts: AdmitDistricts,
    batch: Annotated[Batch[DistrictDraft], rows_of(DistrictDraft, limit=5000)],
) -> BatchResult:
    """Admit many districts, as JSON or CSV; each is found by its identifiers, or is new."""
    return await districts.admit_all(batch)


@router.post("/{district_id}/activate")
async def activate_district(district_id: UUID, districts: AdvanceDistrict) -> DistrictView:
    """Make an invited or paused district an active member."""
    return DistrictView.model_validate(await districts.advance(district_id, "activate"))


@router.post("/{district_id}/pause")
async def pause_district(district_id: UUID, districts: AdvanceDistrict) -> DistrictView:
    """Pause a district's membership in the consortium; its members keep what they may read.

    They may withdraw what they answered, and neither enter nor attest answers (TR-21).
    """
    return DistrictView.model_validate(await districts.advance(district_id, "pause"))
