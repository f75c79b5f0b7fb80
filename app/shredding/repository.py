"""The statements about what ends with a departure."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.districts.models import Departure, District
from app.policy import Grant
from app.policy.holdings import Account, Key, Membership
from app.submissions.models import Submission
from app.vocabulary import DepartureState


class ShreddingRepository:
    """Departures that are over, and what a district had in the consortium."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def under_way(self, district_id: UUID) -> Departure | None:
        """Find the departure of a district that is neither cancelled nor done."""
        found: Departure | None = await self._session.scalar(
            select(Departure).where(
                Departure.district_id == district_id,
                Departure.state.in_((DepartureState.ANNOUNCED, DepartureState.HELD)),
            )
        )
        return found

    async def shredded(self, district_id: UUID) -> Departure | None:
        """Find the departure by which a district's answers were shredded."""
        found: Departure | None = await self._session.scalar(
            select(Departure).where(
                Departure.district_id == district_id, Departure.state == DepartureState.SHREDDED
            )
        )
        return found

    async def in_state(self, state: DepartureState) -> list[Departure]:
        """List the departures in a state, the oldest first."""
        found = await self._session.scalars(
            select(Departure).where(Departure.state == state).order_by(Departure.id)
        )
        return list(found)

    async def district(self, district_id: UUID) -> District | None:
        """Find a district."""
        found: District | None = await self._session.scalar(
            select(District).where(District.id == district_id)
        )
        return found

    async def known(self, districts: Sequence[UUID]) -> set[UUID]:
        """Say which of some districts are in this database."""
        found = await self._session.scalars(select(District.id).where(District.id.in_(districts)))
        return set(found)

    async def submissions(self, district_id: UUID) -> list[Submission]:
        """List the submissions of a district."""
        found = await self._session.scalars(
            select(Submission).where(Submission.district_id == district_id)
        )
        return list(found)

    async def accounts(self, district_id: UUID) -> list[UUID]:
        """List the accounts of a district."""
        found = await self._session.scalars(
            select(Account.account_id).where(Account.district_id == district_id)
        )
        return list(found)

    async def let_in(self, district_id: UUID) -> list[Membership | Key]:
        """List the roles in a district, and the keys of its accounts, that nobody ended yet."""
        roles = await self._session.scalars(
            select(Membership).where(
                Membership.district_id == district_id, Membership.revoked_at.is_(None)
            )
        )
        keys = await self._session.scalars(
            select(Key).where(Key.district_id == district_id, Key.revoked_at.is_(None))
        )
        return [*roles, *keys]

    def add(self, departure: Departure) -> None:
        """Keep a departure."""
        self._session.add(departure)

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
