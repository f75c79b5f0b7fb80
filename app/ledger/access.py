"""Who reads the ledger: the auditor all of it, a district its own, every member the chain."""

from typing import Annotated

from app.ledger.repository import ChainReadings, DistrictLedgerReadings, LedgerReadings
from app.policy import Action, allowed

ReadLedger = Annotated[LedgerReadings, allowed(LedgerReadings, Action.LEDGER_READ)]
ReadDistrictLedger = Annotated[
    DistrictLedgerReadings, allowed(DistrictLedgerReadings, Action.DISTRICT_LEDGER_READ)
]
ReadChain = Annotated[ChainReadings, allowed(ChainReadings, Action.CHECKPOINT_READ)]
