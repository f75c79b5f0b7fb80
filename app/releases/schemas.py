"""What release plans, releases and a district's own position look like on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.scalars import Figure, Id, Input, View
from app.submissions.schemas import AnswerView
from app.vocabulary import Band, CellStatus, ItemKind, PlanState, ReasonClass, Statistic


class ReleasePlanView(View):
    """What a release of a round would let out and keep back, counted in cells."""

    id: UUID
    round_id: UUID
    number: int = Field(description="Counted within the round, from 1.")
    state: PlanState
    charter_version: int
    made_by: UUID
    made_at: datetime
    cells_to_publish: int
    cells_to_withhold: int
    version: int


class PlannedCellView(View):
    """One cell of a plan, without a value; `basis` and `group` are null for the whole consortium.

    Staff are told a class of reasons and the rule for what would be withheld (DR-14).
    """

    id: UUID
    position: int
    item: str
    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    statistic: Statistic | None
    verdict: CellStatus
    reason: ReasonClass | None
    rule: str | None


class ReleaseDraft(Input):
    """Which plan to publish."""

    plan_id: Id


class ReleaseView(View):
    """What a round let out, frozen; its cells are a list of their own."""

    id: UUID
    round_id: UUID
    number: int = Field(description="Counted within the round, from 1.")
    charter_version: int
    released_at: datetime
    cells_published: int
    cells_withheld: int


class CellView(View):
    """One released figure, in `unit`; `basis` and `group` are null for the whole consortium.

    `n` counts the districts behind it. A cell that is withheld shows neither, and no reason.
    """

    id: UUID
    position: int
    item: str
    unit: str | None
    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    statistic: Statistic | None
    status: CellStatus
    n: int | None
    value: Figure | None


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


class ItemPosition(View):
    """A district's own answer to one item beside what was released of it.

    `figure` is the district's own, in `unit`, rounded as the released figures are.
    """

    item: str
    kind: ItemKind
    unit: str | None
    answer: AnswerView | None = Field(description="As it was attested; null where it was not.")
    figure: Figure | None
    released: list[ReleasedFigure] = Field(
        description="Of the whole consortium first, then of the peer groups the district is in."
    )


class PositionView(View):
    """A district's own answers beside the released figures, to its own eyes alone."""

    release_id: UUID
    round_id: UUID
    district_id: UUID
    items: list[ItemPosition]
