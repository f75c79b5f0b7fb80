"""The statements about departures."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, select

from app.departures.schemas import DepartureView
from app.districts.models import Departure
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.submissions.models import Answer, DistrictKey
from app.vocabulary import DepartureState

EVERY_DEPARTURE = select(
    Departure.id,
    Departure.district_id,
    Departure.state,
    Departure.announced_by,
    Departure.announced_at,
    Departure.answers,
    Departure.confirmed_by,
    Departure.confirmed_at,
    Departure.held_until,
    Departure.cancelled_by,
    Departure.cancelled_at,
    Departure.shredded_at,
    Departure.version,
)
NEWEST = Reading(
    EVERY_DEPARTURE.where(Departure.district_id == bindparam("district_id"))
    .order_by(Departure.id.desc())
    .limit(1),
    DepartureView,
    version="version",
)
DEPARTURES = Listing(
    EVERY_DEPARTURE, DepartureView, by=[Departure.id], filters={"state": Departure.state}
)
UNDER_WAY = (DepartureState.ANNOUNCED, DepartureState.HELD)


class DepartureReadings:
    """Departures as a district and the staff of the consortium see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def newest(self, district_id: UUID, fields: str | None) -> Rendered[DepartureView]:
        """Find the newest departure of a district, or raise ``NotFound``."""
        found = await self._reader.one(NEWEST, fields, district_id=district_id)
        if found is None:
            raise NotFound
        return found

    async def page(
        self, wanted: Wanted, *, state: Sequence[DepartureState] | None
    ) -> Rendered[Page[DepartureView]]:
        """List the departures within reach, in the order they were announced."""
        return await self._reader.page(DEPARTURES, wanted, only={"state": state})


class DepartureRepository:
    """Departures as they are written, and what ends with one."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def under_way(self, district_id: UUID) -> Departure | None:
        """Find the departure of a district that is neither cancelled nor done."""
        found: Departure | None = await self._session.scalar(
            select(Departure).where(
                Departure.district_id == district_id, Departure.state.in_(UNDER_WAY)
            )
        )
        return found

    async def count_answers(self, district_id: UUID) -> int:
        """Count the versions of answers of a district within reach."""
        counted = select(func.count()).select_from(Answer).where(Answer.district_id == district_id)
        return await self._session.scalar(counted) or 0

    async def newest_key(self, district_id: UUID) -> int:
        """Say which data key of a district within reach is the newest; 0 where there is none."""
        newest = select(func.max(DistrictKey.version)).where(DistrictKey.district_id == district_id)
        return await self._session.scalar(newest) or 0

    def add(self, departure: Departure) -> None:
        """Keep a new departure."""
        self._session.add(departure)

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()
