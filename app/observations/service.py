"""What happens to observations: they are entered, and corrected with what they said kept."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.clock import now
from app.observations.fit import Fitting, misfits
from app.observations.readings import OBSERVATION, SAID
from app.observations.repository import ObservationRepository
from app.observations.schemas import (
    ObservationDraft,
    ObservationEntry,
    ObservationRevision,
    ObservationView,
    Said,
)
from app.policy import Grant
from app.problems import Fault
from app.rendered import Rendered
from app.wire.batch import Batch
from app.wire.faults import invalid
from app.wire.together import PutResult, put_together

AHEAD: Final = timedelta(hours=14)
"""Before UTC: nowhere on earth is the day further on."""
KEY: Final = slice(0, 5)
"""Of a row: measure, edition, school, period, breakdown."""
TWICE: Final = Fault("", "repeated", "The same observation is in a row before.")


class ObservationService:
    """Enters and corrects the observations of one district."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._observations = ObservationRepository(grant)

    async def put(self, district_id: UUID, draft: ObservationDraft) -> Rendered[ObservationView]:
        """Enter an observation, or correct the one that is there, for a caller who has seen it."""
        fitting = await self._fitting(district_id, [draft])
        row = fitting.row(draft)
        if isinstance(row, list):
            raise invalid(row)
        (put,) = await self._observations.put(district_id, [row], draft.reason)
        asked = self._grant.conditions
        if put.created:
            self._grant.absent()
        elif put.changed or asked.match is not None or asked.none_match is not None:
            self._grant.unchanged(OBSERVATION, put.version - put.changed)
        return await self._grant.shown(
            OBSERVATION,
            status=201 if put.created else 200,
            location=f"/v1/districts/{district_id}/observations/{put.id}" if put.created else None,
            district=district_id,
            sought=put.id,
        )

    async def put_all(
        self, district_id: UUID, batch: Batch[ObservationEntry], reason: str | None
    ) -> Rendered[PutResult]:
        """Enter or correct many by one statement; each is found by its natural key, or is new."""
        drafts = [row.draft for row in batch.rows if row.draft is not None]
        fitting = await self._fitting(district_id, drafts)

        async def put(rows: list[tuple[Any, ...]]) -> Sequence[Any]:
            return await self._observations.put(district_id, rows, reason)

        body = await put_together(batch, once(fitting), put, self._observations.savepoint)
        return Rendered(body)

    async def revise(
        self, district_id: UUID, observation_id: UUID, revision: ObservationRevision
    ) -> Rendered[ObservationView]:
        """Correct one observation, for a caller who has seen it."""
        found = await self._observations.get(district_id, observation_id)
        self._grant.unchanged(OBSERVATION, found.version)
        changes = revision.changes()
        reason = changes.pop("reason", None)
        said = {name: getattr(found, name) for name in SAID} | changes
        measures = await self._observations.measures(district_id, [str(found.measure_id)])
        edition = measures[str(found.measure_id)].editions[found.edition]
        faults = misfits(Said.model_construct(**said), edition, latest_day())
        if faults:
            raise invalid(faults)
        if any(getattr(found, name) != value for name, value in said.items()):
            self._observations.correct(found, said, reason)
        return await self._grant.shown(OBSERVATION, district=district_id, sought=observation_id)

    async def _fitting(self, district_id: UUID, drafts: Sequence[ObservationEntry]) -> Fitting:
        """Find all that drafts refer to, by two statements in all.

        Raises ``NotFound`` for a district out of reach, as for one that is not there (TR-05).
        """
        self._grant.reach.require(district_id)
        schools = {draft.school for draft in drafts if draft.school is not None}
        return Fitting(
            await self._observations.measures(district_id, {draft.measure for draft in drafts}),
            await self._observations.schools(district_id, schools),
            latest_day(),
        )


def once(fitting: Fitting) -> Callable[[ObservationEntry], Any]:
    """Fit rows of one batch: no two of them are the same observation."""
    seen: set[tuple[Any, ...]] = set()

    def row(entry: ObservationEntry) -> tuple[Any, ...] | list[Fault]:
        made = fitting.row(entry)
        if isinstance(made, tuple):
            if made[KEY] in seen:
                return [TWICE]
            seen.add(made[KEY])
        return made

    return row


def latest_day() -> date:
    """Return the day where it is latest on earth."""
    return (now() + AHEAD).date()
