"""The vault: the one module that sees every district's answers, and gives out no row."""

from asyncio import to_thread
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.charter.versions import charter_numbered
from app.disclosure.on_demand import audit
from app.disclosure.verdict import Audit
from app.policy import Grant
from app.policy.charter import Charter
from app.policy.seal import unsealed
from app.releases.candidates import Options
from app.releases.contributions import Asked, Contribution, Gathered, InPeriod
from app.releases.deciding import Decision, Terms, decided, setting_of, together
from app.releases.families import Added
from app.releases.models import (
    Cell,
    CellMembership,
    Release,
    ReleaseSecret,
    ReleaseSums,
    VaultKey,
)
from app.releases.periods import Known, Opened, PeriodReading, known_of, same_items
from app.releases.records import Records, Sealed
from app.releases.released import Released
from app.releases.seals import VaultSeal
from app.rounds.models import Round
from app.sealing import DataKey, SealBroken, answer_aad
from app.submissions.content import Content
from app.vocabulary import ItemKind
from app.wire.later import step


class Audited(NamedTuple):
    """What came of the audit of the items of a family in a period, and of how many figures."""

    audit: Audit
    figures: int


class Vault:
    """Turns sealed answers into verdicts and figures; what it opened is gone when it returns."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    @cached_property
    def _seal(self) -> VaultSeal:
        """What seals and opens what is kept of releases."""
        return VaultSeal(self._grant.keys)

    async def decision(
        self, locked: Round, charter: Charter, options: Options, seed: int
    ) -> Decision:
        """Decide what a release of a locked round lets out; the long part runs in a thread.

        Whoever runs a job is told how far it is, and may give it up.
        """
        async with unsealed(self._grant, f"round:{locked.id}") as session:
            released = Released(session, self._seal)
            gathered = await self._gathered(Records(session), released, locked, options)
        terms = Terms(charter, options, seed, clock.now().date(), step)
        return await to_thread(decided, gathered, terms)

    async def audited(self, release: Release, charter: Charter, seed: int) -> list[Audited]:
        """Audit anew all that was ever let out of what a release told of, and of its families."""
        async with unsealed(self._grant, f"release:{release.id}") as session:
            records, released = Records(session), Released(session, self._seal)
            of_round = await session.get_one(Round, release.round_id)
            instrument = await records.instrument(of_round.instrument_id)
            families = await records.families(instrument)
            asked = {
                each.item.code: each
                for each in await records.asked(of_round.instrument_id, families)
            }
            offices = await records.offices()
            told = await released.told_in(release.id)
            known = await known_of(records, released, instrument, families)
        audits = []
        for codes, period in dict.fromkeys(
            (families.together(place.code), place.period) for place in told
        ):
            family = [asked[code] for code in asked if code in codes]
            told_then = known.before(codes, period)
            setting = setting_of(family, told_then, offices, charter)
            figures = [figure for each in told_then.past for figure in each.figures()]
            done = await to_thread(audit, figures, setting, seed=seed)
            audits.append(Audited(done, len(figures)))
        return audits

    async def included(self, release_id: UUID) -> tuple[bytes, list[tuple[UUID, str, str, int]]]:
        """Give the secret of a release, and whose answers it was computed from."""
        async with unsealed(self._grant, f"release:{release_id}") as session:
            released = Released(session, self._seal)
            return await released.secret(release_id), await released.included(release_id)

    async def sealed(
        self,
        release: Release,
        behind: Iterable[tuple[Cell, Sequence[Contribution]]],
        sums: Iterable[tuple[str, Added]],
    ) -> list[CellMembership | ReleaseSums]:
        """Seal who stands behind the published cells of a release, and what of it adds up."""
        await self._require_key(release)
        seal, version = self._seal, self._seal.key_version
        members = [
            CellMembership(
                cell_id=cell.id,
                key_version=version,
                sealed=seal.seal_members(cell.id, those, cell.n),
            )
            for cell, those in behind
            if cell.n is not None
        ]
        told = seal.seal_sums(release.id, sums)
        return [*members, ReleaseSums(release_id=release.id, key_version=version, sealed=told)]

    def sealed_secret(self, release_id: UUID, secret: bytes) -> ReleaseSecret:
        """Seal what the proofs of inclusion in a release are made with, once it was audited."""
        version, sealed = self._seal.key_version, self._seal.seal_secret(release_id, secret)
        return ReleaseSecret(release_id=release_id, key_version=version, sealed=sealed)

    async def _require_key(self, release: Release) -> None:
        """Make the first data key of the vault, unless somebody has since the vault was read."""
        if self._seal.without_key:
            await self._grant.hold("vault-key")
            async with unsealed(self._grant, f"round:{release.round_id}") as session:
                await Released(session, self._seal).learn_keys()
        if self._seal.without_key:
            made = {"wrapped": self._seal.make_key(), "version": self._seal.key_version}
            self._grant.session.add(VaultKey(**made))
            await self._grant.session.flush()

    async def _gathered(
        self, records: Records, released: Released, locked: Round, options: Options
    ) -> Gathered:
        """Open the answers of a round, and gather what was let out of its items before."""
        instrument = await records.instrument(locked.instrument_id)
        families = await records.families(instrument)
        asked = await records.asked(locked.instrument_id, families)
        known = await known_of(records, released, instrument, families)
        now = await self._in_period(records, locked, asked, known)
        before: dict[UUID, InPeriod] = {}
        earlier = await records.released_before(instrument, locked.period)
        if earlier is not None and options.trends:
            same = same_items(asked, await records.asked(earlier.instrument_id, families))
            items = [then for _, then in same]
            found = await self._in_period(records, earlier, items, known)
            before = {today.item.id: found[then.item.id] for today, then in same}
        return Gathered(
            asked=asked,
            groups=await records.groups(locked.id),
            offices=await records.offices(),
            now=now,
            before=before,
            releases=await records.releases_of(locked.id),
        )

    async def _in_period(
        self, records: Records, of_round: Round, asked: Sequence[Asked], known: Known
    ) -> dict[UUID, InPeriod]:
        """Open the answers of a round, and those that were told of its items in its period."""
        items = [each for each in asked if each.item.kind is not ItemKind.NARRATIVE]
        answers = await records.answers(of_round.id, [each.item.id for each in items])
        behind = {
            says_as
            for each in items
            for code in known.families.together(each.item.code)
            for of_district in known.told(code, of_round.period).says_as.values()
            for says_as in of_district.values()
        }
        earlier = await records.answers_by_id(behind - {each.id for each in answers})
        opened = await self._opened(records, [*answers, *earlier])
        given: dict[UUID, list[Sealed]] = defaultdict(list)
        for answer in answers:
            given[answer.item_id].append(answer)
        reading = PeriodReading(of_round, known, opened, await records.offices())
        return {
            each.item.id: period
            for family in together(asked)
            for period in (reading.of(family, given),)
            for each in family
        }

    async def _opened(self, records: Records, answers: Sequence[Sealed]) -> Opened:
        """Open answers, but for those whose keys are shredded."""
        wrapped = await records.keys({each.district_id for each in answers})
        keys: dict[tuple[UUID, int], DataKey | None] = {}
        for (district_id, version), sealed in wrapped.items():
            try:
                keys[district_id, version] = self._grant.keys.unwrap(district_id, version, sealed)
            except SealBroken:
                keys[district_id, version] = None
        found = {}
        for each in answers:
            key = keys.get((each.district_id, each.key_version))
            if key is not None:
                place = answer_aad(each.district_id, each.round_id, each.item_id, each.version)
                found[each.id] = Content.read(key.open(each.sealed, place))
        return found


async def charter_of(session: AsyncSession, locked: Round) -> Charter:
    """Read the charter that was in force when the round opened."""
    if locked.charter_version is None:
        raise TypeError("A round that never opened has no charter.")
    return await charter_numbered(session, locked.charter_version)
