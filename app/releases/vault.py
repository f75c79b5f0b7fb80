"""The vault: the one module that sees every district's answers, and gives out no row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.charter.versions import charter_numbered
from app.db import new_id
from app.districts.models import District
from app.instruments.models import Item
from app.policy import Grant
from app.policy.charter import Charter
from app.policy.rules.disclosure import differences_are_safe
from app.policy.seal import unsealed
from app.releases.differences import Published
from app.releases.figures import FINEST, mean_of_districts
from app.releases.models import Cell, CellContributor
from app.releases.verdicts import Candidate, Contribution, Group, Verdict, candidates
from app.rounds.models import PeerGroup, PeerGroupMember, Round
from app.sealing import DataKey, answer_aad
from app.submissions.content import Content
from app.submissions.models import Answer, DistrictKey, Submission
from app.vocabulary import ItemKind, ReasonClass, SubmissionState


class Vault:
    """Turns sealed answers into verdicts and cells; what it opened is gone when it returns."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def verdicts(self, locked: Round) -> list[Verdict]:
        """Decide what a release of a locked round would let out, without a value."""
        charter = await charter_of(self._grant.session, locked)
        decided = decide(await self._candidates(locked), charter)
        return [verdict for _, verdict in decided]

    async def release(
        self, locked: Round, release_id: UUID
    ) -> tuple[list[Verdict], list[Cell], list[CellContributor]]:
        """Compute the cells of a release, and who stands behind each that is published."""
        verdicts, cells, contributors = [], [], []
        charter = await charter_of(self._grant.session, locked)
        for candidate, verdict in decide(await self._candidates(locked), charter):
            cell = cell_of(candidate, verdict, release_id, locked.period)
            verdicts.append(verdict)
            cells.append(cell)
            if verdict.published:
                contributors += contributors_of(cell, candidate)
        return verdicts, cells, contributors

    async def _candidates(self, locked: Round) -> Sequence[Candidate]:
        """Open the answers of a round, and gather those behind each of its cells."""
        async with unsealed(self._grant, f"round:{locked.id}") as session:
            items = await session.scalars(
                select(Item)
                .where(Item.instrument_id == locked.instrument_id)
                .order_by(Item.position)
            )
            asked = list(items)
            groups = await groups_of(session, locked.id)
            contributions = await self._contributions(session, locked.id, asked)
        return list(candidates(asked, groups, contributions))

    async def _contributions(
        self, session: AsyncSession, round_id: UUID, items: Sequence[Item]
    ) -> dict[UUID, list[Contribution]]:
        """Open what was attested and locked, and give the reported figures of each item."""
        factors = {item.id: item.factor for item in items if item.kind is ItemKind.QUANTITATIVE}
        answers = await session.execute(
            select(
                Answer.district_id,
                Answer.item_id,
                Answer.id,
                Answer.version,
                Answer.key_version,
                Answer.sealed,
                District.administration,
            )
            .join(Submission, Submission.id == Answer.submission_id)
            .join(District, District.id == Answer.district_id)
            .where(
                Answer.round_id == round_id,
                Answer.item_id.in_(factors),
                Answer.revision <= Submission.attested_revision,
                Submission.state == SubmissionState.LOCKED,
            )
            .ext(distinct_on(Answer.district_id, Answer.item_id))
            .order_by(Answer.district_id, Answer.item_id, Answer.version.desc())
        )
        keys = await self._keys(session, round_id)
        found: dict[UUID, list[Contribution]] = defaultdict(list)
        for district_id, item_id, answer_id, version, key_version, sealed, run_by in answers:
            place = answer_aad(district_id, round_id, item_id, version)
            content = Content.read(keys[district_id, key_version].open(sealed, place))
            figure = content.figure(factors[item_id])
            if figure is not None:
                found[item_id].append(
                    Contribution(district_id, run_by or district_id, answer_id, version, figure)
                )
        return found

    async def _keys(self, session: AsyncSession, round_id: UUID) -> dict[tuple[UUID, int], DataKey]:
        """Unwrap the data keys of the districts of a round."""
        rows = await session.execute(
            select(DistrictKey.district_id, DistrictKey.version, DistrictKey.wrapped)
            .join(Submission, Submission.district_id == DistrictKey.district_id)
            .where(Submission.round_id == round_id)
        )
        return {
            (district_id, version): self._grant.keys.unwrap(district_id, version, wrapped)
            for district_id, version, wrapped in rows
        }


def decide(
    candidates: Iterable[Candidate], charter: Charter
) -> Iterator[tuple[Candidate, Verdict]]:
    """Decide on each cell by itself (DR-01), then beside those before it (DR-05)."""
    so_far: dict[UUID, Published] = defaultdict(lambda: Published(charter))
    for candidate in candidates:
        verdict = candidate.verdict(charter)
        if verdict.published and not so_far[candidate.item.id].takes(candidate):
            verdict = candidate.withheld(ReasonClass.DIFFERENCE, differences_are_safe.id)
        yield candidate, verdict


async def groups_of(session: AsyncSession, round_id: UUID) -> list[Group]:
    """List the districts of each peer group of a round, the groups by basis and name."""
    rows = await session.execute(
        select(PeerGroup.id, PeerGroup.basis, PeerGroupMember.district_id)
        .outerjoin(PeerGroupMember, PeerGroupMember.peer_group_id == PeerGroup.id)
        .where(PeerGroup.round_id == round_id)
        .order_by(PeerGroup.basis, PeerGroup.name, PeerGroup.id)
    )
    members: dict[tuple[UUID, str], set[UUID]] = {}
    for group, basis, district in rows:
        members.setdefault((group, basis), set()).add(district)
    return [Group(group, basis, districts) for (group, basis), districts in members.items()]


async def charter_of(session: AsyncSession, locked: Round) -> Charter:
    """Read the charter that was in force when the round opened."""
    if locked.charter_version is None:
        raise TypeError("A round that never opened has no charter.")
    return await charter_numbered(session, locked.charter_version)


def cell_of(candidate: Candidate, verdict: Verdict, release_id: UUID, period: str) -> Cell:
    """Make the cell of a release; one that is withheld holds neither count nor value."""
    cell = Cell(
        id=new_id(),
        release_id=release_id,
        position=verdict.position,
        item_id=verdict.item_id,
        peer_group_id=verdict.peer_group_id,
        statistic=verdict.statistic,
        period=period,
        status=verdict.status,
    )
    if verdict.published:
        decimals = FINEST if candidate.item.decimals is None else candidate.item.decimals
        figures = [each.figure for each in candidate.contributions]
        cell.n = len(figures)
        cell.value = mean_of_districts(figures, decimals)
    return cell


def contributors_of(cell: Cell, candidate: Candidate) -> list[CellContributor]:
    """Say which version of whose answer went into a cell."""
    return [
        CellContributor(
            cell_id=cell.id,
            district_id=each.district_id,
            answer_id=each.answer_id,
            answer_version=each.answer_version,
            says_as=each.answer_id,
        )
        for each in candidate.contributions
    ]
