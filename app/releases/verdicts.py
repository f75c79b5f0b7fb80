"""Whether each cell may be let out by itself: what a plan says of it, without a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.disclosure.figures import Name, Setting
from app.measuring.periods import parse
from app.policy.charter import Charter
from app.policy.rules.cells import (
    Aged,
    Amounts,
    Contributors,
    Counted,
    Shares,
    cost_is_old_enough,
    enough_districts,
    enough_for_shares,
    enough_students,
    nobody_stands_out,
    share_is_bounded,
)
from app.policy.rules.disclosure import QUIET
from app.releases.candidates import Candidate, students_of
from app.vocabulary import CellStatus, ReasonClass, Statistic

Recipe = list[dict[str, Any]]


class Barred(NamedTuple):
    """Why a cell is kept back, as far as staff is told; ``recipe`` is that of a difference."""

    reason: ReasonClass
    rule: str | None = None
    recipe: Recipe | None = None


BY_VALUE: Final = Barred(ReasonClass.WITHHELD, QUIET.id)
"""What a rule that looks at values says of a cell: the same, whichever rule it is (DR-14)."""
NO_FIGURE: Final = Barred(ReasonClass.NO_STATISTIC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a cell is published; ``peer_group_id`` is null for the consortium as a whole.

    ``reason`` and ``rule`` tell staff why not; no count and no value goes with them. Two verdicts
    are equal whatever their recipes, of which there may be several.
    """

    position: int
    item_id: UUID
    peer_group_id: UUID | None
    statistic: Statistic | None
    category: str | None
    period: str
    status: CellStatus
    reason: ReasonClass | None = None
    rule: str | None = None
    recipe: Recipe | None = field(default=None, compare=False)

    @property
    def published(self) -> bool:
        """Whether the cell shows a figure."""
        return self.status is CellStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges cells one by one, by who is behind them, and then by what they answered."""

    charter: Charter
    setting: Setting
    today: date

    def bars(self, cell: Candidate) -> Barred | None:
        """Say by which rule a cell is kept back whatever else is let out, if by any.

        What is published elsewhere anyway is kept back by none, and has a figure of one or more.
        """
        if cell.statistic is None:
            return NO_FIGURE
        if not cell.n:
            return Barred(ReasonClass.TOO_FEW_DISTRICTS, enough_districts.id)
        if cell.asked.public:
            return None
        return self._by_who(cell) or (BY_VALUE if self._told_by_value(cell) else None)

    def _by_who(self, cell: Candidate) -> Barred | None:
        """Apply the rules that look at no value."""
        ends = parse(cell.period).last_day
        if not cost_is_old_enough.holds(Aged(cell.item.cost, ends, self.today, self.charter)):
            return Barred(ReasonClass.NOT_YET, cost_is_old_enough.id)
        hidden = self.setting.hidden(each.column for each in cell.contributions)
        if cell.hidden:
            return BY_VALUE
        behind = Contributors(hidden, self.charter)
        if not enough_districts.holds(behind):
            return Barred(ReasonClass.TOO_FEW_DISTRICTS, enough_districts.id)
        outcome = cell.asked.outcome
        if cell.categories and not enough_for_shares.holds(Shares(behind, outcome)):
            return Barred(ReasonClass.TOO_FEW_DISTRICTS, enough_for_shares.id)
        return None

    def _told_by_value(self, cell: Candidate) -> bool:
        """Apply the rules that look at values: what is sensitive by itself, and of students."""
        if cell.item.counts_students:
            offices = self.setting.administrations
            if not enough_students.holds(
                Counted(students_of(cell.contributions), offices, self.charter)
            ):
                return True
        if cell.statistic is Statistic.POOLED and not share_is_bounded.holds(
            self._amounts(cell.below())
        ):
            return True
        return self.is_sensitive(cell)

    def is_sensitive(self, cell: Candidate) -> bool:
        """Whether a sum of the cell by itself gives somebody away (DR-03)."""
        if cell.categories or cell.statistic is None:
            return False
        if cell.statistic is Statistic.POOLED:
            sums = [self._amounts(cell.above()), self._amounts(cell.below())]
        else:
            sums = [self._amounts(cell.amounts(), cell.lowest)]
        return not all(nobody_stands_out.holds(each) for each in sums)

    def _amounts(self, values: Mapping[Name, Any], lowest: Any = 0) -> Amounts:
        """Put amounts before a rule."""
        return Amounts(values, self.setting.administrations, self.charter, lowest)
