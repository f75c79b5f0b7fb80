"""The readings of observations, and the upsert: each takes exactly one district (TR-25)."""

from typing import Final

from sqlalchemy import Boolean, Text, and_, bindparam, cast, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.measures.models import Measure, MeasureEdition
from app.observations.models import Correction, Observation
from app.observations.schemas import CorrectionView, ObservationView
from app.policy import Listing, Reading, Upsert
from app.schools.models import School

TOTAL: Final = cast({}, JSONB)
OF_DISTRICT: Final = Observation.district_id == bindparam("district")
OF_EDITION: Final = and_(
    MeasureEdition.district_id == Observation.district_id,
    MeasureEdition.measure_id == Observation.measure_id,
    MeasureEdition.edition == Observation.edition,
)
OF_MEASURE: Final = and_(
    Measure.district_id == Observation.district_id, Measure.id == Observation.measure_id
)
OF_SCHOOL: Final = and_(
    School.district_id == Observation.district_id, School.id == Observation.school_id
)
ONLY_TOTAL: Final = bindparam("total", type_=Boolean())
ONLY_DISTRICT: Final = bindparam("district_wide", type_=Boolean())
ONLY_BY: Final = bindparam("dimension", type_=Text())

EVERY_OBSERVATION = (
    select(
        Observation.id,
        Observation.measure_id,
        Measure.code.label("measure"),
        Observation.edition,
        Observation.school_id,
        School.code.label("school"),
        Observation.period,
        Observation.starts,
        Observation.ends,
        Observation.breakdown,
        Observation.class_of,
        Observation.status,
        Observation.value,
        Observation.numerator,
        Observation.denominator,
        MeasureEdition.factor,
        Observation.source,
        Observation.as_of,
        Observation.created_at,
        Observation.updated_at,
        Observation.version,
    )
    .select_from(Observation)
    .join(MeasureEdition, OF_EDITION)
    .join(Measure, OF_MEASURE)
    .outerjoin(School, OF_SCHOOL)
    .where(OF_DISTRICT)
)
OBSERVATION = Reading(
    EVERY_OBSERVATION.where(Observation.id == bindparam("sought")),
    ObservationView,
    version="version",
    never_null=["measure"],
)
OBSERVATIONS = Listing(
    EVERY_OBSERVATION.where(
        or_(ONLY_TOTAL.is_(None), (Observation.breakdown == TOTAL) == ONLY_TOTAL),
        or_(ONLY_DISTRICT.is_(None), Observation.school_id.is_(None) == ONLY_DISTRICT),
        or_(ONLY_BY.is_(None), Observation.breakdown.has_key(ONLY_BY)),
    ),
    ObservationView,
    by={"starts": Observation.starts, "id": Observation.id},
    filters={
        "measure_id": Observation.measure_id,
        "school_id": Observation.school_id,
        "period": Observation.period,
        "status": Observation.status,
        "class_of": Observation.class_of,
    },
    since={"updated_at_gte": Observation.updated_at},
    sorts={"starts": Observation.starts, "updated_at": Observation.updated_at},
    never_null=["measure"],
)
CORRECTIONS = Listing(
    select(
        Correction.id,
        Correction.version,
        Correction.status,
        Correction.value,
        Correction.numerator,
        Correction.denominator,
        MeasureEdition.factor,
        Correction.source,
        Correction.as_of,
        Correction.corrected_at,
        Correction.corrected_by,
        Correction.reason,
    )
    .select_from(Observation)
    .join(
        Correction,
        and_(
            Correction.district_id == Observation.district_id,
            Correction.observation_id == Observation.id,
        ),
    )
    .join(MeasureEdition, OF_EDITION)
    .where(OF_DISTRICT, Observation.id == bindparam("sought")),
    CorrectionView,
    by=[Correction.version, Correction.id],
)
SAID: Final = ("status", "value", "numerator", "denominator", "source", "as_of")
"""What a correction replaces."""
PUT_OBSERVATIONS: Final = Upsert(
    Observation,
    key=("measure_id", "edition", "school_id", "period", "breakdown_key"),
    fixed=("breakdown", "starts", "ends", "class_of"),
    values=SAID,
    history=Correction,
    of="observation_id",
)
