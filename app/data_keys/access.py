"""Who gets what of data keys and master keys."""

from typing import Annotated

from app.data_keys.masters import MasterKeyService
from app.data_keys.repository import DataKeyReadings
from app.data_keys.service import DataKeyService
from app.policy import Action, allowed, operated

ReadDataKeys = Annotated[DataKeyReadings, allowed(DataKeyReadings, Action.DATA_KEY_READ)]
RotateDataKey = Annotated[DataKeyService, allowed(DataKeyService, Action.DATA_KEY_ROTATE)]

rotating_masters_as_operator = operated(MasterKeyService, Action.MASTER_KEY_ROTATE)
rewrapping_as_operator = operated(MasterKeyService, Action.DATA_KEY_REWRAP)
forgetting_masters_as_operator = operated(MasterKeyService, Action.MASTER_KEY_FORGET)
