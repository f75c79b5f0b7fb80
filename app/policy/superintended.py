"""Which districts keep their own roster."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.clock import now
from app.policy.grant import Grant
from app.policy.holdings import Membership
from app.policy.rules.roster import Giving, given_by_its_own
from app.vocabulary import Role


async def superintended(grant: Grant, districts: Collection[UUID]) -> frozenset[UUID]:
    """Find those of some districts that ever had a superintendent; one that is to come is none.

    A role that is over counts: else the consortium could end it, and let in whom it likes.
    """
    if not districts:
        return frozenset()
    found = await grant.session.scalars(
        select(Membership.district_id).where(
            Membership.role == Role.SUPERINTENDENT,
            Membership.district_id.in_(districts),
            Membership.valid_from <= now(),
        )
    )
    return frozenset(place for place in found if place is not None)


async def require_own_giver(grant: Grant, district_id: UUID | None) -> None:
    """Refuse to give a role or a key where a district keeps its own roster (TR-04)."""
    kept: frozenset[UUID] = frozenset()
    if district_id is not None and grant.reach.whole_consortium:
        kept = await superintended(grant, [district_id])
    given_by_its_own.require(Giving(grant.principal, grant.reach, district_id, kept))
