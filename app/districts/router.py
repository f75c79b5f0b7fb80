"""The endpoints of districts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status

from app.districts.access import (
    AdmitDistrict,
    AdmitDistricts,
    AdvanceDistrict,
    ReadDistricts,
    ReviseDistrict,
)
from app.districts.schemas import (
    NCES,
    DistrictDraft,
    DistrictOrder,
    DistrictRevision,
    DistrictView,
    StateCode,
)
from app.paging import SORT, Asked, Fields, Page
from app.problems import Fault
from app.rendered import Rendered
from app.scalars import ExternalScheme, ExternalValue, Leaid, Name
from app.vocabulary import DistrictState
from app.wire.batch import Batch, BatchResult
from app.wire.faults import invalid
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1/districts", tags=["districts"], route_class=Route)
NcesId = Annotated[Leaid, Path(examples=["0601620"])]
Scheme = Annotated[ExternalScheme, Path(examples=["ca_cds"])]
Value = Annotated[ExternalValue, Path(examples=["19-64733"])]


@router.get("")
async def list_districts(
    districts: ReadDistricts,
    asked: Asked,
    sort: Annotated[DistrictOrder | None, Query(description=SORT)] = None,
    state: Annotated[list[StateCode] | None, Query(max_length=60)] = None,
    county: Annotated[list[Name] | None, Query(max_length=60)] = None,
    standing: Annotated[list[DistrictState] | None, Query(max_length=4)] = None,
) -> Rendered[Page[DistrictView]]:
    """List the districts by name; a filter that is given several times means any of its values."""
    return await districts.page(asked, sort, state=state, county=county, standing=standing)


@router.get("/{district_id}")
async def get_district(
    district_id: UUID, districts: ReadDistricts, fields: Fields = None
) -> Rendered[DistrictView]:
    """Read one district; send its ETag back in If-None-Match to be told 304 while it stands."""
    return await districts.get(district_id, fields)


@router.get("/by-nces/{nces_id}")
async def get_district_by_nces(
    nces_id: NcesId, districts: ReadDistricts, fields: Fields = None
) -> Rendered[DistrictView]:
    """Read the district of an NCES id (LEAID), with the same ETag as by its own id."""
    return await districts.named((NCES, nces_id), fields)


@router.get("/by-external/{scheme}/{value}")
async def get_district_by_external_id(
    scheme: Scheme, value: Value, districts: ReadDistricts, fields: Fields = None
) -> Rendered[DistrictView]:
    """Read the district that another system calls so, with the same ETag as by its own id."""
    return await districts.named((scheme, value), fields)


@router.post("", status_code=status.HTTP_201_CREATED, responses={200: {"model": DistrictView}})
async def admit_district(draft: DistrictDraft, districts: AdmitDistrict) -> Rendered[DistrictView]:
    """Admit a district; one that an identifier names already is corrected instead (200)."""
    return await districts.admit(draft)


@router.put("/by-nces/{nces_id}", responses={201: {"model": DistrictView}})
async def place_district_by_nces(
    nces_id: NcesId, draft: DistrictDraft, districts: ReviseDistrict
) -> Rendered[DistrictView]:
    """Make the district of an NCES id what the body says: admit it (201), or replace it (200).

    What the body leaves out is null afterwards, but for `joined_on`, which stays, and other
    `external_ids`, which are added or corrected and not taken away. A replacement takes the `ETag`
    of what is there in `If-Match`, unless it changes nothing: so the same request may be sent
    twice. `If-Match` for a district that is not there is a 412, and so is `If-None-Match: *` for
    one that is.
    """
    if draft.nces_id not in {None, nces_id}:
        raise invalid([Fault("/nces_id", "differs", "Not the one of the address.")])
    return await districts.place((NCES, nces_id), draft.model_copy(update={"nces_id": nces_id}))


@router.put("/by-external/{scheme}/{value}", responses={201: {"model": DistrictView}})
async def place_district_by_external_id(
    scheme: Scheme, value: Value, draft: DistrictDraft, districts: ReviseDistrict
) -> Rendered[DistrictView]:
    """Make the district that another system calls so what the body says, as by its NCES id."""
    if draft.external_ids.get(scheme, value) != value:
        raise invalid([Fault(f"/external_ids/{scheme}", "differs", "Not the one of the address.")])
    names = draft.external_ids | {scheme: value}
    return await districts.place((scheme, value), draft.model_copy(update={"external_ids": names}))


@router.patch("/{district_id}")
async def revise_district(
    district_id: UUID, changes: DistrictRevision, districts: ReviseDistrict
) -> Rendered[DistrictView]:
    """Correct what is known of a district: what the body leaves out stays (RFC 7396).

    A new administration is written to the ledger, since districts under one count once (DR-01).
    """
    return await districts.revise(district_id, changes)


@router.post("/batch")
async def admit_districts(
    districts: AdmitDistricts,
    batch: Annotated[Batch[DistrictDraft], rows_of(DistrictDraft, limit=5000)],
) -> BatchResult:
    """Admit many districts, as JSON or CSV; each is found by its identifiers, or is new."""
    return await districts.admit_all(batch)


@router.post("/{district_id}/activate")
async def activate_district(
    district_id: UUID, districts: AdvanceDistrict
) -> Rendered[DistrictView]:
    """Make an invited or paused district an active member."""
    return await districts.advance(district_id, "activate")


@router.post("/{district_id}/pause")
async def pause_district(district_id: UUID, districts: AdvanceDistrict) -> Rendered[DistrictView]:
    """Pause a district's membership in the consortium; its members keep what they may read.

    They may withdraw what they answered, and neither enter nor attest answers (TR-21).
    """
    return await districts.advance(district_id, "pause")
