"""What a member is shown of one item: its own answer beside what was released of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from app.releases.candidates import option_of
from app.releases.contributions import options_of
from app.releases.position import PlacedCell, band, beside, own_figure
from app.releases.position_schemas import (
    ItemPosition,
    PanelFigure,
    ReleasedShare,
    ReleasedShares,
    ReleasedTrend,
)
from app.submissions.content import Content
from app.submissions.sealed_rows import SealedAnswer
from app.submissions.seals import OwnSeal
from app.submissions.shown import shown
from app.vocabulary import AnswerStatus, PrevalenceBand, ShareReading, Statistic

BY_PLACE: Final = attrgetter("peer_group_id")


class PositionCell(PlacedCell):
    """A released cell with all that a member is shown of it; ``options`` are those of its item."""

    options: list[str] | None
    category: str | None
    period: str
    band: PrevalenceBand | None
    reading: ShareReading | None


class EarlierAnswer(SealedAnswer):
    """An own answer to an item of the same code in an earlier round, before it is opened."""

    item: str
    round_id: UUID
    period: str


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """What a district attested: to the round, by the item, and earlier, by its code and period."""

    seal: OwnSeal
    round_id: UUID
    attested: Mapping[UUID, SealedAnswer] = field(repr=False)
    earlier: Mapping[tuple[str, str], EarlierAnswer] = field(repr=False)

    def content(self, cell: PositionCell) -> Content | None:
        """Open the answer to the item of a cell, if there is one."""
        answer = self.attested.get(cell.item_id)
        return None if answer is None else self.seal.opened(answer, self.round_id)

    def content_then(self, cell: PositionCell) -> Content | None:
        """Open the answer to the item in the earlier period of a trend, if there is one."""
        answer = self.earlier.get((cell.item, cell.period))
        return None if answer is None else self.seal.opened(answer, answer.round_id)


def item_positions(cells: Iterable[PositionCell], own: OwnAnswers) -> list[ItemPosition]:
    """Set the attested answers of a district beside the cells, which come item by item."""
    return [
        item_position(list(group), own) for _, group in groupby(cells, key=attrgetter("item_id"))
    ]


def item_position(cells: Sequence[PositionCell], own: OwnAnswers) -> ItemPosition:
    """Set one attested answer beside the cells of its item."""
    first, content = cells[0], own.content(cells[0])
    figure = own_figure(content, first.factor, first.decimals)
    answer = own.attested.get(first.item_id)
    return ItemPosition(
        item=first.item,
        kind=first.kind,
        unit=first.unit,
        answer=(
            None
            if answer is None
            else shown(own.seal, own.round_id, first.item, first.kind, answer)
        ),
        figure=figure,
        released=[beside(figure, cell) for cell in cells if is_figure(cell)],
        shares=shares(only(cells, Statistic.PREVALENCE), content),
        trends=trends(only(cells, Statistic.PANEL_MEAN), content, own),
    )


def is_figure(cell: PositionCell) -> bool:
    """Whether a cell is a figure of the round itself; a narrative has none."""
    return cell.statistic not in {None, Statistic.PREVALENCE, Statistic.PANEL_MEAN}


def only(cells: Sequence[PositionCell], statistic: Statistic) -> list[PositionCell]:
    """Give the cells of one statistic."""
    return [cell for cell in cells if cell.statistic is statistic]


def shares(cells: Sequence[PositionCell], content: Content | None) -> list[ReleasedShares]:
    """Tell of each place how common each option is, and which one is the district's own."""
    chosen = None
    if cells and content is not None and content.status is AnswerStatus.REPORTED:
        chosen = option_of(content, options_of(cells[0].options))
    told = ReleasedShare.model_fields.keys() - {"option", "own"}
    found = []
    for _, group in groupby(cells, key=BY_PLACE):
        options = list(group)
        found.append(
            ReleasedShares(
                **place_of(options[0]),
                options=[
                    ReleasedShare(
                        option=cell.category or "",
                        own=cell.category == chosen,
                        **cell.model_dump(include=told),
                    )
                    for cell in options
                ],
            )
        )
    return found


def trends(
    cells: Sequence[PositionCell], content: Content | None, own: OwnAnswers
) -> list[ReleasedTrend]:
    """Tell of each place what the same districts came to then and now, and the district itself."""
    found = []
    for _, group in groupby(cells, key=BY_PLACE):
        before, now = sorted(group, key=attrgetter("period"))
        found.append(
            ReleasedTrend(
                **place_of(now),
                before=in_panel(before, own.content_then(before)),
                now=in_panel(now, content),
            )
        )
    return found


def in_panel(cell: PositionCell, content: Content | None) -> PanelFigure:
    """Set one period of a trend beside the district's own figure of that period."""
    figure = own_figure(content, cell.factor, cell.decimals)
    told = cell.model_dump(include={"period", "status", "n", "value"})
    return PanelFigure(figure=figure, band=band(figure, cell.status, cell.value), **told)


def place_of(cell: PositionCell) -> dict[str, Any]:
    """Name the place of a cell: all null for the whole consortium."""
    return cell.model_dump(include={"peer_group_id", "basis", "group"})
