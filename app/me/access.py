"""Who asks about itself: everyone who is signed in."""

from typing import Annotated

from app.me.repository import MeReadings
from app.policy import Action, allowed

ReadMe = Annotated[MeReadings, allowed(MeReadings, Action.ME_READ)]
