"""Who gets what of rounds and peer groups."""

from typing import Annotated

from app.policy import Action, allowed
from app.rounds.repository import RoundReadings
from app.rounds.service import RoundService

ReadRounds = Annotated[RoundReadings, allowed(RoundReadings, Action.ROUND_READ)]
ScheduleRound = Annotated[RoundService, allowed(RoundService, Action.ROUND_SCHEDULE)]
ReviseRound = Annotated[RoundService, allowed(RoundService, Action.ROUND_SCHEDULE, match=True)]
FixPeerGroups = Annotated[RoundService, allowed(RoundService, Action.ROUND_SCHEDULE, once=True)]
AdvanceRound = Annotated[RoundService, allowed(RoundService, Action.ROUND_ADVANCE)]
