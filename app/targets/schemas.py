"""What targets look like on the wire."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.measures.scalars import Computed, PeriodText, Quantity
from app.measuring.words import (
    Direction,
    ExpectedFrom,
    PeriodKind,
    TargetStatus,
    ValueStatus,
)
from app.scalars import (
    KEPT,
    Figure,
    Id,
    Input,
    Name,
    Number,
    Revision,
    ShortText,
    View,
    WholeNumber,
)
from app.targets.standing import StandingView

Tolerance = Annotated[Decimal, Number(ge=0, le=1_000_000_000_000, decimal_places=6)]
EditionNumber = Annotated[int, WholeNumber(ge=1, le=10_000)]

TargetSort = Literal["updated_at", "-updated_at"]


class Milestone(Input):
    """What is expected in a period between the baseline's and the aim's."""

    period: PeriodText
    value: Quantity


Milestones = Annotated[list[Milestone], Field(max_length=100)]


class Aims(Input):
    """Where a measure should be: a way from a baseline to an aim, or a band to stay in.

    A measure that should increase or decrease takes a way: `baseline_period`, `baseline_value`,
    `aim_value` and `due_in`, with as many `milestones` between as people agreed on. One that should
    be maintained takes a band: `low`, `high`, `starts_in`, and `due_in` where it ends.
    """

    baseline_period: PeriodText | None = None
    baseline_value: Quantity | None = None
    baseline_edition: EditionNumber | None = Field(
        None, description="The edition the baseline was measured by; the newest if left out."
    )
    aim_value: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    starts_in: PeriodText | None = None
    due_in: PeriodText | None = None
    milestones: Milestones = Field(default_factory=list)
    tolerance: Tolerance | None = Field(
        None,
        description="How far short is still at risk; a tenth of the way or the width if left out.",
    )


class TargetDraft(Aims):
    """A new target of an indicator, for one of the measures that it names."""

    indicator_id: Id
    measure_id: Id


class TargetRevision(Revision):
    """What changes of a target while its plan takes edits; for the rest it is rebaselined."""

    milestones: Milestones = KEPT
    tolerance: Tolerance | None = None


class RebaseliningDraft(Aims):
    """The target that takes the place of another one, whole: why, and who decided it."""

    reason: ShortText
    decided_by: Name = Field(description="Who decided it, in words: `Board, June 12`.")


class MilestoneView(View):
    """What is expected in a period."""

    period: str
    value: Figure


class AimsView(View):
    """A way from a baseline to an aim, or a band; what the other one has is null.

    `edition` is the edition of the measure that the aim or the band is of.
    """

    direction: Direction
    edition: int
    baseline_period: str | None
    baseline_value: Figure | None
    baseline_edition: int | None
    aim_value: Figure | None
    low: Figure | None
    high: Figure | None
    starts_in: str | None
    due_in: str | None
    milestones: list[MilestoneView]
    tolerance: Figure | None


class Placed(View):
    """Whose target it is, and of what."""

    id: UUID
    district_id: UUID
    indicator_id: UUID
    measure_id: UUID


class TargetView(AimsView, Placed):
    """A target of an indicator, for one of its measures."""

    created_at: datetime
    updated_at: datetime
    version: int


class RebaseliningView(View):
    """That a target took the place of an earlier one; both are kept."""

    id: UUID
    district_id: UUID
    target_id: UUID
    reason: str
    decided_by: str
    recorded_by: UUID
    at: datetime
    old: AimsView
    new: AimsView


class OverrideDraft(Input):
    """What a person holds the status to be, and why (TR-16)."""

    says: Literal[
        TargetStatus.MET, TargetStatus.ON_TRACK, TargetStatus.AT_RISK, TargetStatus.OFF_TRACK
    ]
    reason: ShortText


class OverrideView(View):
    """A flag beside a computed status, with its reason and who set it (TR-16); it is no status."""

    id: UUID
    target_id: UUID
    says: TargetStatus
    reason: str
    by: UUID
    by_name: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: UUID | None


class MeasuredBy(View):
    """What the measure of a target says of its values."""

    id: UUID
    code: str
    name: str
    unit: str
    decimals: int
    direction: Direction
    frequency: PeriodKind
    grace_days: int | None
    eras: list[int] = Field(description="The era of each edition, the first one first.")


class ObservedView(View):
    """An observation of the whole district, in total; `value` is the quotient of a rate or mean."""

    id: UUID
    period: str
    ends: date
    edition: int
    status: ValueStatus
    value: Computed | None
    numerator: Figure | None
    denominator: Figure | None
    factor: int | None


class StatusView(StandingView):
    """A status with all that it was computed from, so that a person can check it by hand.

    `override` is what a person says beside it, and changes nothing of it.
    """

    target_id: UUID
    indicator_id: UUID
    measure: MeasuredBy
    target: AimsView
    observation: ObservedView | None
    override: OverrideView | None


class ExpectedView(View):
    """What a target expects at the end of a period; of a band, nothing but to be in it."""

    period: str
    ends: date
    value: Computed | None
    expected_from: ExpectedFrom | None


class ChartedView(ObservedView):
    """An observation of a chart, beside what the target expects in its period."""

    comparable: bool = Field(description="Whether it is of the era and direction of the target.")
    expected: Computed | None


class TrajectoryView(View):
    """What a target expects, period by period, and what was observed: two series of one chart."""

    target_id: UUID
    measure: MeasuredBy
    every: PeriodKind
    low: Figure | None
    high: Figure | None
    expected: list[ExpectedView]
    observed: list[ChartedView]
