"""What a district's own position looks like on the wire."""

from uuid import UUID

from pydantic import Field

from app.scalars import Figure, View
from app.submissions.schemas import AnswerView
from app.vocabulary import Band, CellStatus, ItemKind, PrevalenceBand, ShareReading, Statistic


class ReleasedFigure(View):
    """A released figure, and the band of the district's own beside it (TR-25)."""

    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    statistic: Statistic | None
    status: CellStatus
    n: int | None
    value: Figure | None
    band: Band


class ReleasedShare(View):
    """How common one option is: in per cent as `reading` says, or of few districts as a `band`.

    `own` says whether it is what the district itself reported.
    """

    option: str
    own: bool
    status: CellStatus
    n: int | None
    value: Figure | None
    band: PrevalenceBand | None
    reading: ShareReading | None


class ReleasedShares(View):
    """How common each option of an item is; `peer_group_id` is null for the whole consortium."""

    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    options: list[ReleasedShare] = Field(description="In the order of the item.")


class PanelFigure(View):
    """One period of a trend: the mean of those who answered in both, and the district's own."""

    period: str
    figure: Figure | None = Field(description="Your district's own; null where it reported none.")
    status: CellStatus
    n: int | None
    value: Figure | None
    band: Band


class ReleasedTrend(View):
    """What the same districts came to in an earlier period and in this one (DR-10)."""

    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    before: PanelFigure
    now: PanelFigure


class ItemPosition(View):
    """A district's own answer to one item beside what was released of it.

    `figure` is the district's own, in `unit`, rounded as the released figures are. An item that
    asks for a number has `released` figures and `trends`, one that asks for one of several options
    `shares`; a narrative has none of them.
    """

    item: str
    kind: ItemKind
    unit: str | None
    answer: AnswerView | None = Field(description="As it was attested; null where it was not.")
    figure: Figure | None
    released: list[ReleasedFigure] = Field(
        description="Of the whole consortium first, then of the peer groups the district is in."
    )
    shares: list[ReleasedShares] = Field(description="In the same order of places.")
    trends: list[ReleasedTrend] = Field(description="In the same order of places.")


class PositionView(View):
    """A district's own answers beside the released figures, to its own eyes alone."""

    release_id: UUID
    round_id: UUID
    district_id: UUID
    items: list[ItemPosition]
