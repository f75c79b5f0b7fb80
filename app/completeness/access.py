"""Who gets what of completeness."""

from typing import Annotated

from app.completeness.repository import CompletenessReadings
from app.policy import Action, allowed

ReadCompleteness = Annotated[
    CompletenessReadings, allowed(CompletenessReadings, Action.COMPLETENESS_READ)
]
