"""The statements about the ledger."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.ledger.schemas import LedgerEntryView, LedgerOrder
from app.paging import Page, Wanted
from app.policy import Action, Grant, Listing
from app.policy.audit import LedgerEntry
from app.rendered import Rendered
from app.vocabulary import LedgerOutcome

ENTRIES = Listing(
    select(
        LedgerEntry.id,
        LedgerEntry.at,
        LedgerEntry.account_id,
        LedgerEntry.key_id,
        LedgerEntry.action,
        LedgerEntry.outcome,
        LedgerEntry.rule,
        LedgerEntry.district_id,
        LedgerEntry.subject,
        LedgerEntry.detail,
        LedgerEntry.request_id,
    ),
    LedgerEntryView,
    by=[LedgerEntry.at, LedgerEntry.id],
    filters={
        "action": LedgerEntry.action,
        "outcome": LedgerEntry.outcome,
        "district_id": LedgerEntry.district_id,
        "account_id": LedgerEntry.account_id,
    },
    since={"at_gte": LedgerEntry.at},
    sorts={"at": LedgerEntry.at},
)


class LedgerReadings:
    """The ledger as it was written."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def page(
        self,
        wanted: Wanted,
        sort: LedgerOrder | None,
        *,
        since: datetime | None,
        action: Sequence[Action] | None,
        outcome: Sequence[LedgerOutcome] | None,
        district_id: Sequence[UUID] | None,
        account_id: Sequence[UUID] | None,
    ) -> Rendered[Page[LedgerEntryView]]:
        """List entries by their time, the oldest first unless sorted otherwise."""
        only = {
            "action": action,
            "outcome": outcome,
            "district_id": district_id,
            "account_id": account_id,
            "at_gte": since,
        }
        return await self._reader.page(ENTRIES, wanted, sort=sort, only=only)
