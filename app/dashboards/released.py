"""What was released of the items that a district's measures answer, beside the measures."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from app.dashboards.schemas import ReleasedBeside
from app.links.fit import Scale, differences
from app.measuring.words import ValueStatus
from app.policy.rules.rounds import has_shared
from app.releases.position import PlacedCell, beside, own_figure
from app.releases.standing import Membership, standing_of
from app.submissions.content import Content
from app.vocabulary import AnswerStatus

LISTS: Final = TypeAdapter(list[ReleasedBeside])


class ReleaseOfLinked(Membership):
    """A release of an instrument that measures of the district answer, and the district beside."""

    id: UUID


class LinkedCell(PlacedCell):
    """A released cell of a linked item, and what the measure came to in the round's period.

    ``then_unit`` and ``then_factor`` are those under which it was observed.
    """

    measure_id: UUID
    instrument: str
    round_id: UUID
    period: str
    release_id: UUID
    released_at: datetime
    then_id: UUID | None
    then_status: ValueStatus | None
    then_value: Decimal | None
    then_numerator: Decimal | None
    then_denominator: Decimal | None
    then_unit: str | None
    then_factor: int | None


def shown_to(releases: Iterable[ReleaseOfLinked], today: date) -> list[UUID]:
    """List the releases that the district may see (TR-24)."""
    return [
        each.id for each in releases if has_shared.holds(standing_of([each], today, staff=False))
    ]


def beside_measures(cells: Iterable[LinkedCell]) -> Mapping[UUID, bytes]:
    """Write what was released as lists in JSON, by the measure; the newest release comes first.

    ``cells`` come by instrument and item, of each the newest release first.
    """
    found: dict[UUID, list[ReleasedBeside]] = {}
    for _, group in groupby(cells, attrgetter("instrument", "item")):
        _, newest = next(groupby(group, attrgetter("release_id")))
        released = list(newest)
        found.setdefault(released[0].measure_id, []).append(put_beside(released))
    return {measure: LISTS.dump_json(lists) for measure, lists in found.items()}


def put_beside(cells: list[LinkedCell]) -> ReleasedBeside:
    """Set the figures of one release of one item beside what the district observed itself."""
    first = cells[0]
    own = own_figure(observed(first), first.factor, first.decimals)
    return ReleasedBeside(
        instrument=first.instrument,
        item=first.item,
        unit=first.unit,
        round_id=first.round_id,
        period=first.period,
        release_id=first.release_id,
        released_at=first.released_at,
        observation_id=first.then_id,
        figure=own,
        figures=[beside(own, cell) for cell in cells],
    )


def observed(cell: LinkedCell) -> Content | None:
    """Turn an observation into what it would be as an answer; one of another unit would be none."""
    measured = Scale(cell.then_unit, cell.then_factor)
    if cell.then_status is None or not cell.then_status.has_value:
        return None
    if any(differences(Scale(cell.unit, cell.factor), measured)):
        return None
    if cell.factor is not None and (cell.then_numerator is None or not cell.then_denominator):
        return None
    return Content(
        status=AnswerStatus.REPORTED,
        value=cell.then_value,
        numerator=cell.then_numerator,
        denominator=cell.then_denominator,
    )
