"""The rows that a dashboard is made of, as their statements give them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.measuring.words import Direction, PeriodKind, TargetStatus, ValueStatus
from app.scalars import View
from app.vocabulary import FocusArea, MeasureKind, PlanLifecycle


class Versions(View):
    """What a dashboard has changed by when it has changed."""

    own: int | None
    common: int | None
    shared: int | None
    linked: bool


class DashboardRow(View):
    """A measure of an indicator of a goal; what is not there is null, down from where it ends.

    ``target_milestones`` and ``newest_breakdown`` are JSON that is read where it has to be.
    """

    plan_id: UUID
    plan_code: str
    plan_title: str
    plan_first_year: str
    plan_last_year: str
    plan_lifecycle: PlanLifecycle
    plan_school_id: UUID | None
    plan_version: int
    goal_id: UUID | None
    goal_code: str | None
    goal_focus_area: FocusArea | None
    goal_title: str | None
    goal_statement: str | None
    goal_population: str | None
    goal_version: int | None
    indicator_id: UUID | None
    indicator_code: str | None
    indicator_statement: str | None
    indicator_version: int | None
    measure_id: UUID | None
    measure_code: str | None
    measure_name: str | None
    measure_version: int | None
    edition: int | None
    era: int | None
    kind: MeasureKind | None
    direction: Direction | None
    unit: str | None
    factor: int | None
    decimals: int | None
    frequency: PeriodKind | None
    grace_days: int | None
    eras: list[int] | None
    factors: list[int | None] | None
    target_id: UUID | None
    target_version: int | None
    target_direction: Direction | None
    target_edition: int | None
    target_baseline_period: str | None
    target_baseline_value: Decimal | None
    target_baseline_edition: int | None
    target_aim_value: Decimal | None
    target_low: Decimal | None
    target_high: Decimal | None
    target_starts_in: str | None
    target_due_in: str | None
    target_milestones: str | None
    target_tolerance: Decimal | None
    newest_id: UUID | None
    newest_version: int | None
    newest_edition: int | None
    newest_period: str | None
    newest_breakdown: str | None
    newest_status: ValueStatus | None
    newest_value: Decimal | None
    newest_numerator: Decimal | None
    newest_denominator: Decimal | None
    newest_source: str | None
    newest_as_of: date | None
    override_id: UUID | None
    override_version: int | None
    override_says: TargetStatus | None
    override_reason: str | None
    override_by: UUID | None
    override_by_name: str | None
    override_at: datetime | None
