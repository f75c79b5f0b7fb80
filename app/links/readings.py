"""What is read of links, and of the observations that they fill in from."""

from typing import Any, Final

from sqlalchemy import ARRAY, Text, Uuid, and_, bindparam, cast, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB

from app.instruments.models import Instrument, Item
from app.links.models import Link
from app.links.rows import LinkedItem, RoundAsked, SeriesValue
from app.links.schemas import LinkView
from app.measures.models import Measure, MeasureEdition
from app.observations.models import Observation
from app.policy import Listing, Reading
from app.rounds.models import Round
from app.vocabulary import ItemKind

DISTRICT: Final = bindparam("district", type_=Uuid())
EVERY_LINK: Final = select(*(getattr(Link, name) for name in LinkView.model_fields)).where(
    Link.district_id == DISTRICT
)
LINK: Final = Reading(
    EVERY_LINK.where(
        Link.instrument_code == bindparam("instrument"), Link.item_code == bindparam("item")
    ),
    LinkView,
    version="version",
)
LINKS: Final = Listing(
    EVERY_LINK,
    LinkView,
    by=[Link.instrument_code, Link.item_code, Link.id],
    filters={
        "instrument_code": Link.instrument_code,
        "item_code": Link.item_code,
        "measure_id": Link.measure_id,
    },
    since={"updated_at_gte": Link.updated_at},
    sorts={"updated_at": Link.updated_at},
)
TOTAL: Final = and_(
    Observation.school_id.is_(None),
    Observation.breakdown == cast(literal("{}", Text(), literal_execute=True), JSONB),
)
"""Of the whole district, in total; as the index of totals says it."""
OF_EDITION: Final = and_(
    MeasureEdition.district_id == Observation.district_id,
    MeasureEdition.measure_id == Observation.measure_id,
    MeasureEdition.edition == Observation.edition,
)
"""The edition under which something was observed."""


def observed(*which: Any, name: str) -> Any:
    """Find the newest total of a measure; of two editions in one period the newer one counts."""
    return (
        select(
            Observation.id,
            Observation.version,
            Observation.period,
            Observation.edition,
            Observation.status,
            Observation.value,
            Observation.numerator,
            Observation.denominator,
            Observation.source,
            MeasureEdition.era,
            MeasureEdition.unit,
            MeasureEdition.factor,
        )
        .join(MeasureEdition, OF_EDITION)
        .where(
            Observation.district_id == Measure.district_id,
            Observation.measure_id == Measure.id,
            TOTAL,
            *which,
        )
        .order_by(Observation.ends.desc(), Observation.edition.desc(), Observation.starts)
        .limit(1)
        .correlate(Measure, Round)
        .lateral(name)
    )


THEN: Final = observed(Observation.period == Round.period, name="then")
NEWEST: Final = observed(name="newest")
LINKED: Final = (
    select(
        Item.code.label("item"),
        Item.prompt,
        Item.kind,
        Item.unit,
        Item.denominator,
        Item.factor,
        Item.decimals,
        Item.lowest,
        Item.highest,
        Item.options,
        Measure.id.label("measure_id"),
        Measure.code.label("measure"),
        *(column.label(f"then_{column.key}") for column in THEN.c),
        NEWEST.c.period.label("newest_period"),
    )
    .select_from(Round)
    .join(Instrument, Instrument.id == Round.instrument_id)
    .join(Item, Item.instrument_id == Instrument.id)
    .join(
        Link,
        and_(
            Link.district_id == DISTRICT,
            Link.instrument_code == Instrument.code,
            Link.item_code == Item.code,
        ),
    )
    .join(Measure, and_(Measure.district_id == Link.district_id, Measure.id == Link.measure_id))
    .outerjoin(THEN, true())
    .outerjoin(NEWEST, true())
    .where(Round.id == bindparam("round", type_=Uuid()), Item.kind == ItemKind.QUANTITATIVE)
    .order_by(Item.position)
)
LINKED_ITEMS: Final = Reading(LINKED, LinkedItem, never_null=["item", "measure_id", "measure"])
ROUND: Final = Reading(
    select(Round.period).where(Round.id == bindparam("round", type_=Uuid())), RoundAsked
)
SERIES: Final = Reading(
    select(
        Observation.measure_id,
        Observation.period,
        Observation.edition,
        Observation.status,
        Observation.value,
        Observation.numerator,
        Observation.denominator,
        MeasureEdition.era,
        MeasureEdition.factor,
    )
    .join(MeasureEdition, OF_EDITION)
    .where(
        Observation.district_id == DISTRICT,
        Observation.measure_id == bindparam("measures", type_=ARRAY(Uuid())).any_(),
        TOTAL,
    )
    .order_by(Observation.measure_id, Observation.ends, Observation.edition),
    SeriesValue,
)
"""What measures came to in all periods, the earliest first."""
