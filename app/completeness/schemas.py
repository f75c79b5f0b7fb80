"""What completeness looks like on the wire."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from app.scalars import View
from app.vocabulary import SubmissionState

NOT_STARTED: Final = "not_started"


class RoundReference(View):
    """A round, by its id alone."""

    id: UUID


class Progress(StrEnum):
    """Where a district stands in a round: the state of its submission, or that there is none."""

    NOT_STARTED = NOT_STARTED
    DRAFT = SubmissionState.DRAFT.value
    ATTESTED = SubmissionState.ATTESTED.value
    LOCKED = SubmissionState.LOCKED.value
    WITHDRAWN = SubmissionState.WITHDRAWN.value


class CompletenessView(View):
    """How far a district has come: counts of items, and never what it answered."""

    district_id: UUID
    name: str
    state: Progress
    items_answered: int
    items_total: int


class CompletenessSummary(View):
    """How many districts are invited to a round, and how many of them stand where."""

    invited: int
    not_started: int
    draft: int
    attested: int
    locked: int
    withdrawn: int
