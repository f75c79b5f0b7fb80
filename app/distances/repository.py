"""How far a district's own answer is from a target, as the district alone reads it."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from app.distances.readings import ATTESTED, TARGET, Aimed, AttestedAnswer
from app.distances.schemas import DistanceView
from app.links.fit import Scale, differences
from app.measuring.words import Direction
from app.policy import Grant
from app.problems import NotFound
from app.releases.position import own_figure
from app.submissions.own_keys import KEYS
from app.submissions.seals import OwnSeal

ZERO: Final = Decimal(0)


class DistanceReadings:
    """A district's own answers beside the consortium's targets."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach
        self._keys = grant.keys

    async def distance(self, target_id: UUID, district_id: UUID) -> DistanceView:
        """Open the one answer that a target is about, or raise ``NotFound``.

        What was asked in another unit than the item is now has no distance.
        """
        aimed = await self._reader.row(TARGET, sought=target_id)
        if aimed is None or district_id not in self._reach.districts:
            raise NotFound
        answer = await self._reader.row(
            ATTESTED,
            district_id=district_id,
            instrument=aimed.instrument_code,
            item=aimed.item_code,
            period=aimed.period,
        )
        figure = None if answer is None else await self._figure(answer, aimed, district_id)
        distance = None if figure is None else figure - aimed.aim
        return DistanceView(
            target_id=target_id,
            district_id=district_id,
            **aimed.model_dump(exclude={"factor", "decimals"}),
            round_id=None if answer is None else answer.round_id,
            figure=figure,
            distance=distance,
            met=None if distance is None else is_met(aimed.direction, distance),
        )

    async def _figure(
        self, answer: AttestedAnswer, aimed: Aimed, district_id: UUID
    ) -> Decimal | None:
        """Open an answer and round its figure as it is released, where both are of one scale."""
        if any(differences(Scale(aimed.unit, aimed.factor), Scale(answer.unit, answer.factor))):
            return None
        keys = await self._reader.rows(KEYS, district_id=district_id)
        seal = OwnSeal(self._keys, district_id, {key.version: key.wrapped for key in keys})
        content = seal.opened(answer, answer.round_id)
        return own_figure(content, answer.factor, answer.decimals)


def is_met(direction: Direction, distance: Decimal) -> bool:
    """Whether a distance is on the side of the aim that the direction asks for."""
    if direction is Direction.INCREASE:
        return distance >= ZERO
    if direction is Direction.DECREASE:
        return distance <= ZERO
    return distance == ZERO
