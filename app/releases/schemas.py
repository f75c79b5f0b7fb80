"""What release plans and releases look like on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.scalars import Code, Figure, Flag, Id, Input, LongText, ShortText, View
from app.vocabulary import (
    CellStatus,
    PlanState,
    PrevalenceBand,
    ReasonClass,
    ShareReading,
    Statistic,
)


class ReleasePlanDraft(Input):
    """What a plan looks at: everything, unless it is told otherwise.

    ``bases`` are those of the peer groups to look at, null for all of them; quantiles, the
    prevalence of answers, trends and breakdowns (the parts of totals) can be left out. Totals come
    before their parts, and none is given up for them.
    """

    bases: Annotated[list[Code], Field(max_length=60)] | None = None
    quantiles: Flag = True
    prevalence: Flag = True
    trends: Flag = True
    breakdowns: Flag = True


class ReleasePlanView(View):
    """What a release of a round would let out and keep back, counted in cells.

    ``bases`` is null where all peer groups were looked at.
    """

    id: UUID
    round_id: UUID
    number: int = Field(description="Counted within the round, from 1.")
    state: PlanState
    charter_version: int
    made_by: UUID
    made_at: datetime
    bases: list[str] | None
    quantiles: bool
    prevalence: bool
    trends: bool
    breakdowns: bool
    cells_to_publish: int
    cells_to_withhold: int
    version: int


class RecipeTerm(View):
    """How often one cell is taken in a combination; `release_id` is null for a planned one."""

    times: str = Field(description="A whole number or a fraction, with its sign: `1`, `-1`, `2/3`.")
    release_id: UUID | None
    item: str
    basis: str | None
    group: str | None
    statistic: Statistic
    period: str


class PlannedCellView(View):
    """One cell of a plan, without a value; `basis` and `group` are null for the whole consortium.

    Staff are told a class of reasons and the rule for what would be withheld (DR-14), and of a
    difference the recipe: the sums of these cells, each so many times, added up, would stand for
    fewer districts than the charter allows. It has no value in it. `category` is the option whose
    share a cell tells.
    """

    id: UUID
    position: int
    item: str
    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    statistic: Statistic | None
    category: str | None
    period: str
    verdict: CellStatus
    reason: ReasonClass | None
    rule: str | None
    recipe: list[RecipeTerm] | None


class ComparedCell(View):
    """A cell that one plan would let out and another would not."""

    item: str
    basis: str | None
    group: str | None
    statistic: Statistic | None
    category: str | None
    period: str


class PlanComparisonView(View):
    """Two plans of a round side by side, by the cells that they would let out."""

    plan_id: UUID
    with_id: UUID
    in_both: int = Field(description="How many cells both would let out.")
    only_here: list[ComparedCell] = Field(description="What only the plan itself would let out.")
    only_there: list[ComparedCell] = Field(description="What only the other would let out.")


class ReleaseDraft(Input):
    """Which plan to publish, and what to say of the release to the members."""

    plan_id: Id
    notes: LongText | None = None


class ReleaseView(View):
    """What a round let out, frozen; its cells are a list of their own."""

    id: UUID
    round_id: UUID
    number: int = Field(description="Counted within the round, from 1.")
    charter_version: int
    released_at: datetime
    notes: str | None
    cells_published: int = Field(description="When it was made; some may be retracted since.")
    cells_withheld: int


class CellView(View):
    """One released figure, in `unit`; `basis` and `group` are null for the whole consortium.

    `n` counts the districts behind it. A prevalence tells in `category` which option it is the
    share of: in per cent, as `reading` says, or where few districts answered as a `band`. `period`
    is that of the figures: a trend has a cell for each of two. A cell that is withheld shows no
    figure and no reason; one that is `retracted` was found wrong and shows none any more.
    """

    id: UUID
    position: int
    item: str
    unit: str | None
    peer_group_id: UUID | None
    basis: str | None
    group: str | None
    statistic: Statistic | None
    category: str | None
    period: str
    status: CellStatus
    n: int | None
    value: Figure | None
    band: PrevalenceBand | None
    reading: ShareReading | None


class RetractionDraft(Input):
    """Why a cell is wrong; every member may read it."""

    reason: ShortText


class RetractionView(View):
    """That a released cell was found wrong, and why."""

    id: UUID
    cell_id: UUID
    reason: str
    retracted_by: UUID
    retracted_at: datetime


class CertificateView(View):
    """What a release vouches for; `c34 release verify` checks it offline (DR-15).

    `signature` is a detached JWS (RFC 7515 appendix F) over the certificate in canonical JSON,
    `key` the public key that made it: trust it only as one of the issuer's, whose key set you
    have kept.
    """

    release_id: UUID
    certificate: dict[str, Any]
    signature: str
    key: dict[str, Any]


class IncludedAnswer(View):
    """The way from one of your answers to the root that the certificate holds."""

    item: str
    version: int
    place: int
    path: list[str]


class InclusionView(View):
    """What proves which of your district's answers a release was computed from; keep it."""

    release_id: UUID
    district_id: UUID
    secret: str = Field(description="Your district's own, of this release: keep it to yourself.")
    answers: list[IncludedAnswer]


class ReleaseAuditView(View):
    """What came of auditing all again that was ever released of what a release tells of."""

    release_id: UUID
    passed: bool
    systems: int = Field(
        description="How many were audited: an item in a period, with all that adds up with it."
    )
    seed: int
    audited_at: datetime
