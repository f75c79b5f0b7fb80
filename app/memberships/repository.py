"""The statements about memberships."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, or_, select, tuple_

from app.clock import now
from app.db import Base
from app.districts.models import District, DistrictExternalId
from app.memberships.intake import Known, Person, people, references
from app.memberships.schemas import MembershipOrder, MembershipRow, MembershipView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.policy.holdings import Account, Membership
from app.problems import NotFound
from app.rendered import Rendered
from app.vocabulary import Role

EVERY_MEMBERSHIP = select(
    Membership.id,
    Membership.account_id,
    Membership.role,
    Membership.district_id,
    Membership.valid_from,
    Membership.valid_until,
    Membership.granted_by,
    Membership.revoked_at,
    Membership.version,
)
MEMBERSHIP = Reading(
    EVERY_MEMBERSHIP.where(Membership.id == bindparam("sought")), MembershipView, version="version"
)
MEMBERSHIPS = Listing(
    EVERY_MEMBERSHIP,
    MembershipView,
    by=[Membership.id],
    filters={
        "role": Membership.role,
        "district_id": Membership.district_id,
        "account_id": Membership.account_id,
    },
    sorts={"valid_from": Membership.valid_from},
)


class MembershipReadings:
    """Memberships as the keepers of a roster see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, membership_id: UUID, fields: str | None) -> Rendered[MembershipView]:
        """Find one membership, or raise ``NotFound``."""
        membership = await self._reader.one(MEMBERSHIP, fields, sought=membership_id)
        if membership is None:
            raise NotFound
        return membership

    async def page(
        self,
        wanted: Wanted,
        sort: MembershipOrder | None,
        *,
        role: Sequence[Role] | None,
        district_id: Sequence[UUID] | None,
        account_id: Sequence[UUID] | None,
    ) -> Rendered[Page[MembershipView]]:
        """List memberships, in the order they were given unless sorted otherwise."""
        only = {"role": role, "district_id": district_id, "account_id": account_id}
        return await self._reader.page(MEMBERSHIPS, wanted, sort=sort, only=only)


class MembershipRepository:
    """Memberships as they are given and ended."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def is_district(self, district_id: UUID) -> bool:
        """Say whether there is such a district, whoever may do anything in it."""
        return await self._session.get(District, district_id) is not None

    async def account(self, account_id: UUID) -> Account | None:
        """Find an account."""
        found: Account | None = await self._session.scalar(
            select(Account).where(Account.account_id == account_id)
        )
        return found

    async def held(self, accounts: Sequence[UUID]) -> dict[tuple[UUID, Role], Membership]:
        """Find the roles that accounts hold, or will hold."""
        found = await self._session.scalars(
            select(Membership).where(
                Membership.account_id.in_(accounts),
                Membership.revoked_at.is_(None),
                or_(Membership.valid_until.is_(None), Membership.valid_until > now()),
            )
        )
        return {(each.account_id, each.role): each for each in found}

    async def get(self, membership_id: UUID) -> Membership:
        """Find one membership, or raise ``NotFound``."""
        membership = await self._session.scalar(
            select(Membership).where(Membership.id == membership_id)
        )
        if membership is None:
            raise NotFound
        return membership

    async def known(self, rows: Sequence[MembershipRow], issuer: str) -> Known:
        """Look up what a batch is about, with as many statements for one row as for all."""
        issuers, subjects = people(rows, issuer)
        found = await self._session.scalars(
            select(Account).where(Account.issuer.in_(issuers), Account.subject.in_(subjects))
        )
        accounts: dict[Person, Account] = {
            (each.district_id, each.issuer, each.subject): each for each in found
        }
        ids = [each.account_id for each in accounts.values()]
        return Known(await self._districts(rows), accounts, await self.held(ids))

    async def _districts(self, rows: Sequence[MembershipRow]) -> dict[tuple[str, str], UUID]:
        """Find the districts that rows name, by each of the names."""
        named = {name for row in rows for name in references(row)}
        ids = [UUID(value) for pointer, value in named if pointer == "/district_id"]
        nces = [value for pointer, value in named if pointer == "/nces_id"]
        pairs = [
            (pointer.removeprefix("/external_ids/"), value)
            for pointer, value in named
            if pointer.startswith("/external_ids/")
        ]
        found: dict[tuple[str, str], UUID] = {}
        for district_id, nces_id in await self._session.execute(
            select(District.id, District.nces_id).where(
                or_(District.id.in_(ids), District.nces_id.in_(nces))
            )
        ):
            found["/district_id", str(district_id)] = district_id
            found["/nces_id", str(nces_id)] = district_id
        for scheme, value, district_id in await self._session.execute(
            select(
                DistrictExternalId.scheme, DistrictExternalId.value, DistrictExternalId.district_id
            ).where(tuple_(DistrictExternalId.scheme, DistrictExternalId.value).in_(pairs))
        ):
            found[f"/external_ids/{scheme}", value] = district_id
        return found

    async def add(self, *rows: Base) -> None:
        """Keep new rows."""
        self._session.add_all(rows)
        await self._session.flush()

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
