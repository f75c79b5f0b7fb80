"""What happens to districts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.districts.models import District, DistrictExternalId
from app.districts.repository import DistrictRepository
from app.districts.schemas import DistrictDraft
from app.lifecycles import DISTRICT
from app.policy import Grant
from app.problems import Conflict
from app.vocabulary import DistrictState
from app.wire.batch import Batch, BatchMode, BatchResult, Stored, carry_out

CONTEXT = frozenset(DistrictDraft.model_fields) - {"external_ids", "joined_on"}


class DistrictService:
    """Admits districts and moves them through their standing."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._districts = DistrictRepository(grant)

    async def admit(self, draft: DistrictDraft) -> tuple[District, bool]:
        """Admit a district, or correct the one that an identifier names; say whether it is new.

        Raises ``Conflict`` where the identifiers name two districts.
        """
        by_name = await self._named_by([draft])
        district, new = self._put(draft, by_name)
        await self._districts.save()
        if new:
            told = {"step": "admit"}
            self._grant.record(f"district:{district.id}", district=district.id, detail=told)
        return district, new

    async def admit_all(self, batch: Batch[DistrictDraft]) -> BatchResult:
        """Admit or correct many; what is there already is found by two statements in all."""
        by_name = await self._named_by([row.draft for row in batch.rows if row.draft is not None])

        async def store(draft: DistrictDraft) -> Stored:
            district, new = self._put(draft, by_name)
            if batch.mode is BatchMode.BEST_EFFORT:
                await self._districts.save()
            by_name.update(dict.fromkeys(names_of(district), district))
            return Stored(district.id, new)

        result = await carry_out(batch, store, self._districts.savepoint)
        await self._districts.save()
        if result.created and not batch.dry_run:
            self._grant.record("districts", detail={"step": "admit", "admitted": result.created})
        return result

    async def advance(self, district_id: UUID, verb: str) -> District:
        """Activate or pause a district."""
        district = await self._districts.get(district_id)
        district.standing = DISTRICT.step(verb, district.standing)
        await self._districts.save()
        self._grant.record(f"district:{district.id}", district=district.id, detail={"step": verb})
        return district

    async def _named_by(self, drafts: Sequence[DistrictDraft]) -> dict[tuple[str, str], District]:
        """Find the districts that the identifiers of drafts name."""
        known = await self._districts.known(
            [draft.nces_id for draft in drafts if draft.nces_id],
            [pair for draft in drafts for pair in draft.external_ids.items()],
        )
        return {name: district for district in known for name in names_of(district)}

    def _put(
        self, draft: DistrictDraft, by_name: dict[tuple[str, str], District]
    ) -> tuple[District, bool]:
        """Find or make the district of a draft, and write down what the draft says."""
        names = list(draft.external_ids.items())
        if draft.nces_id is not None:
            names.append(("nces", draft.nces_id))
        found = {by_name[name].id: by_name[name] for name in names if name in by_name}
        if len(found) > 1:
            raise Conflict("The identifiers name more than one district.")
        new = not found
        district = self._made(draft) if new else found.popitem()[1]
        here = {each.scheme: each.value for each in district.external_ids}
        for scheme, value in draft.external_ids.items():
            if here.get(scheme, value) != value:  # said before anything of the district changes
                raise Conflict(f"The district has another identifier of the scheme {scheme}.")
        told = draft.model_dump(exclude_unset=not new)
        if (
            not new
            and told.get("administration", district.administration) != district.administration
        ):
            self._record_administration(district)
        for field in CONTEXT & told.keys():
            setattr(district, field, told[field])
        for scheme in draft.external_ids.keys() - here.keys():
            made = DistrictExternalId(scheme=scheme, value=draft.external_ids[scheme])
            district.external_ids.append(made)
        return district, new

    def _record_administration(self, district: District) -> None:
        """Write down that a district counts with others than before, and not with whom."""
        told = {"administration": "changed"}
        self._grant.record(
            f"district:{district.id}", district=district.id, rule="DR-01", detail=told
        )

    def _made(self, draft: DistrictDraft) -> District:
        """Begin a district that is active from the day it joined."""
        district = District(
            id=new_id(),
            standing=DistrictState.ACTIVE,
            joined_on=draft.joined_on or today(),
            external_ids=[],
        )
        self._districts.add(district)
        return district


def names_of(district: District) -> list[tuple[str, str]]:
    """List what other systems call a district."""
    names = [(each.scheme, each.value) for each in district.external_ids]
    return names if district.nces_id is None else [*names, ("nces", district.nces_id)]


def today() -> date:
    """Return the day in UTC."""
    return now().date()
