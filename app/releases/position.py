"""Own position: a band beside a released figure, and nothing that could rank anyone (TR-25)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from app.releases.figures import FINEST, rounded
from app.releases.schemas import ItemPosition, ReleasedFigure
from app.scalars import View
from app.submissions.content import Content
from app.submissions.sealed_rows import SealedAnswer
from app.submissions.seals import OwnSeal
from app.submissions.shown import shown
from app.vocabulary import Band, CellStatus, ItemKind, Statistic


class PlacedCell(View):
    """A released cell of the consortium, or of a group the district is in, and its item."""

    item_id: UUID
    item: str
    kind: ItemKind
    unit: str | None
    factor: int | None
    decimals: int | None
    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    statistic: Statistic | None
    status: CellStatus
    n: int | None
    value: Decimal | None


def band(own: Decimal | None, status: CellStatus, released: Decimal | None) -> Band:
    """Say where an own figure lies beside a released one: the one cut point that is published."""
    if status is CellStatus.WITHHELD or released is None:
        return Band.WITHHELD
    if own is None:
        return Band.NOT_ANSWERED
    if own == released:
        return Band.AT
    return Band.BELOW if own < released else Band.ABOVE


def own_figure(content: Content | None, cell: PlacedCell) -> Decimal | None:
    """Round a district's own figure as the released ones are, so that both can be compared."""
    figure = None if content is None else content.figure(cell.factor)
    decimals = FINEST if cell.decimals is None else cell.decimals
    return None if figure is None else rounded(figure, decimals)


def item_positions(
    seal: OwnSeal, round_id: UUID, cells: Iterable[PlacedCell], answers: Sequence[SealedAnswer]
) -> list[ItemPosition]:
    """Set the attested answers of a district beside the cells, which come item by item."""
    attested = {answer.item_id: answer for answer in answers}
    positions = []
    for item_id, group in groupby(cells, key=lambda cell: cell.item_id):
        released = list(group)
        first, answer = released[0], attested.get(item_id)
        content = None if answer is None else seal.opened(answer, round_id)
        own = own_figure(content, first)
        positions.append(
            ItemPosition(
                item=first.item,
                kind=first.kind,
                unit=first.unit,
                answer=(
                    None
                    if answer is None
                    else shown(seal, round_id, first.item, first.kind, answer)
                ),
                figure=own,
                released=[beside(own, cell) for cell in released if is_cut_point(cell)],
            )
        )
    return positions


def is_cut_point(cell: PlacedCell) -> bool:
    """Whether a district's own figure can be set beside a cell: shares and panels are others."""
    return cell.statistic not in {Statistic.PREVALENCE, Statistic.PANEL_MEAN}


def beside(own: Decimal | None, cell: PlacedCell) -> ReleasedFigure:
    """Set one released figure beside the district's own."""
    told = cell.model_dump(include=ReleasedFigure.model_fields.keys() - {"band"})
    return ReleasedFigure(**told, band=band(own, cell.status, cell.value))
