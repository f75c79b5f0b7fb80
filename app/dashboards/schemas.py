"""What a dashboard looks like on the wire."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.measures.scalars import Computed
from app.measuring.words import Direction, PeriodKind, TargetStatus, ValueStatus
from app.releases.position_schemas import ReleasedFigure
from app.scalars import Figure, View
from app.targets.schemas import AimsView
from app.targets.standing import StandingView
from app.vocabulary import FocusArea, MeasureKind, PlanLifecycle


class DashboardPlan(View):
    """The plan that is shown; `school_id` is null for a plan of the whole district."""

    id: UUID
    code: str
    title: str
    first_year: str
    last_year: str
    lifecycle: PlanLifecycle
    school_id: UUID | None
    version: int


class GoalHead(View):
    """A goal, without what tells how it stands."""

    id: UUID
    code: str
    focus_area: FocusArea
    title: str
    statement: str | None
    population: str | None
    version: int


class IndicatorHead(View):
    """An indicator, without the measures that tell of it."""

    id: UUID
    code: str
    statement: str
    version: int


class MeasureHead(View):
    """A measure, as its newest edition defines it."""

    id: UUID
    code: str
    name: str
    edition: int
    era: int
    kind: MeasureKind
    direction: Direction
    unit: str
    factor: int | None
    decimals: int
    frequency: PeriodKind
    version: int


class NewestObservation(View):
    """The observation that ends last, of the whole district: the total, or one class of it."""

    id: UUID
    period: str
    edition: int
    breakdown: dict[str, str]
    status: ValueStatus
    value: Computed | None = Field(
        description="Of a quotient: rounded half to even to six decimals, null at denominator 0."
    )
    numerator: Figure | None
    denominator: Figure | None
    factor: int | None = Field(description="Of a quotient: 1, 100 or 1000.")
    source: str | None
    as_of: date | None
    version: int


class TargetShown(AimsView):
    """The target of a measure for an indicator.

    `tolerance` is the target's own; the one that was compared with stands in the status.
    """

    id: UUID
    version: int


class OverrideShown(View):
    """A flag that a person set beside the computed status (TR-16); it changes no status."""

    id: UUID
    says: TargetStatus
    reason: str
    by: UUID
    by_name: str
    at: datetime
    version: int


class ReleasedBeside(View):
    """What was released of the benchmark's item that the measure answers.

    It is of the newest release that the district may see (TR-24). `observation_id` and `figure` are
    of the district's own observation of the round's period, rounded as the released figures are;
    each band says where that lies beside the one released figure.
    """

    instrument: str
    item: str
    unit: str | None
    round_id: UUID
    period: str
    release_id: UUID
    released_at: datetime
    observation_id: UUID | None
    figure: Figure | None
    figures: list[ReleasedFigure] = Field(
        description="Of the whole consortium first, then of the peer groups the district is in."
    )


class MeasureStands(View):
    """What is known of a measure, what is asked of it, and how the two compare."""

    observation: NewestObservation | None
    target: TargetShown | None
    status: StandingView
    override: OverrideShown | None
    released: list[ReleasedBeside] = Field(
        description="Of each item of the benchmarks that the measure answers."
    )


class DashboardMeasure(MeasureHead, MeasureStands):
    """A measure of an indicator, and how it stands."""


class DashboardIndicator(IndicatorHead):
    """An indicator with its measures, in their order."""

    measures: list[DashboardMeasure]


class DashboardGoal(GoalHead):
    """A goal with its indicators, in their order."""

    indicators: list[DashboardIndicator]


class DashboardView(View):
    """One district's plan with every goal, indicator and measure, and how each measure stands."""

    district_id: UUID
    on: date = Field(description="The day that was asked about; statuses are of that day.")
    cohort: int | None = Field(description="The year in which the class graduates that is shown.")
    plan: DashboardPlan | None = Field(description="Null where the district has none.")
    goals: list[DashboardGoal]


class DashboardLine(View):
    """A line of a dashboard as a sheet: a measure of an indicator of a goal.

    What has none of the next is a line too.
    """

    goal: GoalHead
    indicator: IndicatorHead | None
    measure: MeasureHead | None
    observation: NewestObservation | None
    target: TargetShown | None
    status: StandingView | None
    override: OverrideShown | None
    released: list[ReleasedBeside]
