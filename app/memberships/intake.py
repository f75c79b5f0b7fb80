"""Letting in many at once: what is there is looked up before, so that a row asks for nothing."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.db import new_id
from app.keys.making import MadeKey, make_key, narrowed
from app.memberships.place import place_fault, refused_reference
from app.memberships.schemas import MembershipRow
from app.policy.holdings import Account, Membership
from app.policy.principal import Principal
from app.policy.reach import Reach
from app.policy.rules.roster import Giving, Place, given_by_its_own, keeps_the_consortium
from app.problems import Fault, Invalid
from app.vocabulary import AccountKind, Role

Person = tuple[UUID | None, str, str]
"""Organisation, issuer and subject."""
USUAL_NAME: Final = "personal"


def references(row: MembershipRow) -> Iterator[tuple[str, str]]:
    """List by what names a row tells its district, each as a pointer and a value."""
    if row.district_id is not None:
        yield "/district_id", str(row.district_id)
    if row.nces_id is not None:
        yield "/nces_id", row.nces_id
    for scheme, value in row.external_ids.items():
        yield f"/external_ids/{scheme}", value


@dataclass(frozen=True, slots=True)
class Known:
    """What is in place before a batch: districts by their names, people, and what they hold."""

    districts: Mapping[tuple[str, str], UUID]
    accounts: Mapping[Person, Account]
    held: Mapping[tuple[UUID, Role], Membership]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a row comes to: an account and a role, new or not, and perhaps a key."""

    account: Account
    membership: Membership
    new_account: bool
    new_membership: bool
    made: MadeKey | None


class Intake:
    """Decides row by row, in memory: nothing is stored, and a row that fails leaves no trace.

    ``admitted`` has what the other rows came to, in their order. ``superintended`` are the
    districts that kept their own roster before the batch, which may bring their superintendents.
    """

    def __init__(
        self,
        principal: Principal,
        reach: Reach,
        issuer: str,
        known: Known,
        superintended: Collection[UUID],
    ) -> None:
        self._principal = principal
        self._reach = reach
        self._issuer = issuer
        self._superintended = superintended
        self._districts = known.districts
        self._accounts = dict(known.accounts)
        self._held = dict(known.held)
        self.admitted: list[Admitted] = []

    def admit(self, row: MembershipRow) -> Admitted:
        """Decide on one row, or raise ``Invalid`` with its faults, or what a rule refuses."""
        place = self._place(row)
        require_key_told(row)
        if row.with_key or not self._holds(row, place):
            giving = Giving(self._principal, self._reach, place, self._superintended)
            given_by_its_own.require(giving)
        scopes = narrowed(self._principal, row.key_scope) if row.with_key else None
        account, new_account = self._account(row, place)
        membership, new_membership = self._membership(account, row.role)
        name = row.key_name or USUAL_NAME
        made = make_key(account, name=name, scopes=scopes) if row.with_key else None
        admitted = Admitted(account, membership, new_account, new_membership, made)
        self.admitted.append(admitted)
        return admitted

    def _place(self, row: MembershipRow) -> UUID | None:
        """Find the district of a row; ``None`` is the consortium."""
        named = list(references(row))
        fault = place_fault(row.role, placed=bool(named))
        if fault is not None:
            raise Invalid("One fault in the row.", errors=[fault])
        if row.role.of_consortium:
            keeps_the_consortium.require(Place(self._reach, None))
            return None
        faults, found = [], set()
        for pointer, value in named:
            district_id = self._districts.get((pointer, value))
            if district_id is None or not self._reach.covers(district_id):
                faults.append(refused_reference(pointer))
            else:
                found.add(district_id)
        if len(found) > 1:
            faults.append(Fault("", "ambiguous", "The names are those of several districts."))
        if faults:
            raise Invalid("Faults in the row.", errors=faults)
        return found.pop()

    def _holds(self, row: MembershipRow, place: UUID | None) -> bool:
        """Say whether a person is known and holds the role, so that the row gives nothing."""
        found = self._accounts.get((place, row.issuer or self._issuer, row.subject))
        return found is not None and (found.account_id, row.role) in self._held

    def _account(self, row: MembershipRow, place: UUID | None) -> tuple[Account, bool]:
        """Find or make the account of a person."""
        issuer = row.issuer or self._issuer
        found = self._accounts.get((place, issuer, row.subject))
        if found is not None:
            if found.kind is not AccountKind.USER:
                fault = Fault("/subject", "not_a_person", "It is the subject of an integration.")
                raise Invalid("One fault in the row.", errors=[fault])
            return found, False
        account = Account(
            account_id=new_id(),
            district_id=place,
            kind=AccountKind.USER,
            issuer=issuer,
            subject=row.subject,
            display_name=row.display_name,
            email=row.email,
        )
        self._accounts[place, issuer, row.subject] = account
        return account, True

    def _membership(self, account: Account, role: Role) -> tuple[Membership, bool]:
        """Find or make the membership that gives an account a role."""
        found = self._held.get((account.account_id, role))
        if found is not None:
            return found, False
        membership = Membership(
            id=new_id(),
            account_id=account.account_id,
            district_id=account.district_id,
            role=role,
            granted_by=self._principal.account,
        )
        self._held[account.account_id, role] = membership
        return membership, True


def require_key_told(row: MembershipRow) -> None:
    """Refuse what is said of a key that is not asked for."""
    faults = [
        Fault(f"/{name}", "without_key", "It says something of a key, and with_key is false.")
        for name in ("key_name", "key_scope")
        if getattr(row, name) is not None and not row.with_key
    ]
    if faults:
        raise Invalid("Faults in the row.", errors=faults)


def people(rows: Iterable[MembershipRow], issuer: str) -> tuple[set[str], set[str]]:
    """List the issuers and the subjects of all rows."""
    told = list(rows)
    return {row.issuer or issuer for row in told}, {row.subject for row in told}
