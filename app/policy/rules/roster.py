"""Rules about who lets whom in."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.policy.principal import OPERATOR, Principal
from app.policy.reach import Reach
from app.policy.rules import rule
from app.problems import InsufficientScope, Refused


@dataclass(frozen=True, slots=True)
class Place:
    """The organisation of an account, a district or the consortium (null), and a keeper's reach."""

    reach: Reach
    district_id: UUID | None


@dataclass(frozen=True, slots=True)
class Scoped:
    """The scopes a key is to have, null where nothing narrows it, and who makes it."""

    maker: Principal
    scopes: Collection[str] | None


@dataclass(frozen=True, slots=True)
class Giving:
    """Who gives a role or a key where; ``superintended`` are districts that keep their own."""

    giver: Principal
    reach: Reach
    district_id: UUID | None
    superintended: Collection[UUID]


@rule("TR-02", "Only the consortium keeps the accounts and roles of the consortium.", Refused)
def keeps_the_consortium(place: Place) -> bool:
    """Hold for a district, and for whoever reaches the whole consortium."""
    return place.district_id is not None or place.reach.whole_consortium


@rule("TR-01", "A key is given no scope that the credential of its maker lacks.", InsufficientScope)
def scopes_only_narrow(scoped: Scoped) -> bool:
    """Hold when the new key can do nothing that the maker's own credential could not."""
    if scoped.maker.scopes is None:
        return True
    return scoped.scopes is not None and scoped.maker.scopes.issuperset(scoped.scopes)


@rule(
    "TR-04",
    "Once a district keeps its own roster, the consortium gives out no role and no key there.",
    Refused,
)
def given_by_its_own(giving: Giving) -> bool:
    """Hold for the district's own keepers, the operator, and where no superintendent was yet."""
    from_outside = giving.reach.whole_consortium and giving.giver != OPERATOR
    return not from_outside or giving.district_id not in giving.superintended
