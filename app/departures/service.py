"""How a district leaves, as far as it does so itself."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from app import lifecycles
from app.charter.versions import charter_in_force
from app.clock import now
from app.db import new_id
from app.departures.repository import NEWEST, DepartureRepository
from app.departures.schemas import ConfirmationDraft, DepartureView
from app.districts.models import Departure
from app.policy import Grant
from app.policy.rules.departures import Exported, Hold, export_is_whole, hold_lasts
from app.problems import Conflict, NotFound
from app.rendered import Rendered
from app.vocabulary import DepartureState


class DepartureService:
    """Announces, confirms and cancels the departure of one's own district."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._departures = DepartureRepository(grant)

    async def announce(self, district_id: UUID) -> Rendered[DepartureView]:
        """Begin to leave, or raise ``Conflict`` where that is under way already."""
        if await self._under_way(district_id) is not None:
            raise Conflict("The district is leaving already.", rule=lifecycles.DEPARTURE.rule)
        departure = Departure(
            id=new_id(),
            district_id=district_id,
            state=lifecycles.DEPARTURE.first,
            announced_by=self._grant.principal.account,
            announced_at=now(),
        )
        self._departures.add(departure)
        return await self._shown(departure, "announce", status=HTTPStatus.CREATED)

    async def confirm(self, district_id: UUID, draft: ConfirmationDraft) -> Rendered[DepartureView]:
        """Confirm an announced departure: from now on the answers are held, then shredded."""
        departure = await self._found(district_id)
        state = lifecycles.DEPARTURE.step("confirm", departure.state)
        stored = await self._departures.count_answers(district_id)
        export_is_whole.require(Exported(draft.answers, stored))
        charter = await charter_in_force(self._grant.session)
        key_version = await self._departures.newest_key(district_id)
        departure.state, departure.answers = state, draft.answers
        departure.key_version = key_version
        departure.confirmed_by = self._grant.principal.account
        departure.confirmed_at = now()
        departure.held_until = departure.confirmed_at + timedelta(days=charter.hold_days)
        return await self._shown(departure, "confirm")

    async def cancel(self, district_id: UUID) -> Rendered[DepartureView]:
        """Stay: nothing was shredded yet, and nothing is."""
        departure = await self._found(district_id)
        state = lifecycles.DEPARTURE.step("cancel", departure.state)
        hold_lasts.require(Hold(departure.held_until, now()))
        departure.state = state
        departure.cancelled_by = self._grant.principal.account
        departure.cancelled_at = now()
        return await self._shown(departure, "cancel")

    async def _under_way(self, district_id: UUID) -> Departure | None:
        """Find the departure of a district within reach, which stands still from then on."""
        self._grant.reach.require_own(district_id)
        await self._grant.hold(f"departure:{district_id}")
        return await self._departures.under_way(district_id)

    async def _found(self, district_id: UUID) -> Departure:
        """Find the departure that is under way, or raise ``NotFound``."""
        departure = await self._under_way(district_id)
        if departure is None:
            raise NotFound
        return departure

    async def _shown(
        self, departure: Departure, verb: str, *, status: int = HTTPStatus.OK
    ) -> Rendered[DepartureView]:
        """Write a step to the ledger, and answer with the departure."""
        place = departure.district_id
        detail: dict[str, object] = {"step": verb}
        if departure.state is DepartureState.HELD:
            detail["answers"] = departure.answers
        self._grant.record(f"departure:{departure.id}", district=place, detail=detail)
        return await self._grant.shown(
            NEWEST, status=status, location=f"/v1/districts/{place}/departure", district_id=place
        )
