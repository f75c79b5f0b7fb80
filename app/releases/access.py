"""Who gets what of release plans, releases and own positions."""

from typing import Annotated

from app.policy import Action, allowed
from app.releases.repository import PlanReadings, PositionReadings, ReleaseReadings
from app.releases.service import ReleaseService
from app.releases.vouching import Vouching

ReadPlans = Annotated[PlanReadings, allowed(PlanReadings, Action.RELEASE_PLAN_READ)]
DraftPlan = Annotated[ReleaseService, allowed(ReleaseService, Action.RELEASE_PLAN_DRAFT)]
PublishRelease = Annotated[
    ReleaseService, allowed(ReleaseService, Action.RELEASE_PUBLISH, once=True)
]
RetractCell = Annotated[ReleaseService, allowed(ReleaseService, Action.RELEASE_RETRACT)]
AuditRelease = Annotated[Vouching, allowed(Vouching, Action.RELEASE_AUDIT)]
ReadInclusion = Annotated[Vouching, allowed(Vouching, Action.INCLUSION_READ)]
ReadReleases = Annotated[ReleaseReadings, allowed(ReleaseReadings, Action.RELEASE_READ)]
ReadPosition = Annotated[PositionReadings, allowed(PositionReadings, Action.POSITION_READ)]
