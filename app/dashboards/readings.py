"""What a dashboard is read by: its versions, and everything in one statement."""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.sql.selectable import LateralFromClause

from app.dashboards.rows import DashboardRow, Versions
from app.db import EVERYBODYS
from app.goals.models import Goal
from app.indicators.models import Indicator, IndicatorMeasure
from app.links.models import Link
from app.measures.models import Measure, MeasureEdition
from app.observations.breakdowns import GRADE
from app.observations.models import Observation
from app.plans.models import Plan
from app.policy import Reading
from app.policy.changes import Change
from app.policy.reading import Statement
from app.submissions.models import Submission
from app.targets.models import StatusOverride, Target
from app.vocabulary import PlanLifecycle

DISTRICT: Final = bindparam("district", type_=Uuid())
PLAN: Final = bindparam("plan", type_=Uuid())
COHORT: Final = bindparam("cohort", type_=Integer())
ON: Final = bindparam("on", type_=Date())
NOTHING: Final = cast(literal("{}", Text(), literal_execute=True), JSONB)
"""The breakdown of a total, as the index of totals says it."""
ONE: Final = literal(1, Integer(), literal_execute=True)
"""Said in the text, so that the plan of the statement is made for it."""
IN_FORCE: Final = {PlanLifecycle.ACTIVE: 1, PlanLifecycle.IN_REVIEW: 2, PlanLifecycle.APPROVED: 3}


def newest_change(of: Any) -> Any:
    """Find the newest change that is told of a district: the version of all that it shows."""
    return (
        select(Change.seq)
        .where(Change.district_id == of)
        .order_by(Change.seq.desc())
        .limit(ONE)
        .scalar_subquery()
    )


VERSIONS: Final = Reading(
    select(
        newest_change(DISTRICT).label("own"),
        newest_change(EVERYBODYS).label("common"),
        select(func.sum(Submission.version))
        .where(Submission.district_id == DISTRICT)
        .scalar_subquery()
        .label("shared"),
        exists().where(Link.district_id == DISTRICT).label("linked"),
    ),
    Versions,
    never_null=["linked"],
)
"""``shared`` rises whenever the district attests, or takes back, what lets it see a release."""

CHOSEN: Final = (
    select(
        Plan.district_id,
        Plan.id,
        Plan.code,
        Plan.title,
        Plan.first_year,
        Plan.last_year,
        Plan.lifecycle,
        Plan.school_id,
        Plan.version,
    )
    .where(
        Plan.district_id == DISTRICT,
        or_(Plan.id == PLAN, and_(PLAN.is_(None), Plan.lifecycle != PlanLifecycle.SUPERSEDED)),
    )
    .order_by(
        Plan.school_id.is_not(None),
        case(IN_FORCE, value=Plan.lifecycle, else_=len(IN_FORCE) + 1),
        Plan.created_at.desc(),
        Plan.id.desc(),
    )
    .limit(ONE)
    .subquery("plan")
)
EDITIONS: Final = (
    select(
        func.array_agg(
            aggregate_order_by(MeasureEdition.era, MeasureEdition.edition), type_=ARRAY(Integer)
        ).label("eras"),
        func.array_agg(
            aggregate_order_by(MeasureEdition.factor, MeasureEdition.edition), type_=ARRAY(Integer)
        ).label("factors"),
    )
    .where(
        MeasureEdition.district_id == Measure.district_id, MeasureEdition.measure_id == Measure.id
    )
    .correlate(Measure)
    .lateral("editions")
)


def newest_observation(*which: ColumnElement[bool]) -> LateralFromClause:
    """Find the observation of the whole district that ends last, its period having begun."""
    return (
        select(
            Observation.id,
            Observation.version,
            Observation.edition,
            Observation.period,
            cast(Observation.breakdown, Text()).label("breakdown"),
            Observation.status,
            Observation.value,
            Observation.numerator,
            Observation.denominator,
            Observation.source,
            Observation.as_of,
        )
        .where(
            Observation.district_id == Measure.district_id,
            Observation.measure_id == Measure.id,
            Observation.school_id.is_(None),
            Observation.starts <= ON,
            *which,
        )
        .order_by(Observation.ends.desc(), Observation.edition.desc(), Observation.starts)
        .limit(ONE)
        .correlate(Measure)
        .lateral("newest")
    )


OF_PLAN: Final = tuple(column for column in CHOSEN.c if column.key != "district_id")


def named(prefix: str, *columns: Any) -> list[Any]:
    """Put the name of the part before the names of its columns."""
    return [column.label(f"{prefix}_{column.key}") for column in columns]


def everything(newest: LateralFromClause, shown: Any = Measure.id) -> Statement:
    """Write the one statement: a row for each measure of each indicator of each goal of a plan.

    A measure is not there where ``shown`` is null.
    """
    return (
        select(
            *named("plan", *OF_PLAN),
            *named("goal", Goal.id, Goal.code, Goal.focus_area, Goal.title, Goal.statement),
            *named("goal", Goal.population, Goal.version),
            *named("indicator", Indicator.id, Indicator.code, Indicator.statement),
            *named("indicator", Indicator.version),
            shown.label("measure_id"),
            *named("measure", Measure.code, Measure.name, Measure.version),
            *(getattr(MeasureEdition, name) for name in DEFINED),
            EDITIONS.c.eras,
            EDITIONS.c.factors,
            *(getattr(Target, name).label(f"target_{name}") for name in AIMED),
            cast(Target.milestones, Text()).label("target_milestones"),
            *named("newest", *newest.c),
            *(getattr(StatusOverride, name).label(f"override_{name}") for name in FLAGGED),
        )
        .select_from(CHOSEN)
        .outerjoin(
            Goal, and_(Goal.district_id == CHOSEN.c.district_id, Goal.plan_id == CHOSEN.c.id)
        )
        .outerjoin(
            Indicator, and_(Indicator.district_id == Goal.district_id, Indicator.goal_id == Goal.id)
        )
        .outerjoin(
            IndicatorMeasure,
            and_(
                IndicatorMeasure.district_id == Indicator.district_id,
                IndicatorMeasure.indicator_id == Indicator.id,
            ),
        )
        .outerjoin(
            Measure,
            and_(
                Measure.district_id == IndicatorMeasure.district_id,
                Measure.id == IndicatorMeasure.measure_id,
            ),
        )
        .outerjoin(
            MeasureEdition,
            and_(
                MeasureEdition.district_id == Measure.district_id,
                MeasureEdition.measure_id == Measure.id,
                MeasureEdition.edition == Measure.edition,
            ),
        )
        .outerjoin(
            Target,
            and_(
                Target.district_id == IndicatorMeasure.district_id,
                Target.indicator_id == IndicatorMeasure.indicator_id,
                Target.measure_id == IndicatorMeasure.measure_id,
            ),
        )
        .outerjoin(EDITIONS, true())
        .outerjoin(newest, true())
        .outerjoin(
            StatusOverride,
            and_(
                StatusOverride.district_id == Target.district_id,
                StatusOverride.target_id == Target.id,
                StatusOverride.lifted_at.is_(None),
            ),
        )
        .order_by(
            *(Goal.position, Goal.id, Indicator.position, Indicator.id),
            *(IndicatorMeasure.position, IndicatorMeasure.id),
        )
    )


DEFINED: Final = (
    *("edition", "era", "kind", "direction", "unit", "factor", "decimals", "frequency"),
    "grace_days",
)
AIMED: Final = (
    *("id", "version", "direction", "edition", "baseline_period", "baseline_value"),
    *("baseline_edition", "aim_value", "low", "high", "starts_in", "due_in", "tolerance"),
)
FLAGGED: Final = ("id", "version", "says", "reason", "by", "by_name", "at")
TOTALS: Final = Reading(
    everything(newest_observation(Observation.breakdown == NOTHING)),
    DashboardRow,
    never_null=[column.key for column in named("plan", *OF_PLAN)],
)
BY_GRADE: Final = literal(GRADE, Text()) == MeasureEdition.dimensions.any_()
OF_CLASS: Final = Reading(
    everything(newest_observation(Observation.class_of == COHORT), case((BY_GRADE, Measure.id))),
    DashboardRow,
    never_null=[column.key for column in named("plan", *OF_PLAN)],
)
"""Of one class, by the grades it was in; measures that are not told by grade are left out."""
