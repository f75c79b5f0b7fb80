"""How a district's answers come under a new data key."""

from uuid import UUID

from app.data_keys.repository import SEALED, DataKeyRepository
from app.data_keys.schemas import RotationView
from app.policy import Grant
from app.policy.rules.departures import district_stays
from app.problems import Conflict
from app.submissions.models import DistrictKey
from app.submissions.seals import OwnSeal
from app.wire.later import step


class DataKeyService:
    """Replaces the data key of a district, in one transaction with all that it seals."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._keys = DataKeyRepository(grant)

    async def rotate(self, district_id: UUID) -> RotationView:
        """Make a new data key and seal everything of the district under it.

        Raises ``Conflict`` for a district that has none yet, or is leaving (TR-28).
        """
        self._grant.reach.require_own(district_id)
        await self._grant.hold(f"departure:{district_id}")
        await self._grant.hold(f"district-key:{district_id}")
        departure = await self._keys.leaving(district_id)
        district_stays.require(None if departure is None else departure.held_until)
        wrapped = await self._keys.wrapped(district_id)
        if not wrapped:
            raise Conflict("The district has answered nothing yet: there is no key to replace.")
        seal = OwnSeal(self._grant.keys, district_id, wrapped)
        made = seal.make_key()
        version = seal.key_version
        await self._keys.add(DistrictKey(district_id=district_id, version=version, wrapped=made))
        sealed = await self._seal_anew(district_id, seal)
        told = {"version": version, "sealed_anew": sealed}
        self._grant.record(f"district:{district_id}", district=district_id, detail=told)
        return RotationView(version=version, sealed_anew=sealed)

    async def _seal_anew(self, district_id: UUID, seal: OwnSeal) -> int:
        """Seal everything under the newest key, table after table, and count it.

        Whoever runs a job is told how much is done, and may give it up.
        """
        total = sum([await self._keys.older(district_id, seal, model) for model in SEALED])
        done = 0
        step(done, total)
        for model in SEALED:
            while some := await self._keys.seal_anew(district_id, seal, model):
                done += some
                step(done, max(done, total))  # answers go on coming in
        return done
