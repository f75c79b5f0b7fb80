"""Who asks what they may do."""

from typing import Annotated

from app.explaining.repository import Explanations
from app.policy import Action, allowed

Explain = Annotated[Explanations, allowed(Explanations, Action.CHARTER_EXPLAIN)]
