"""Who gets what of links and of what they fill in."""

from typing import Annotated

from app.links.repository import LinkReadings, PrefillReadings
from app.links.service import LinkService
from app.policy import Action, allowed

ReadLinks = Annotated[LinkReadings, allowed(LinkReadings, Action.LINK_READ)]
ReadLink = Annotated[LinkReadings, allowed(LinkReadings, Action.LINK_READ, match=True)]
KeepLink = Annotated[LinkService, allowed(LinkService, Action.LINK_KEEP, match=True)]
ReadPrefill = Annotated[PrefillReadings, allowed(PrefillReadings, Action.PREFILL_READ)]
