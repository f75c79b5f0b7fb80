"""Who sees the consortium's targets."""

from typing import Annotated

from app.consortium_targets.repository import ConsortiumTargetReadings
from app.policy import Action, allowed

ReadConsortiumTargets = Annotated[
    ConsortiumTargetReadings, allowed(ConsortiumTargetReadings, Action.CONSORTIUM_TARGET_READ)
]
