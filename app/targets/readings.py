"""What the status and the chart of a target are read by."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from app.measures.models import Measure, MeasureEdition
from app.measuring.words import ValueStatus
from app.observations.models import Observation
from app.policy import Listing, Reading
from app.scalars import View
from app.targets.models import Rebaselining, StatusOverride, Target
from app.targets.schemas import MeasuredBy, OverrideView, RebaseliningView, TargetView

SOUGHT: Final = bindparam("sought", type_=Uuid())
TOTAL: Final = cast(literal("{}", Text(), literal_execute=True), JSONB)
"""The breakdown of a total, as the index of totals says it."""
MOST_OBSERVED: Final = 1000
"""Observations of one chart."""
OTHER: Final[Any] = aliased(MeasureEdition)
OF_NEWEST: Final = ("unit", "decimals", "direction", "frequency", "grace_days")

EVERY_TARGET = select(*(getattr(Target, name) for name in TargetView.model_fields))
TARGET: Final = Reading(EVERY_TARGET.where(Target.id == SOUGHT), TargetView, version="version")
TARGETS: Final = Listing(
    EVERY_TARGET,
    TargetView,
    by=[Target.created_at, Target.id],
    filters={
        "district_id": Target.district_id,
        "indicator_id": Target.indicator_id,
        "measure_id": Target.measure_id,
    },
    since={"updated_at_gte": Target.updated_at},
    sorts={"updated_at": Target.updated_at},
)
EVERY_REBASELINING = select(
    *(getattr(Rebaselining, name) for name in RebaseliningView.model_fields)
)
REBASELINING: Final = Reading(EVERY_REBASELINING.where(Rebaselining.id == SOUGHT), RebaseliningView)
REBASELININGS: Final = Listing(
    EVERY_REBASELINING.where(Rebaselining.target_id == bindparam("target")),
    RebaseliningView,
    by=[Rebaselining.at, Rebaselining.id],
)
EVERY_OVERRIDE = select(*(getattr(StatusOverride, name) for name in OverrideView.model_fields))
OVERRIDE: Final = Reading(EVERY_OVERRIDE.where(StatusOverride.id == SOUGHT), OverrideView)
OVERRIDES: Final = Listing(
    EVERY_OVERRIDE.where(StatusOverride.target_id == bindparam("target")),
    OverrideView,
    by=[StatusOverride.at, StatusOverride.id],
)
IN_FORCE: Final = Reading(
    EVERY_OVERRIDE.where(StatusOverride.target_id == SOUGHT, StatusOverride.lifted_at.is_(None)),
    OverrideView,
)


class SeriesView(MeasuredBy):
    """A measure with what each edition of its definition says of a value."""

    factors: list[int | None]


class ObservationView(View):
    """The columns of an observation of the whole district, in total."""

    id: UUID
    period: str
    ends: date
    edition: int
    status: ValueStatus
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


def of_each_edition(column: Any, name: str) -> Any:
    """Collect a column of every edition of a measure, the first one first."""
    return (
        select(func.array_agg(aggregate_order_by(column, OTHER.edition), type_=ARRAY(Integer)))
        .where(OTHER.district_id == Measure.district_id, OTHER.measure_id == Measure.id)
        .scalar_subquery()
        .label(name)
    )


SERIES: Final = Reading(
    select(
        *(getattr(Measure, name) for name in ("id", "code", "name")),
        *(getattr(MeasureEdition, name) for name in OF_NEWEST),
        of_each_edition(OTHER.era, "eras"),
        of_each_edition(OTHER.factor, "factors"),
    )
    .join(
        MeasureEdition,
        and_(
            MeasureEdition.district_id == Measure.district_id,
            MeasureEdition.measure_id == Measure.id,
            MeasureEdition.edition == Measure.edition,
        ),
    )
    .where(Measure.id == SOUGHT),
    SeriesView,
    never_null=["eras", "factors"],
)
OBSERVED = select(*(getattr(Observation, name) for name in ObservationView.model_fields)).where(
    Observation.district_id == bindparam("district", type_=Uuid()),
    Observation.measure_id == bindparam("measure", type_=Uuid()),
    Observation.school_id.is_(None),
    Observation.breakdown == TOTAL,
)
LAST_FIRST = (Observation.ends.desc(), Observation.edition.desc(), Observation.starts)
NEWEST: Final = Reading(
    OBSERVED.where(Observation.starts <= bindparam("on", type_=Date()))
    .order_by(*LAST_FIRST)
    .limit(1),
    ObservationView,
)
"""The one that ends last of those whose period had begun, whatever edition it is of."""
CHARTED: Final = Reading(
    OBSERVED.where(Observation.ends >= bindparam("since", type_=Date()))
    .order_by(*LAST_FIRST)
    .limit(MOST_OBSERVED),
    ObservationView,
)
