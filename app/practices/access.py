"""Who gets what of the directory of practices."""

from typing import Annotated

from app.policy import Action, allowed
from app.practices.repository import PracticeReadings
from app.practices.service import PracticeService

ReadPractices = Annotated[PracticeReadings, allowed(PracticeReadings, Action.PRACTICE_READ)]
TellPractice = Annotated[
    PracticeService, allowed(PracticeService, Action.PRACTICE_TELL, match=True)
]
WithdrawPractice = Annotated[PracticeService, allowed(PracticeService, Action.PRACTICE_TELL)]
