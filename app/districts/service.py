"""What happens to districts."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from app.clock import now
from app.db import new_id
from app.districts.models import District
from app.districts.repository import DISTRICT, DistrictRepository
from app.districts.schemas import (
    MOST_NAMES,
    NCES,
    DistrictDraft,
    DistrictRevision,
    DistrictView,
    ExternalName,
)
from app.lifecycles import DISTRICT as STEPS
from app.policy import Grant
from app.problems import Conflict, Fault
from app.rendered import Rendered
from app.vocabulary import DistrictState
from app.wire.batch import Batch, BatchMode, BatchResult, Stored, carry_out
from app.wire.faults import invalid

CONTEXT = frozenset(DistrictDraft.model_fields) - {"external_ids", "joined_on"}


class DistrictService:
    """Admits districts and moves them through their standing."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._districts = DistrictRepository(grant)

    async def admit(self, draft: DistrictDraft) -> Rendered[DistrictView]:
        """Admit a district (201), or correct the one that an identifier names (200).

        Raises ``Conflict`` where the identifiers name two districts.
        """
        by_name = await self._named_by([draft])
        district, new = self._put(draft, by_name)
        return await self._shown(district, new=new)

    async def place(self, name: ExternalName, draft: DistrictDraft) -> Rendered[DistrictView]:
        """Make the district that another system calls so, or make it what the draft says.

        Raises ``Conflict`` where another identifier of the draft names another district.
        """
        by_name = await self._named_by([draft])
        district = by_name.get(name)
        if any(other is not district for other in by_name.values()):
            raise Conflict("The identifiers name more than one district.")
        if district is None:
            self._grant.absent()
            return await self._shown(self._put(draft, by_name)[0], new=True)
        if draft.joined_on not in {None, district.joined_on}:
            raise invalid([Fault("/joined_on", "fixed", "The day it joined is not changed.")])
        told = draft.model_dump(include=set(CONTEXT))
        if not draft.external_ids.items() <= names_in(district).items():
            self._grant.unchanged(DISTRICT, district.version)
        self._tell_administration(district, told)
        self._grant.replace(DISTRICT, district, told)
        self._name(district, draft.external_ids)
        return await self._shown(district, new=False)

    async def revise(self, district_id: UUID, changes: DistrictRevision) -> Rendered[DistrictView]:
        """Correct what a merge patch names of a district."""
        district = await self._districts.get(district_id)
        told = changes.model_dump(exclude_unset=True)
        names = told.pop("external_ids", {})
        self._tell_administration(district, told)
        self._grant.revise(DISTRICT, district, told)
        self._name(district, names)
        return await self._shown(district, new=False)

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

    async def advance(self, district_id: UUID, verb: str) -> Rendered[DistrictView]:
        """Activate or pause a district."""
        district = await self._districts.get(district_id)
        district.standing = STEPS.step(verb, district.standing)
        self._grant.record(f"district:{district.id}", district=district.id, detail={"step": verb})
        return await self._shown(district, new=False)

    async def _shown(self, district: District, *, new: bool) -> Rendered[DistrictView]:
        """Answer with a district as it is stored; write down that it is new."""
        if new:
            await self._districts.save()
            told = {"step": "admit"}
            self._grant.record(f"district:{district.id}", district=district.id, detail=told)
        place = f"/v1/districts/{district.id}"
        status = HTTPStatus.CREATED if new else HTTPStatus.OK
        return await self._grant.shown(DISTRICT, status=status, location=place, sought=district.id)

    async def _named_by(self, drafts: Sequence[DistrictDraft]) -> dict[ExternalName, District]:
        """Find the districts that the identifiers of drafts name."""
        known = await self._districts.known(
            [draft.nces_id for draft in drafts if draft.nces_id],
            [pair for draft in drafts for pair in draft.external_ids.items()],
        )
        return {name: district for district in known for name in names_of(district)}

    def _put(
        self, draft: DistrictDraft, by_name: dict[ExternalName, District]
    ) -> tuple[District, bool]:
        """Find or make the district of a draft, and write down what the draft says."""
        names = list(draft.external_ids.items())
        if draft.nces_id is not None:
            names.append((NCES, draft.nces_id))
        found = {by_name[name].id: by_name[name] for name in names if name in by_name}
        if len(found) > 1:
            raise Conflict("The identifiers name more than one district.")
        new = not found
        district = self._made(draft) if new else found.popitem()[1]
        here = names_in(district)
        for scheme, value in draft.external_ids.items():
            if here.get(scheme, value) != value:  # said before anything of the district changes
                raise Conflict(f"The district has another identifier of the scheme {scheme}.")
        told = draft.model_dump(exclude_unset=not new)
        if not new:
            self._tell_administration(district, told)
        for field in CONTEXT & told.keys():
            setattr(district, field, told[field])
        self._name(district, draft.external_ids)
        return district, new

    def _name(self, district: District, names: Mapping[str, str]) -> None:
        """Add or correct identifiers, as many as a district may have."""
        if len(names_in(district).keys() | names.keys()) > MOST_NAMES:
            raise invalid([Fault("/external_ids", "too_many", f"At most {MOST_NAMES}.")])
        self._districts.name(district, names)

    def _tell_administration(self, district: District, told: Mapping[str, Any]) -> None:
        """Write down that a district will count with others than before, and not with whom."""
        if told.get("administration", district.administration) != district.administration:
            subject, detail = f"district:{district.id}", {"administration": "changed"}
            self._grant.record(subject, district=district.id, rule="DR-01", detail=detail)

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


def names_of(district: District) -> list[ExternalName]:
    """List what other systems call a district."""
    names = list(names_in(district).items())
    return names if district.nces_id is None else [*names, (NCES, district.nces_id)]


def names_in(district: District) -> dict[str, str]:
    """Tell the identifiers of a district by their schemes."""
    return {each.scheme: each.value for each in district.external_ids}


def today() -> date:
    """Return the day in UTC."""
    return now().date()
