"""Who gets what of agendas, attendance and minutes."""

from typing import Annotated

from app.policy import Action, allowed
from app.proceedings.repository import ProceedingReadings
from app.proceedings.service import ProceedingService

ReadProceedings = Annotated[ProceedingReadings, allowed(ProceedingReadings, Action.MEETING_READ)]
RecordProceedings = Annotated[ProceedingService, allowed(ProceedingService, Action.MEETING_RECORD)]
ReviseProceedings = Annotated[
    ProceedingService, allowed(ProceedingService, Action.MEETING_RECORD, match=True)
]
