"""The vault: the one module that sees every district's answers, and gives out no row."""

from asyncio import to_thread
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
from app.releases.deciding import Decision, Terms, decided, setting_of
from app.releases.models import Release
from app.releases.records import ItemInPeriod, Past, Records, Sealed
from app.rounds.models import Round
from app.sealing import DataKey, SealBroken, answer_aad
from app.submissions.content import Content
from app.vocabulary import AnswerStatus, ItemKind
from app.wire.later import step

Opened = Mapping[UUID, Content]
"""The answers that could be opened, by their ids."""


class Audited(NamedTuple):
    """What came of the audit of an item in a period, and of how many figures it was."""

    audit: Audit
    figures: int


class Vault:
    """Turns sealed answers into verdicts and figures; what it opened is gone when it returns."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def decision(
        self, locked: Round, charter: Charter, options: Options, seed: int
    ) -> Decision:
        """Decide what a release of a locked round lets out; the long part runs in a thread.

        Whoever runs a job is told how far it is, and may give it up.
        """
        async with unsealed(self._grant, f"round:{locked.id}") as session:
            gathered = await self._gathered(Records(session), locked, options)
        terms = Terms(charter, options, seed, clock.now().date(), step)
        return await to_thread(decided, gathered, terms)

    async def audited(self, release: Release, charter: Charter, seed: int) -> list[Audited]:
        """Audit anew all that was ever let out of what a release told of, item by item."""
        async with unsealed(self._grant, f"release:{release.id}") as session:
            records = Records(session)
            of_round = await session.get_one(Round, release.round_id)
            instrument = await records.instrument(of_round.instrument_id)
            asked = {each.item.code: each for each in await records.asked(of_round.instrument_id)}
            offices = await records.offices()
            told = await records.told_in(release.id)
            past = await records.past(instrument)
            consenting = await records.consenting(instrument)
        audits = []
        for place in told:
            period = InPeriod(
                place.period, (), past[place].figures, {}, consenting.get(place, frozenset())
            )
            setting = setting_of(asked[place.code], period, offices, charter)
            figures = [figure for each in period.past for figure in each.figures()]
            done = await to_thread(audit, figures, setting, seed=seed)
            audits.append(Audited(done, len(figures)))
        return audits

    async def included(self, release_id: UUID) -> tuple[bytes, list[tuple[UUID, str, str, int]]]:
        """Give the secret of a release, and whose answers it was computed from."""
        async with unsealed(self._grant, f"release:{release_id}") as session:
            records = Records(session)
            return await records.secret(release_id), await records.included(release_id)

    async def _gathered(self, records: Records, locked: Round, options: Options) -> Gathered:
        """Open the answers of a round, and gather what was let out of its items before."""
        instrument = await records.instrument(locked.instrument_id)
        asked = await records.asked(locked.instrument_id)
        past = await records.past(instrument)
        consenting = await records.consenting(instrument)
        now = await self._in_period(records, locked, asked, past, consenting)
        before: dict[UUID, InPeriod] = {}
        earlier = await records.released_before(instrument, locked.period)
        if earlier is not None and options.trends:
            same = same_items(asked, await records.asked(earlier.instrument_id))
            items = [then for _, then in same]
            found = await self._in_period(records, earlier, items, past, consenting)
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
        self,
        records: Records,
        of_round: Round,
        asked: Sequence[Asked],
        past: Mapping[ItemInPeriod, Past],
        consenting: Mapping[ItemInPeriod, Collection[UUID]],
    ) -> dict[UUID, InPeriod]:
        """Open the answers of a round, and those that were told of its items in its period."""
        told = {
            each.item.id: ItemInPeriod(each.item.code, of_round.period)
            for each in asked
            if each.item.kind is not ItemKind.NARRATIVE
        }
        answers = await records.answers(of_round.id, told)
        behind = {
            says_as
            for place in told.values()
            for of_district in past.get(place, Past()).says_as.values()
            for says_as in of_district.values()
        }
        earlier = await records.answers_by_id(behind - {each.id for each in answers})
        opened = await self._opened(records, [*answers, *earlier])
        offices = await records.offices()
        given: dict[UUID, list[Sealed]] = defaultdict(list)
        for answer in answers:
            given[answer.item_id].append(answer)
        return {
            each.item.id: in_period(
                given[each.item.id],
                opened,
                of_round.period,
                past.get(ItemInPeriod(each.item.code, of_round.period), Past()),
                frozenset(consenting.get(ItemInPeriod(each.item.code, of_round.period), ())),
                offices,
            )
            for each in asked
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


def in_period(
    answers: Sequence[Sealed],
    opened: Opened,
    period: str,
    past: Past,
    consenting: frozenset[UUID],
    offices: Mapping[UUID, str | UUID],
) -> InPeriod:
    """Put together what is known of an item in a period."""
    contributions = [
        Contribution(
            district_id=each.district_id,
            administration=offices[each.district_id],
            answer_id=each.id,
            answer_version=each.version,
            says_as=says_as(each, opened, past),
            content=opened[each.id],
        )
        for each in answers
        if each.id in opened and opened[each.id].status is AnswerStatus.REPORTED
    ]
    contents = {
        column: opened[column.version]
        for figure in past.figures
        for column in figure.columns
        if isinstance(column.version, UUID) and column.version in opened
    }
    return InPeriod(period, contributions, past.figures, contents, consenting)


def says_as(answer: Sealed, opened: Opened, past: Past) -> UUID:
    """Find the answer of the district that was told before and reports the same, or take this one.

    What cannot be opened any more is like no other answer.
    """
    told = past.says_as.get(answer.district_id, {})
    if answer.id in told:
        return told[answer.id]
    content = opened[answer.id]
    for each in sorted(set(told.values())):
        if each in opened and opened[each].reports_as(content):
            return each
    return answer.id


def same_items(now: Sequence[Asked], then: Sequence[Asked]) -> list[tuple[Asked, Asked]]:
    """Pair the items of two editions that ask for the same figure, in the same unit."""
    earlier = {each.item.code: each for each in then}
    pairs = [(each, earlier[each.item.code]) for each in now if each.item.code in earlier]
    return [
        (today, before)
        for today, before in pairs
        if all(
            getattr(today.item, name) == getattr(before.item, name)
            for name in ("kind", "unit", "factor")
        )
        and today.item.kind is ItemKind.QUANTITATIVE
    ]


async def charter_of(session: AsyncSession, locked: Round) -> Charter:
    """Read the charter that was in force when the round opened."""
    if locked.charter_version is None:
        raise TypeError("A round that never opened has no charter.")
    return await charter_numbered(session, locked.charter_version)
