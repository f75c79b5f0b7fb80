"""The endpoints of memberships."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.memberships.access import (
    GrantMembership,
    ImportRoster,
    ReadMemberships,
    RevokeMembership,
)
from app.memberships.schemas import (
    GrantBatchResult,
    HeldRole,
    MembershipDraft,
    MembershipOrder,
    MembershipRow,
    MembershipView,
)
from app.paging import SORT, Asked, Fields, Page
from app.rendered import Rendered
from app.scalars import Id
from app.wire.batch import Batch
from app.wire.route import Route
from app.wire.rows import rows_of

router = APIRouter(prefix="/v1/memberships", tags=["memberships"], route_class=Route)
MOST_ROWS = 1000


@router.get("")
async def list_memberships(
    memberships: ReadMemberships,
    asked: Asked,
    sort: Annotated[MembershipOrder | None, Query(description=SORT)] = None,
    role: Annotated[list[HeldRole] | None, Query(max_length=20)] = None,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
    account_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
) -> Rendered[Page[MembershipView]]:
    """List who holds which role, in the order they were given, those that have ended too."""
    return await memberships.page(
        asked, sort, role=role, district_id=district_id, account_id=account_id
    )


@router.get("/{membership_id}")
async def get_membership(
    membership_id: UUID, memberships: ReadMemberships, fields: Fields = None
) -> Rendered[MembershipView]:
    """Read one membership."""
    return await memberships.get(membership_id, fields)


@router.post("", status_code=status.HTTP_201_CREATED)
async def grant_membership(
    draft: MembershipDraft, memberships: GrantMembership, response: Response
) -> MembershipView:
    """Give an account a role in its own organisation.

    A role of the consortium is held without a district, and given by the consortium alone. It holds
    from `valid_from` until `valid_until`, or until it is revoked. Where a district has a
    superintendent, the consortium gives no role (TR-04).
    """
    membership = await memberships.grant(draft)
    response.headers["location"] = f"/v1/memberships/{membership.id}"
    return MembershipView.model_validate(membership)


@router.post("/batch")
async def import_roster(
    memberships: ImportRoster,
    batch: Annotated[Batch[MembershipRow], rows_of(MembershipRow, limit=MOST_ROWS, later=False)],
) -> GrantBatchResult:
    """Let in many people at once, as JSON or CSV: register them, give roles, make keys.

    A person that the organisation knows by issuer and subject is not registered again, and a role
    that is held is not given again: without `with_key` the same batch changes nothing the second
    time. A key that is asked for is made each time, and its `secret` is in this answer alone. Where
    a district had a superintendent before the batch, the consortium gives nothing there (TR-04).
    """
    return await memberships.bring_in(batch)


@router.post("/{membership_id}/revoke")
async def revoke_membership(membership_id: UUID, memberships: RevokeMembership) -> MembershipView:
    """End a role: what it allowed is refused from the next request on, on every worker."""
    return MembershipView.model_validate(await memberships.revoke(membership_id))
