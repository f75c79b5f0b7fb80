"""What happens to measures."""

from typing import Any, Final
from uuid import UUID

from app.db import new_id
from app.measures.models import Measure, MeasureEdition
from app.measures.repository import EDITION, MEASURE, MeasureRepository
from app.measures.schemas import (
    Definition,
    EditionDraft,
    EditionView,
    MeasureContent,
    MeasureDraft,
    MeasureEntry,
    MeasureRevision,
    MeasureView,
)
from app.policy import Grant
from app.policy.rules.measures import (
    Redefined,
    definition_stays,
    era_breaks_where_it_must,
)
from app.problems import Conflict, Fault
from app.rendered import Rendered
from app.wire.batch import Batch, BatchResult, Stored, carry_out
from app.wire.faults import invalid

CREATED: Final = 201
Known = dict[str, tuple[Measure, MeasureEdition]]


class MeasureService:
    """Defines measures, and adds editions to their definitions."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._measures = MeasureRepository(grant)

    async def define(self, draft: MeasureDraft) -> Rendered[MeasureView]:
        """Define a new measure; raises ``Conflict`` where the district has one of this code."""
        district_id = draft.district_id
        if not self._grant.reach.covers(district_id):
            detail = "There is no such district."
            raise invalid([Fault("/district_id", "unknown_reference", detail)])
        await self._hold(district_id)
        if await self._measures.coded(district_id, [draft.code]):
            raise Conflict("The district has a measure of this code.")
        return await self._shown_new(await self._defined(district_id, draft.code, draft))

    async def rename(self, measure_id: UUID, revision: MeasureRevision) -> Rendered[MeasureView]:
        """Give a measure another name, for a caller who has seen it."""
        measure, _ = await self._measures.get(measure_id)
        self._grant.revise(MEASURE, measure, revision.changes())
        return await self._grant.shown(MEASURE, sought=measure_id)

    async def add_edition(self, measure_id: UUID, draft: EditionDraft) -> Rendered[EditionView]:
        """Add an edition to a measure's definition; the ones before it stay as they are (TR-15)."""
        await self._grant.hold(f"measure:{measure_id}")
        measure, newest = await self._measures.get(measure_id)
        defined = draft.defined()
        if defined == said_by(newest) and not draft.era_break:
            raise Conflict("The newest edition says this already.")
        era_breaks_where_it_must.require(
            Redefined(said_by(newest), defined, era_break=draft.era_break)
        )
        measure.edition += 1
        edition = self._edition(measure, draft, newest.era + draft.era_break)
        edition.era_break, edition.reason = draft.era_break, draft.reason
        await self._measures.save()
        self._grant.record(
            f"measure:{measure_id}",
            district=measure.district_id,
            rule="TR-15",
            detail={"edition": edition.edition, "era_break": draft.era_break},
        )
        at = f"/v1/measures/{measure_id}/editions"
        return await self._grant.shown(EDITION, status=CREATED, location=at, sought=edition.id)

    async def put(
        self, district_id: UUID, code: str, content: MeasureContent
    ) -> Rendered[MeasureView]:
        """Define the measure of a code, or rename it; its definition stays (TR-15)."""
        self._grant.reach.require(district_id)
        await self._hold(district_id)
        known = await self._measures.coded(district_id, [code])
        if code not in known:
            self._grant.absent()
            return await self._shown_new(await self._defined(district_id, code, content))
        measure, newest = known[code]
        definition_stays.require(Redefined(said_by(newest), content.defined()))
        self._grant.replace(MEASURE, measure, {"name": content.name})
        return await self._grant.shown(MEASURE, sought=measure.id)

    async def put_all(self, district_id: UUID, batch: Batch[MeasureEntry]) -> BatchResult:
        """Define or rename many measures of a district; each is found by its code, or is new."""
        self._grant.reach.require(district_id)
        await self._hold(district_id)
        drafts = [row.draft for row in batch.rows if row.draft is not None]
        known = await self._measures.coded(district_id, [draft.code for draft in drafts])
        entered: set[str] = set()

        async def store(entry: MeasureEntry) -> Stored:
            if entry.code in entered:
                raise invalid([Fault("/code", "repeated", "The measure is in another row.")])
            found = known.get(entry.code)
            if found is None:
                measure = await self._defined(district_id, entry.code, entry)
            else:
                measure, newest = found
                definition_stays.require(Redefined(said_by(newest), entry.defined()))
                measure.name = entry.name
                await self._measures.save()
            entered.add(entry.code)
            return Stored(measure.id, found is None)

        return await carry_out(batch, store, self._measures.savepoint)

    async def _defined(self, district_id: UUID, code: str, content: MeasureContent) -> Measure:
        """Keep a new measure, and the first edition of its definition."""
        measure = Measure(
            id=new_id(), district_id=district_id, code=code, name=content.name, edition=1
        )
        self._measures.add(measure)
        await self._measures.save()
        self._edition(measure, content, era=1)
        await self._measures.save()
        return measure

    def _edition(self, measure: Measure, content: Definition, era: int) -> MeasureEdition:
        """Keep the newest edition of a measure."""
        edition = MeasureEdition(
            id=new_id(),
            district_id=measure.district_id,
            measure_id=measure.id,
            edition=measure.edition,
            era=era,
            era_break=False,
            created_by=self._grant.principal.account,
            **content.defined(),
        )
        self._measures.add(edition)
        return edition

    async def _shown_new(self, measure: Measure) -> Rendered[MeasureView]:
        at = f"/v1/measures/{measure.id}"
        return await self._grant.shown(MEASURE, status=CREATED, location=at, sought=measure.id)

    async def _hold(self, district_id: UUID) -> None:
        """Keep others from defining measures of the district, so that a code is free or is not."""
        await self._grant.hold(f"measures:{district_id}")


def said_by(edition: MeasureEdition) -> dict[str, Any]:
    """Give what an edition says, in the words of a definition."""
    return {name: getattr(edition, name) for name in Definition.model_fields}
