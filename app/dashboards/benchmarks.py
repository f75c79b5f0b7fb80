"""What is read of the benchmarks that a district's measures answer."""

from typing import Final

from sqlalchemy import ARRAY, Uuid, and_, bindparam, exists, or_, select, true

from app.charter.models import CharterVersion
from app.dashboards.readings import DISTRICT, NOTHING, ONE, named
from app.dashboards.released import LinkedCell, ReleaseOfLinked
from app.districts.models import District
from app.instruments.models import Instrument, Item
from app.links.models import Link
from app.measures.models import MeasureEdition
from app.observations.models import Observation
from app.policy import Reading
from app.releases.models import Cell, CellRetraction, Release
from app.releases.shown import N_AND_VALUE, OF_CELL, STATUS
from app.rounds.models import PeerGroup, PeerGroupMember, Round
from app.submissions.models import Submission
from app.vocabulary import Statistic

RELEASES: Final = Reading(
    select(
        Release.id,
        District.joined_on,
        Submission.attested_revision,
        Round.closed_at,
        CharterVersion.late_months,
    )
    .select_from(Release)
    .join(Round, Round.id == Release.round_id)
    .outerjoin(CharterVersion, CharterVersion.version == Round.charter_version)
    .join(Instrument, Instrument.id == Round.instrument_id)
    .join(District, District.id == DISTRICT)
    .outerjoin(
        Submission, and_(Submission.district_id == DISTRICT, Submission.round_id == Round.id)
    )
    .where(exists().where(Link.district_id == DISTRICT, Link.instrument_code == Instrument.code)),
    ReleaseOfLinked,
)
"""Every release of what is linked, with what the district is to it."""
THEN: Final = (
    select(
        Observation.id,
        Observation.status,
        Observation.value,
        Observation.numerator,
        Observation.denominator,
        MeasureEdition.unit,
        MeasureEdition.factor,
    )
    .join(
        MeasureEdition,
        and_(
            MeasureEdition.district_id == Observation.district_id,
            MeasureEdition.measure_id == Observation.measure_id,
            MeasureEdition.edition == Observation.edition,
        ),
    )
    .where(
        Observation.district_id == Link.district_id,
        Observation.measure_id == Link.measure_id,
        Observation.school_id.is_(None),
        Observation.breakdown == NOTHING,
        Observation.period == Round.period,
    )
    .order_by(Observation.edition.desc())
    .limit(ONE)
    .correlate(Link, Round)
    .lateral("then")
)
OWN_GROUPS: Final = select(PeerGroupMember.peer_group_id).where(
    PeerGroupMember.district_id == DISTRICT
)
CHIEF: Final = or_(
    Cell.statistic == Statistic.MEAN_OF_DISTRICTS, Cell.statistic == Statistic.POOLED
)
"""A dashboard tells what an item's districts come to, and no quantile beside it."""
LINKED_CELLS: Final = Reading(
    select(
        Link.measure_id,
        Link.instrument_code.label("instrument"),
        Round.id.label("round_id"),
        Round.period,
        Release.id.label("release_id"),
        Release.released_at,
        Item.id.label("item_id"),
        Item.code.label("item"),
        *(getattr(Item, name) for name in ("kind", "unit", "factor", "decimals")),
        Cell.peer_group_id,
        PeerGroup.basis,
        PeerGroup.name.label("group"),
        Cell.statistic,
        STATUS,
        *N_AND_VALUE,
        *named("then", *THEN.c),
    )
    .select_from(Link)
    .join(Instrument, Instrument.code == Link.instrument_code)
    .join(Item, and_(Item.instrument_id == Instrument.id, Item.code == Link.item_code))
    .join(Round, Round.instrument_id == Instrument.id)
    .join(Release, Release.round_id == Round.id)
    .join(Cell, and_(Cell.release_id == Release.id, Cell.item_id == Item.id))
    .outerjoin(PeerGroup, PeerGroup.id == Cell.peer_group_id)
    .outerjoin(CellRetraction, OF_CELL)
    .outerjoin(THEN, true())
    .where(
        Link.district_id == DISTRICT,
        Release.id == bindparam("releases", type_=ARRAY(Uuid())).any_(),
        CHIEF,
        or_(Cell.peer_group_id.is_(None), Cell.peer_group_id.in_(OWN_GROUPS)),
    )
    .order_by(
        *(Link.instrument_code, Link.item_code),
        *(Release.released_at.desc(), Release.id.desc(), Cell.position),
    ),
    LinkedCell,
    never_null=["instrument", "round_id", "release_id", "item_id", "item", "status"],
)
"""The figures of some releases, item by item, beside the observations of their periods."""
