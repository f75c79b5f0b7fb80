"""What a release would let out and keep back: decided without looking at a value."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.instruments.models import Item
from app.policy.charter import Charter
from app.policy.rules.disclosure import Contributors, enough_districts
from app.vocabulary import CellStatus, ItemKind, ReasonClass, Statistic


@dataclass(frozen=True, slots=True)
class Contribution:
    """A district's reported figure, and which version of which answer it is.

    ``administration`` is whoever runs the district: the district itself, where nobody runs several.
    """

    district_id: UUID
    administration: str | UUID
    answer_id: UUID
    answer_version: int
    figure: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A peer group of the round, and its districts."""

    id: UUID
    basis: str
    members: AbstractSet[UUID]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a cell is published; ``peer_group_id`` is null for the consortium as a whole.

    ``reason`` and ``rule`` tell staff why not; no count and no value goes with them.
    """

    position: int
    item_id: UUID
    peer_group_id: UUID | None
    statistic: Statistic | None
    status: CellStatus
    reason: ReasonClass | None = None
    rule: str | None = None

    @property
    def published(self) -> bool:
        """Whether the cell shows a figure."""
        return self.status is CellStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cell before its verdict: its item, its group, and who would stand behind it."""

    position: int
    item: Item
    peer_group_id: UUID | None
    basis: str | None
    contributions: Sequence[Contribution] = field(repr=False)

    def verdict(self, charter: Charter) -> Verdict:
        """Decide by the kind of the item and by who stands behind the figure (DR-01)."""
        place = (self.position, self.item.id, self.peer_group_id)
        if self.item.kind is not ItemKind.QUANTITATIVE:
            return Verdict(*place, None, CellStatus.WITHHELD, ReasonClass.NO_STATISTIC)
        kept = Contributors([each.administration for each in self.contributions], charter)
        if not enough_districts.holds(kept):
            return self.withheld(ReasonClass.TOO_FEW_DISTRICTS, enough_districts.id)
        return Verdict(*place, Statistic.MEAN_OF_DISTRICTS, CellStatus.PUBLISHED)

    def withheld(self, reason: ReasonClass, rule: str) -> Verdict:
        """Keep the figure back, and tell staff the class of the reason."""
        place = (self.position, self.item.id, self.peer_group_id)
        why = (CellStatus.WITHHELD, reason, rule)
        return Verdict(*place, Statistic.MEAN_OF_DISTRICTS, *why)


def candidates(
    items: Sequence[Item],
    groups: Sequence[Group],
    contributions: Mapping[UUID, Sequence[Contribution]],
) -> Iterator[Candidate]:
    """List the cells of a round: for each item the consortium, then each group in its order."""
    position = 0
    for item in items:
        everyone = contributions.get(item.id, ())
        position += 1
        yield Candidate(position, item, None, None, everyone)
        for group in groups:
            position += 1
            within = [each for each in everyone if each.district_id in group.members]
            yield Candidate(position, item, group.id, group.basis, within)
