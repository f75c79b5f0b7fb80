"""How the answers of a district that has left become unreadable for good, everywhere."""

from uuid import UUID

from app import lifecycles
from app.clock import now
from app.db import new_id
from app.districts.models import Departure
from app.policy import Grant
from app.policy.key_store import KeyStore
from app.policy.rules.departures import Hold, hold_is_over
from app.shredding.done import Shredded
from app.shredding.repository import ShreddingRepository
from app.vocabulary import DepartureState, DistrictState, SubmissionState


class Shredding:
    """Shreds what is due, and brings a database and the tombstones in line with each other.

    The tombstone is written first, outside the database and to stay; then the data keys are
    deleted, with all else that ends, in one transaction. A crash in between leaves a departure
    that is still due, whose keys open nothing any more.
    """

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._departures = ShreddingRepository(grant)
        self._store = KeyStore(grant)

    async def waiting(self) -> list[UUID]:
        """List the districts that something is to be done for; drop data keys nothing needs."""
        if dropped := await self._store.drop_replaced():
            self._grant.record("data_keys", detail={"step": "drop", "data_keys": dropped})
        held = await self._departures.in_state(DepartureState.HELD)
        due = {each.district_id for each in held if hold_is_over.holds(hold_of(each))}
        shredded = {
            each.district_id for each in await self._departures.in_state(DepartureState.SHREDDED)
        }
        buried = {each.district_id for each in self._grant.keys.tombstones}
        known = await self._departures.known(sorted(buried - shredded))
        return sorted(due | known | (shredded - buried))

    async def bring_in_line(self, district_id: UUID) -> Shredded | None:
        """Do what is to be done for one district, once, whoever else does it at the same time."""
        await self._grant.hold(f"departure:{district_id}")
        departure = await self._departures.shredded(district_id)
        if departure is not None:
            return self._bury_again(departure)
        tombstones = {each.district_id: each for each in self._grant.keys.tombstones}
        departure = await self._departures.under_way(district_id)
        due = departure is not None and hold_is_over.holds(hold_of(departure))
        tombstone = tombstones.get(district_id)
        if departure is None or not due:
            if tombstone is None:
                return None
            departure = await self._known_again(district_id, tombstone.through, departure)
            return await self._shred(departure, restored=True)
        self._grant.keys.bury(district_id, departure.key_version or 0)
        return await self._shred(departure, restored=False)

    def _bury_again(self, departure: Departure) -> Shredded | None:
        """Write a tombstone that an older copy of the key file does not have."""
        place, through = departure.district_id, departure.key_version or 0
        if place in {each.district_id for each in self._grant.keys.tombstones}:
            return None
        self._grant.keys.bury(place, through)
        self._told(departure, {"step": "bury"})
        return Shredded(place, 0, restored=False)

    async def _known_again(
        self, district_id: UUID, through: int, departure: Departure | None
    ) -> Departure:
        """Give a restored database the departure that it does not know to be over."""
        if departure is None:
            departure = Departure(
                id=new_id(),
                district_id=district_id,
                announced_by=self._grant.principal.account,
                announced_at=now(),
            )
            self._departures.add(departure)
        departure.key_version = through
        departure.state, departure.shredded_at = DepartureState.SHREDDED, now()
        await self._departures.save()
        return departure

    async def _shred(self, departure: Departure, *, restored: bool) -> Shredded:
        """Delete the data keys and end what the district had in the consortium."""
        place = departure.district_id
        gone = await self._store.shred(place, await self._departures.accounts(place))
        if gone is None:
            raise TypeError("The owner's function does not find that the hold is over.")
        if departure.state is not DepartureState.SHREDDED:
            departure.state = lifecycles.DEPARTURE.step("shred", departure.state)
            departure.shredded_at = now()
        await self._end(place)
        self._told(departure, {"step": "shred", "data_keys": gone, "restored": restored})
        return Shredded(place, gone, restored)

    async def _end(self, district_id: UUID) -> None:
        """End standing, roles and keys; nothing that the district said is attested any more."""
        district = await self._departures.district(district_id)
        if district is not None and district.standing is not DistrictState.LEFT:
            district.standing = lifecycles.DISTRICT.step("leave", district.standing)
        at = now()
        for each in await self._departures.let_in(district_id):
            each.revoked_at = at
        for submission in await self._departures.submissions(district_id):
            if submission.state is not SubmissionState.LOCKED:
                submission.state = SubmissionState.WITHDRAWN
                submission.withdrawn_at = submission.withdrawn_at or at
            submission.attested_revision = None
            submission.attested_by = submission.attested_at = None
        await self._departures.save()

    def _told(self, departure: Departure, detail: dict[str, object]) -> None:
        """Write to the ledger what was done."""
        place = departure.district_id
        self._grant.record(f"departure:{departure.id}", district=place, rule="TR-28", detail=detail)


def hold_of(departure: Departure) -> Hold:
    """Say until when the answers of a departure are held; nothing where it is not confirmed."""
    held = departure.state is DepartureState.HELD
    return Hold(departure.held_until if held else None, now())
