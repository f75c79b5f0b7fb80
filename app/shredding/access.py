"""Who shreds: the operator of the service alone."""

from app.policy import Action, operated
from app.shredding.service import Shredding

shredding_as_operator = operated(Shredding, Action.DISTRICT_SHRED)
