"""Who reads the ledger: the auditor."""

from typing import Annotated

from app.ledger.repository import LedgerReadings
from app.policy import Action, allowed

ReadLedger = Annotated[LedgerReadings, allowed(LedgerReadings, Action.LEDGER_READ)]
