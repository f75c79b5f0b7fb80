"""Who follows the changes: the members of a district and the staff of the consortium."""

from typing import Annotated

from app.changes.repository import ChangeReadings
from app.policy import Action, allowed

ReadChanges = Annotated[ChangeReadings, allowed(ChangeReadings, Action.CHANGE_READ)]
