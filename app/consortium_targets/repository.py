"""The statements about the consortium's targets."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from app.consortium_targets.models import ConsortiumTarget
from app.consortium_targets.schemas import ConsortiumTargetView
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Reading
from app.problems import NotFound
from app.rendered import Rendered

LATER = aliased(ConsortiumTarget)
IN_FORCE = ~exists().where(
    LATER.instrument_code == ConsortiumTarget.instrument_code,
    LATER.item_code == ConsortiumTarget.item_code,
    LATER.period == ConsortiumTarget.period,
    LATER.id > ConsortiumTarget.id,
)
"""No later motion set another target on the same item and period."""
COLUMNS = [
    getattr(ConsortiumTarget, name)
    for name in ConsortiumTargetView.model_fields
    if name != "in_force"
]
EVERY_TARGET = select(*COLUMNS, IN_FORCE.label("in_force"))
TARGET = Reading(
    EVERY_TARGET.where(ConsortiumTarget.id == bindparam("sought")),
    ConsortiumTargetView,
    never_null=["in_force"],
)
FILTERS: Mapping[str, Any] = {
    "topic_id": ConsortiumTarget.topic_id,
    "instrument_code": ConsortiumTarget.instrument_code,
    "item_code": ConsortiumTarget.item_code,
    "period": ConsortiumTarget.period,
}
TARGETS = Listing(
    EVERY_TARGET,
    ConsortiumTargetView,
    by=[ConsortiumTarget.period, ConsortiumTarget.id],
    filters=FILTERS,
    never_null=["in_force"],
)
TARGETS_IN_FORCE = Listing(
    EVERY_TARGET.where(IN_FORCE),
    ConsortiumTargetView,
    by=[ConsortiumTarget.period, ConsortiumTarget.id],
    filters=FILTERS,
    never_null=["in_force"],
)


class ConsortiumTargetReadings:
    """The targets as the members see them."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def get(self, target_id: UUID, fields: str | None) -> Rendered[ConsortiumTargetView]:
        """Find one target, or raise ``NotFound``."""
        target = await self._reader.one(TARGET, fields, sought=target_id)
        if target is None:
            raise NotFound
        return target

    async def page(
        self, wanted: Wanted, only: Mapping[str, Sequence[Any] | None], *, superseded: bool
    ) -> Rendered[Page[ConsortiumTargetView]]:
        """List the targets by period, those that others superseded only where asked for."""
        listing = TARGETS if superseded else TARGETS_IN_FORCE
        return await self._reader.page(listing, wanted, only=only)
