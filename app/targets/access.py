"""Who gets what of targets."""

from typing import Annotated

from app.policy import Action, allowed
from app.targets.repository import TargetReadings
from app.targets.service import OverrideService, TargetService

ReadTargets = Annotated[TargetReadings, allowed(TargetReadings, Action.TARGET_READ)]
SetTarget = Annotated[TargetService, allowed(TargetService, Action.TARGET_SET)]
KeepTarget = Annotated[TargetService, allowed(TargetService, Action.TARGET_SET, match=True)]
OverrideStatus = Annotated[OverrideService, allowed(OverrideService, Action.STATUS_OVERRIDE)]
