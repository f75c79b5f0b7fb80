"""One measure's series: its values in order, where its eras break, and rows put together."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Date, Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.measures.models import Measure, MeasureEdition
from app.measuring.periods import parse
from app.measuring.values import quotient, shown
from app.measuring.words import ValueStatus
from app.observations.breakdowns import read
from app.observations.models import Observation
from app.observations.readings import OF_DISTRICT, OF_EDITION
from app.observations.schemas import DECIMALS, PointOfSeries, SeriesAsked, SeriesView
from app.policy import Grant, Reading
from app.problems import Fault, NotFound
from app.vocabulary import MeasureKind
from app.wire.faults import invalid, parameter_fault

MOST_POINTS: Final = 2000
SCHOOLS: Final = "schools"
"""Puts the schools together; any other word is a dimension, whose groups are."""
FROM: Final = bindparam("since", type_=Date())
TO: Final = bindparam("until", type_=Date())
BREAKDOWN: Final = bindparam("breakdown", type_=JSONB())
DIMENSION: Final = bindparam("dimension", type_=Text())
OF_SCHOOL: Final = Observation.school_id.is_not_distinct_from(bindparam("school", type_=Uuid()))
OF_GROUP: Final = Observation.breakdown == BREAKDOWN
OF_EACH_GROUP: Final = and_(
    Observation.breakdown.has_key(DIMENSION),
    Observation.breakdown.op("-")(DIMENSION) == BREAKDOWN,
)
HAS_PARTS: Final = and_(Observation.numerator.is_not(None), Observation.denominator > 0)
HAS_VALUE: Final = or_(HAS_PARTS, Observation.value.is_not(None))
OF_PERIOD: Final = (
    Observation.period,
    Observation.starts,
    Observation.ends,
    Observation.edition,
    MeasureEdition.era,
    MeasureEdition.factor,
)


class Point(BaseModel):
    """An observation as a point of a series."""

    period: str
    starts: date
    ends: date
    edition: int
    era: int
    factor: int | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


class Single(Point):
    """One observation."""

    status: ValueStatus


class Several(Point):
    """Observations of one period put together: the sums of those that have a value."""

    counted: int
    rows: int


class EditionOfSeries(BaseModel):
    """What an edition of a measure says of its series."""

    code: str
    kind: MeasureKind
    dimensions: list[str]


def points(columns: Iterable[Any], *conditions: Any) -> Any:
    """Select the observations of one measure of one district."""
    return (
        select(*OF_PERIOD, *columns)
        .select_from(Observation)
        .join(MeasureEdition, OF_EDITION)
        .where(OF_DISTRICT, Observation.measure_id == bindparam("measure"), *conditions)
        .where(or_(FROM.is_(None), Observation.starts >= FROM))
        .where(or_(TO.is_(None), Observation.ends <= TO))
        .order_by(Observation.starts, Observation.ends.desc(), Observation.edition)
        .limit(MOST_POINTS + 1)
    )


def put_together(*conditions: Any) -> Reading[Several]:
    """Add observations up, for each period and edition."""
    sums = (
        func.sum(Observation.value).label("value"),
        func.sum(Observation.numerator).filter(HAS_PARTS).label("numerator"),
        func.sum(Observation.denominator).filter(HAS_PARTS).label("denominator"),
        func.count().filter(HAS_VALUE).label("counted"),
        func.count().label("rows"),
    )
    several = points(sums, *conditions).group_by(*OF_PERIOD)
    return Reading(several, Several, never_null=["counted", "rows"])


SINGLE: Final = Reading(
    points(
        (
            Observation.value,
            Observation.numerator,
            Observation.denominator,
            Observation.status,
        ),
        OF_SCHOOL,
        OF_GROUP,
    ),
    Single,
)
OF_SCHOOLS: Final = put_together(Observation.school_id.is_not(None), OF_GROUP)
OF_GROUPS: Final = put_together(OF_SCHOOL, OF_EACH_GROUP)
EDITIONS: Final = Reading(
    select(Measure.code, MeasureEdition.kind, MeasureEdition.dimensions)
    .select_from(Measure)
    .join(
        MeasureEdition,
        and_(
            MeasureEdition.district_id == Measure.district_id,
            MeasureEdition.measure_id == Measure.id,
        ),
    )
    .where(Measure.district_id == bindparam("district"), Measure.id == bindparam("measure")),
    EditionOfSeries,
)


class SeriesReadings:
    """Series as their own district sees them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, district_id: UUID, measure_id: UUID, asked: SeriesAsked) -> SeriesView:
        """Read the series of a measure; raises ``NotFound`` where the district has none such."""
        which = {"district": district_id, "measure": measure_id}
        editions = await self._reader.rows(EDITIONS, **which)
        if not editions:
            raise NotFound
        breakdown = read(asked.breakdown)
        faults = list(misasked(asked, breakdown, editions))
        if faults:
            raise invalid(faults)
        rows = await self._rows(asked, which | within(asked) | {"breakdown": breakdown})
        if len(rows) > MOST_POINTS:
            detail = f"More than {MOST_POINTS} points: say from and to."
            raise invalid([parameter_fault("from", "too_many", detail)])
        return SeriesView(
            measure_id=measure_id,
            measure=editions[0].code,
            school_id=asked.school_id,
            breakdown=breakdown,
            pooled=asked.pooled,
            points=list(in_eras(rows)),
        )

    async def _rows(self, asked: SeriesAsked, values: dict[str, Any]) -> list[Any]:
        """Run the reading that the question needs."""
        if asked.pooled is None:
            return await self._reader.rows(SINGLE, **values, school=asked.school_id)
        if asked.pooled == SCHOOLS:
            return await self._reader.rows(OF_SCHOOLS, **values)
        by = {"school": asked.school_id, "dimension": asked.pooled}
        return await self._reader.rows(OF_GROUPS, **values, **by)


def within(asked: SeriesAsked) -> dict[str, date | None]:
    """Return the days between which the periods lie."""
    return {
        "since": None if asked.from_ is None else parse(asked.from_).first_day,
        "until": None if asked.to is None else parse(asked.to).last_day,
    }


def misasked(
    asked: SeriesAsked, breakdown: dict[str, str], editions: list[EditionOfSeries]
) -> Iterator[Fault]:
    """List what cannot be put together."""
    if asked.pooled is None:
        return
    if any(edition.kind is MeasureKind.RUBRIC_LEVEL for edition in editions):
        detail = "Levels of a rubric have no sum."
        yield parameter_fault("pooled", "not_pooled", detail)
    if asked.pooled == SCHOOLS:
        if asked.school_id is not None:
            yield parameter_fault("school_id", "not_with_pooled", "Every school is in it.")
    elif asked.pooled in breakdown:
        yield parameter_fault("pooled", "repeated", "The breakdown is of one of its groups.")
    elif not any(asked.pooled in edition.dimensions for edition in editions):
        yield parameter_fault("pooled", "unknown_dimension", "Not a dimension of the measure.")


def in_eras(rows: Iterable[Single | Several]) -> Iterator[PointOfSeries]:
    """Make the points of rows, each told apart from what it must not be compared with."""
    era = None
    for row in rows:
        value = row.value
        if row.factor is not None:
            found = quotient(row.numerator, row.denominator, row.factor)
            value = None if found is None else shown(found, DECIMALS)
        counted = row.counted if isinstance(row, Several) else int(value is not None)
        yield PointOfSeries(
            **row.model_dump(include=set(Point.model_fields) - {"factor", "value"}),
            breaks=era is not None and era != row.era,
            status=row.status if isinstance(row, Single) else None,
            value=value,
            counted=counted,
            left_out=(row.rows if isinstance(row, Several) else 1) - counted,
        )
        era = row.era
