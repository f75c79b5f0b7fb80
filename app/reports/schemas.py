"""What progress reports look like on the wire."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.measuring.words import Direction, TargetStatus
from app.scalars import Figure, Input, LongText, Title, View
from app.targets.standing import StandingView
from app.vocabulary import FocusArea, MeasureKind, PlanLifecycle

ReportSort = Literal["published_at", "-published_at"]


class ReportDraft(Input):
    """What a report says beside the figures: words of the district's own, which nobody checks."""

    title: Title
    narrative: Annotated[
        LongText | None,
        Field(description="For people. A number that is written here is not withheld (TR-17)."),
    ] = None


class ReportedStatus(StrEnum):
    """What is told of an observation."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"
    """Withheld by the source already: the district does not know it either."""

    WITHHELD = "withheld"
    """Kept back here (TR-17): few students, or what would tell of few students."""


class ReportedFigure(View):
    """What a measure came to in a period; without a number where its status is `withheld`.

    `value` of a rate or a mean is numerator / denominator x factor, rounded half to even to six
    decimals.
    """

    period: str
    status: ReportedStatus
    value: Figure | None
    numerator: Figure | None
    denominator: Figure | None
    source: str | None
    as_of: date | None


class ReportedCell(ReportedFigure):
    """The same of a school, or of a group of students; `school` is null for the whole district."""

    school: str | None = Field(description="The code of the school.")
    school_name: str | None
    breakdown: dict[str, str]


class ReportedPoint(View):
    """A milestone of a target."""

    period: str
    value: Figure


class ReportedTarget(View):
    """A way from a baseline to an aim, or a band to stay in; what is the other's is null."""

    direction: Direction
    baseline_period: str | None
    baseline_value: Figure | None
    baseline_withheld: bool = Field(description="Whether the baseline tells of few students.")
    aim_value: Figure | None
    low: Figure | None
    high: Figure | None
    starts_in: str | None
    due_in: str | None
    milestones: list[ReportedPoint]
    tolerance: Figure | None


class ReportedOverride(View):
    """A flag that a person set beside the computed status, with a reason and a name (TR-16)."""

    says: TargetStatus
    reason: str
    by_name: str
    at: datetime


class ReportedMeasure(View):
    """A measure as its newest edition defines it, its newest value, and how that stands.

    Where the value or the baseline is withheld, `standing` is `no_data` because `suppressed`: what
    was computed would tell of the number, and so would a flag beside it, which is left out.
    """

    code: str
    name: str
    edition: int
    definition: str
    kind: MeasureKind
    direction: Direction
    unit: str
    factor: int | None
    decimals: int
    counts_students: bool
    observation: ReportedFigure | None = Field(description="Of the whole district, in total.")
    cells: list[ReportedCell] = Field(
        description="Of the same period: by school, and by what the measure is broken down by."
    )
    target: ReportedTarget | None
    standing: StandingView
    override: ReportedOverride | None


class ReportedIndicator(View):
    """What success would look like, and the measures that tell."""

    code: str
    statement: str
    measures: list[ReportedMeasure]


class ReportedGoal(View):
    """A goal of the plan."""

    code: str
    focus_area: FocusArea
    title: str
    statement: str | None
    population: str | None
    indicators: list[ReportedIndicator]


class ReportedPlan(View):
    """The plan, as it was when the report was published."""

    code: str
    title: str
    mission: str | None
    first_year: str
    last_year: str
    lifecycle: PlanLifecycle


class ReportContent(View):
    """A plan with everything that is told of it, small cells withheld (TR-17)."""

    on: date = Field(description="The day on which it was so; statuses are of that day.")
    plan: ReportedPlan
    goals: list[ReportedGoal]


class ReportSummary(View):
    """That a district published a progress report; `withdrawn_at` is null while it stands."""

    id: UUID
    district_id: UUID
    plan_id: UUID
    title: str
    published_at: datetime
    withdrawn_at: datetime | None
    version: int


class ReportView(View):
    """A progress report: a plan as it stood on a day. It does not change; a later one follows."""

    id: UUID
    district_id: UUID
    plan_id: UUID
    title: str
    narrative: str | None
    published_at: datetime
    content: ReportContent
    version: int


class WhyWithheld(StrEnum):
    """Why a cell is withheld: told to the district alone, which knows its numbers."""

    SMALL = "small"
    """It tells of fewer than ten students."""

    COMPLEMENTARY = "complementary"
    """Shown, it would let a small one be worked out, with all that was ever shown."""


class WithheldCell(View):
    """A cell that the report would withhold; `breakdown` is empty for a total."""

    measure: str
    edition: int
    period: str
    school: str | None = Field(description="The code of the school; null for the whole district.")
    breakdown: dict[str, str]
    why: WhyWithheld


class ReportPreview(View):
    """What a report would show if it were published now, and what it would withhold."""

    content: ReportContent
    withheld: list[WithheldCell]


class ReportState(View):
    """Whether a report still stands."""

    withdrawn_at: datetime | None
