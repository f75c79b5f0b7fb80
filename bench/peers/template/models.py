"""The tables of the peer, and what its endpoints take and return."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import ARRAY, Column, DateTime, Index, Numeric, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Relationship, SQLModel


def get_datetime_utc() -> datetime:
    """Say what time it is."""
    return datetime.now(UTC)


class Timestamps(SQLModel):
    """When a row was made, and last changed."""

    created_at: datetime = Field(default_factory=get_datetime_utc, sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(default_factory=get_datetime_utc, sa_type=DateTime(timezone=True))


class User(SQLModel, table=True):
    """A user, and the districts it is a member of."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    email: str = Field(unique=True, index=True, max_length=255)
    is_active: bool = True
    is_superuser: bool = False
    full_name: str | None = Field(default=None, max_length=255)
    hashed_password: str
    district_ids: list[uuid.UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))


class District(SQLModel, table=True):
    """A district."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    name: str


class School(SQLModel, table=True):
    """A school of a district."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    district_id: uuid.UUID = Field(foreign_key="district.id", index=True)
    code: str
    name: str


class PlanBase(SQLModel):
    """What everybody sees of a plan."""

    code: str
    title: str
    first_year: str
    last_year: str
    lifecycle: str
    mission: str | None


class Plan(PlanBase, Timestamps, table=True):
    """A plan of a district."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    district_id: uuid.UUID = Field(foreign_key="district.id", index=True)


class GoalBase(SQLModel):
    """What everybody sees of a goal."""

    code: str
    position: int
    focus_area: str
    title: str
    statement: str | None
    population: str | None


class Goal(GoalBase, Timestamps, table=True):
    """A goal of a plan."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    district_id: uuid.UUID = Field(foreign_key="district.id", index=True)
    plan_id: uuid.UUID = Field(foreign_key="plan.id", index=True)
    indicators: list["Indicator"] = Relationship(sa_relationship_kwargs={"lazy": "raise"})


class GoalPublic(GoalBase):
    """A goal as it is returned."""

    id: uuid.UUID
    district_id: uuid.UUID
    plan_id: uuid.UUID
    created_at: datetime
    updated_at: datetime


class GoalsPublic(SQLModel):
    """A page of goals."""

    data: list[GoalPublic]


class IndicatorBase(SQLModel):
    """What everybody sees of an indicator."""

    code: str
    position: int
    statement: str


class Indicator(IndicatorBase, Timestamps, table=True):
    """An indicator of a goal."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    goal_id: uuid.UUID = Field(foreign_key="goal.id", index=True)
    measure_links: list["IndicatorMeasure"] = Relationship(
        sa_relationship_kwargs={"lazy": "raise", "order_by": "IndicatorMeasure.position"}
    )


class MeasureBase(SQLModel):
    """What everybody sees of a measure."""

    code: str
    name: str
    definition: str
    kind: str
    direction: str
    unit: str
    factor: int | None
    decimals: int
    frequency: str
    grace_days: int | None


class Measure(MeasureBase, Timestamps, table=True):
    """A measure of a district."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    district_id: uuid.UUID = Field(foreign_key="district.id", index=True)


class IndicatorMeasure(SQLModel, table=True):
    """That an indicator is told by a measure."""

    __table_args__ = (UniqueConstraint("indicator_id", "measure_id"),)

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    indicator_id: uuid.UUID = Field(foreign_key="indicator.id", index=True)
    measure_id: uuid.UUID = Field(foreign_key="measure.id", index=True)
    position: int
    measure: Measure = Relationship(sa_relationship_kwargs={"lazy": "raise"})
    target: "Target" = Relationship(sa_relationship_kwargs={"lazy": "raise"})


class TargetBase(SQLModel):
    """What everybody sees of a target."""

    direction: str
    baseline_period: str | None
    baseline_value: Decimal | None
    aim_value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    starts_in: str | None
    due_in: str | None
    tolerance: Decimal | None


class Target(TargetBase, Timestamps, table=True):
    """Where a measure should be."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    indicator_measure_id: uuid.UUID = Field(foreign_key="indicatormeasure.id", unique=True)
    baseline_value: Decimal | None = Field(sa_type=Numeric)
    aim_value: Decimal | None = Field(sa_type=Numeric)
    low: Decimal | None = Field(sa_type=Numeric)
    high: Decimal | None = Field(sa_type=Numeric)
    tolerance: Decimal | None = Field(sa_type=Numeric)
    milestones: list[dict[str, str]] = Field(sa_column=Column(JSONB, nullable=False))


class ObservationBase(SQLModel):
    """What everybody sees of an observation."""

    period: str
    status: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str | None = None
    as_of: date | None = None


class Observation(ObservationBase, Timestamps, table=True):
    """An observation of a measure."""

    __table_args__ = (
        Index(
            "uq_observation_natural_key",
            *("measure_id", "period", "school_id", "breakdown"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "ix_observation_total",
            *("measure_id", "ends"),
            postgresql_where=text("school_id is null and breakdown = '{}'::jsonb"),
        ),
    )

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    measure_id: uuid.UUID = Field(foreign_key="measure.id")
    school_id: uuid.UUID | None = Field(default=None, foreign_key="school.id")
    starts: date
    ends: date
    breakdown: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    value: Decimal | None = Field(default=None, sa_type=Numeric)
    numerator: Decimal | None = Field(default=None, sa_type=Numeric)
    denominator: Decimal | None = Field(default=None, sa_type=Numeric)
    source: str | None = Field(default=None, sa_type=Text)


class ObservationCreate(ObservationBase):
    """An observation as it is sent; the measure and the school by the district's codes."""

    measure: str
    school: str | None = None
    breakdown: dict[str, str] = {}


class ObservationsCreate(SQLModel):
    """Many observations."""

    items: list[ObservationCreate]


class RowPublic(SQLModel):
    """What became of one row of many."""

    index: int
    status: str
    id: uuid.UUID


class RowsPublic(SQLModel):
    """What became of many rows."""

    data: list[RowPublic]
    created: int


class ObservationPublic(SQLModel):
    """The newest observation as the dashboard shows it."""

    period: str
    status: str
    value: float | None
    numerator: float | None
    denominator: float | None
    source: str | None
    as_of: date | None


class MilestonePublic(SQLModel):
    """A milestone of a target."""

    period: str
    value: float


class TargetPublic(SQLModel):
    """A target as the dashboard shows it."""

    id: uuid.UUID
    direction: str
    baseline_period: str | None
    baseline_value: float | None
    aim_value: float | None
    low: float | None
    high: float | None
    starts_in: str | None
    due_in: str | None
    milestones: list[MilestonePublic]


class StatusPublic(SQLModel):
    """A computed status, with what it was computed from."""

    status: str
    reason: str
    actual: float | None = None
    expected: float | None = None
    expected_from: str | None = None
    difference: float | None = None
    tolerance: float | None = None
    progress: float | None = None
    fresh_until: date | None = None


class DashboardMeasure(MeasureBase):
    """A measure with its newest observation, its target and its status."""

    id: uuid.UUID
    observation: ObservationPublic | None
    target: TargetPublic | None
    status: StatusPublic


class DashboardIndicator(IndicatorBase):
    """An indicator with its measures."""

    id: uuid.UUID
    measures: list[DashboardMeasure]


class DashboardGoal(GoalBase):
    """A goal with its indicators."""

    id: uuid.UUID
    indicators: list[DashboardIndicator]


class DashboardPlan(PlanBase):
    """The plan in force."""

    id: uuid.UUID


class DashboardPublic(SQLModel):
    """A district's plan with everything that tells how it stands."""

    district_id: uuid.UUID
    name: str
    plan: DashboardPlan
    goals: list[DashboardGoal]


class TokenPayload(SQLModel):
    """Contents of a token."""

    sub: uuid.UUID | None = None
