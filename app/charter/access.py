"""Who reads the charter: anybody, for who fears exposure reads it before joining."""

from typing import Annotated

from app.charter.repository import CharterReadings
from app.policy import Action, allowed

ReadCharter = Annotated[CharterReadings, allowed(CharterReadings, Action.CHARTER_READ)]
