"""Who gets what of keys: everyone their own, and who keeps a roster those of its accounts."""

from typing import Annotated

from app.keys.repository import KeyReadings
from app.keys.service import KeyService
from app.policy import Action, allowed, operated

ReadOwnKeys = Annotated[KeyReadings, allowed(KeyReadings, Action.OWN_KEY_READ)]
CreateOwnKey = Annotated[KeyService, allowed(KeyService, Action.OWN_KEY_CREATE)]
RotateOwnKey = Annotated[KeyService, allowed(KeyService, Action.OWN_KEY_ROTATE)]
RevokeOwnKey = Annotated[KeyService, allowed(KeyService, Action.OWN_KEY_REVOKE)]
ReadKeys = Annotated[KeyReadings, allowed(KeyReadings, Action.KEY_READ)]
CreateKey = Annotated[KeyService, allowed(KeyService, Action.KEY_CREATE)]
RotateKey = Annotated[KeyService, allowed(KeyService, Action.KEY_ROTATE)]
RevokeKey = Annotated[KeyService, allowed(KeyService, Action.KEY_REVOKE)]

rotating_as_operator = operated(KeyService, Action.KEY_ROTATE)
revoking_as_operator = operated(KeyService, Action.KEY_REVOKE)
