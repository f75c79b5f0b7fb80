"""What goes out of a decision: the cells of a plan or a release, and who is behind each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.db import new_id
from app.disclosure.figures import Setting
from app.disclosure.prevalence import Band, Fineness, Share, prevalence
from app.instruments.models import Item
from app.policy.charter import Charter
from app.releases.candidates import Candidate
from app.releases.contributions import Contribution
from app.releases.deciding import Decided, Decision
from app.releases.figures import FINEST, mean_of_districts, ratio_of_sums
from app.releases.models import Cell
from app.releases.verdicts import Verdict
from app.vocabulary import CellStatus, PrevalenceBand, ShareReading, Statistic


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan or a release: a cell, and of a share the option that it tells of."""

    decided: Decided
    category: str | None
    position: int

    @property
    def verdict(self) -> Verdict:
        """What a plan says of it."""
        cell, barred, _ = self.decided
        group = cell.group
        return Verdict(
            position=self.position,
            item_id=cell.item.id,
            peer_group_id=None if group is None else group.id,
            statistic=cell.statistic,
            category=self.category,
            period=cell.period,
            status=CellStatus.PUBLISHED if barred is None else CellStatus.WITHHELD,
            reason=None if barred is None else barred.reason,
            rule=None if barred is None else barred.rule,
            recipe=None if barred is None else barred.recipe,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What a published cell tells."""

    value: Decimal | None = field(default=None, repr=False)
    band: PrevalenceBand | None = field(default=None, repr=False)
    reading: ShareReading | None = field(default=None, repr=False)


def lines_of(decision: Decision) -> list[Line]:
    """Write a decision line by line, in public order, counted from 1."""
    apart = [
        (each, category) for each in decision.cells for category in each.cell.categories or (None,)
    ]
    return [Line(each, category, place) for place, (each, category) in enumerate(apart, start=1)]


def cells_of(
    lines: Sequence[Line], release_id: UUID, charter: Charter
) -> Iterator[tuple[Cell, Sequence[Contribution]]]:
    """Make the cells of a release; one that is withheld holds neither count nor figure."""
    for line in lines:
        verdict = line.verdict
        cell = Cell(
            id=new_id(),
            release_id=release_id,
            position=verdict.position,
            item_id=verdict.item_id,
            peer_group_id=verdict.peer_group_id,
            statistic=verdict.statistic,
            category=verdict.category,
            period=verdict.period,
            status=verdict.status,
        )
        behind: Sequence[Contribution] = ()
        if verdict.published:
            candidate = line.decided.cell
            told = told_by(candidate, charter, line.decided.setting)[line.category]
            cell.n = candidate.n
            cell.value, cell.band, cell.reading = told.value, told.band, told.reading
            behind = candidate.contributions
        yield cell, behind


def told_by(cell: Candidate, charter: Charter, setting: Setting) -> dict[str | None, Told]:
    """Compute what a published figure tells, by the option for shares."""
    if cell.categories:
        return shares_of(cell, charter, setting)
    decimals = decimals_of(cell.item)
    if cell.statistic is Statistic.POOLED:
        above, below = (sum(each.values(), Decimal(0)) for each in (cell.above(), cell.below()))
        return {None: Told(ratio_of_sums(above, below, cell.item.factor, decimals))}
    return {None: Told(mean_of_districts(list(cell.amounts().values()), decimals))}


def shares_of(cell: Candidate, charter: Charter, setting: Setting) -> dict[str | None, Told]:
    """Tell how common each option is; of what is published elsewhere, in tenths however few."""
    fineness = Fineness(charter.prevalence_bands, charter.prevalence_tenths)
    if cell.asked.public:
        fineness, setting = Fineness(1, 1), Setting(1)
    outcome = cell.asked.outcome and not cell.asked.public
    shares = prevalence(cell.chosen(), cell.categories, setting, fineness, outcome=outcome) or {}
    return {str(option): told_as(share) for option, share in shares.items()}


def told_as(share: Band | Share) -> Told:
    """Write a share as it is stored."""
    if isinstance(share, Share):
        return Told(Decimal(share.percent), None, ShareReading(share.reading.value))
    return Told(None, PrevalenceBand(share.value))


def decimals_of(item: Item) -> int:
    """Say how finely an item's figures are told."""
    return FINEST if item.decimals is None else item.decimals
