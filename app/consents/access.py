"""Who gets what of consents and of what they show."""

from typing import Annotated

from app.consents.repository import ConsentReadings
from app.consents.service import ConsentService, RevocationService, SharedAnswerService
from app.policy import Action, allowed

ReadConsents = Annotated[ConsentReadings, allowed(ConsentReadings, Action.CONSENT_READ)]
GiveConsent = Annotated[ConsentService, allowed(ConsentService, Action.CONSENT_GIVE)]
RevokeConsent = Annotated[RevocationService, allowed(RevocationService, Action.CONSENT_REVOKE)]
ReadSharedAnswers = Annotated[
    SharedAnswerService, allowed(SharedAnswerService, Action.SHARED_ANSWER_READ)
]
