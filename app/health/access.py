"""Who asks how the service is: anyone."""

from typing import Annotated

from app.health.repository import Life, Readiness
from app.policy import Action, allowed

AskAlive = Annotated[Life, allowed(Life, Action.LIFE_READ)]
AskReady = Annotated[Readiness, allowed(Readiness, Action.READINESS_READ)]
