"""Own position: a band beside a released figure, and nothing that could rank anyone (TR-25)."""

from decimal import Decimal
from uuid import UUID

from app.releases.figures import FINEST, rounded
from app.releases.position_schemas import ReleasedFigure
from app.scalars import View
from app.submissions.content import Content
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
    if status is CellStatus.RETRACTED:
        return Band.RETRACTED
    if status is CellStatus.WITHHELD or released is None:
        return Band.WITHHELD
    if own is None:
        return Band.NOT_ANSWERED
    if own == released:
        return Band.AT
    return Band.BELOW if own < released else Band.ABOVE


def own_figure(content: Content | None, factor: int | None, decimals: int | None) -> Decimal | None:
    """Round a district's own figure as those of the item are released, to compare both."""
    figure = None if content is None else content.figure(factor)
    return None if figure is None else rounded(figure, FINEST if decimals is None else decimals)


def beside(own: Decimal | None, cell: PlacedCell) -> ReleasedFigure:
    """Set one released figure beside the district's own."""
    told = cell.model_dump(include=ReleasedFigure.model_fields.keys() - {"band"})
    return ReleasedFigure(**told, band=band(own, cell.status, cell.value))
