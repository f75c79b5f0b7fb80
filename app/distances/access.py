"""Who gets what of the distances to the consortium's targets."""

from typing import Annotated

from app.distances.repository import DistanceReadings
from app.policy import Action, allowed

ReadDistance = Annotated[DistanceReadings, allowed(DistanceReadings, Action.POSITION_READ)]
