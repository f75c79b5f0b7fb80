"""The endpoints of what a release vouches for, of what was wrong in it, and of own positions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from app.paging import Asked, Page
from app.releases.access import (
    AuditRelease,
    ReadInclusion,
    ReadPosition,
    ReadReleases,
    RetractCell,
)
from app.releases.position_schemas import PositionView
from app.releases.schemas import (
    CertificateView,
    InclusionView,
    ReleaseAuditView,
    RetractionDraft,
    RetractionView,
)
from app.rendered import Rendered
from app.scalars import Id
from app.wire.route import Route

Own = Annotated[Id, Query(description="Your own district.")]

router = APIRouter(prefix="/v1/releases", tags=["releases"], route_class=Route)


@router.get("/{release_id}/certificate")
async def get_certificate(release_id: UUID, releases: ReadReleases) -> CertificateView:
    """Read what a release vouches for, signed by the issuer (DR-15).

    Keep it with the cells and the issuer's key set: `c34 release verify` checks them offline.
    """
    return await releases.certificate(release_id)


@router.get("/{release_id}/inclusion")
async def get_inclusion(
    release_id: UUID, vouching: ReadInclusion, district_id: Own
) -> InclusionView:
    """Read the proof of which of your own district's answers a release was computed from.

    `c34 release verify` checks it with the certificate. Whoever has the secret in it can tell which
    of the leaves are your district's, and no more.
    """
    return await vouching.inclusion(release_id, district_id)


@router.post("/{release_id}/audit")
async def audit_release(release_id: UUID, vouching: AuditRelease) -> ReleaseAuditView:
    """Have the vault audit again all that was ever released of what a release tells of.

    It says whether all of it passes, and nothing of who is behind which figure.
    """
    return await vouching.audit(release_id)


@router.post("/{release_id}/cells/{cell_id}/retract", status_code=status.HTTP_201_CREATED)
async def retract_cell(
    release_id: UUID, cell_id: UUID, draft: RetractionDraft, releases: RetractCell
) -> RetractionView:
    """Mark a released cell that was found wrong: everybody is shown it as `retracted` from now on.

    The release itself never changes (DR-09); what was known of it stays known to the audit.
    """
    return await releases.retract(release_id, cell_id, draft)


@router.get("/{release_id}/retractions")
async def list_retractions(
    release_id: UUID, releases: ReadReleases, asked: Asked
) -> Rendered[Page[RetractionView]]:
    """List which cells of a release were found wrong, and why, the first one first."""
    return await releases.retractions(release_id, asked)


@router.get("/{release_id}/position")
async def get_position(release_id: UUID, positions: ReadPosition, district_id: Own) -> PositionView:
    """Read your own district's answers beside the released figures, to your own eyes alone.

    The band says `below`, `at` or `above` the released figure, by that figure alone, both rounded
    alike; `withheld`, `retracted` and `not_answered` are told apart. How common each option is
    stands in `shares`, with your own marked; `trends` follow the same districts over two periods.
    There is no other order than that of the instrument and its groups (TR-25).
    """
    return await positions.position(release_id, district_id)
