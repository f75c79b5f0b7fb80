"""Who gets what of submissions."""

from typing import Annotated

from app.policy import Action, allowed
from app.submissions.repository import SubmissionReadings
from app.submissions.service import SubmissionService

ReadSubmission = Annotated[SubmissionReadings, allowed(SubmissionReadings, Action.SUBMISSION_READ)]
EnterAnswer = Annotated[SubmissionService, allowed(SubmissionService, Action.SUBMISSION_ENTER)]
EnterAnswers = Annotated[
    SubmissionService, allowed(SubmissionService, Action.SUBMISSION_ENTER, once=True)
]
AttestSubmission = Annotated[
    SubmissionService, allowed(SubmissionService, Action.SUBMISSION_ATTEST)
]
WithdrawSubmission = Annotated[
    SubmissionService, allowed(SubmissionService, Action.SUBMISSION_WITHDRAW)
]
