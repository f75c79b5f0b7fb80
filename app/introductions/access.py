"""Who gets what of introductions."""

from typing import Annotated

from app.introductions.repository import IntroductionReadings
from app.introductions.service import AnsweringService, AskingService
from app.policy import Action, allowed

ReadIntroductions = Annotated[
    IntroductionReadings, allowed(IntroductionReadings, Action.INTRODUCTION_READ)
]
AskForIntroduction = Annotated[
    AskingService, allowed(AskingService, Action.INTRODUCTION_ASK, once=True)
]
AnswerInquiry = Annotated[AnsweringService, allowed(AnsweringService, Action.INTRODUCTION_ANSWER)]
