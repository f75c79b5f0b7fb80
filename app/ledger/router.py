"""The endpoint of the ledger."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.ledger.access import ReadLedger
from app.ledger.schemas import LedgerEntryView, LedgerOrder
from app.paging import SORT, Asked, Page
from app.policy import Action
from app.rendered import Rendered
from app.scalars import Id, Instant
from app.vocabulary import LedgerOutcome
from app.wire.route import Route

router = APIRouter(prefix="/v1/ledger", tags=["ledger"], route_class=Route)


@router.get("")
async def list_ledger(
    ledger: ReadLedger,
    asked: Asked,
    sort: Annotated[LedgerOrder | None, Query(description=SORT)] = None,
    at_gte: Annotated[Instant | None, Query(description="Written at this time or later.")] = None,
    action: Annotated[list[Action] | None, Query(max_length=100)] = None,
    outcome: Annotated[list[LedgerOutcome] | None, Query(max_length=2)] = None,
    district_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
    account_id: Annotated[list[Id] | None, Query(max_length=200)] = None,
) -> Rendered[Page[LedgerEntryView]]:
    """List what was done to confidential data and to rights, and what was refused, oldest first.

    An entry is written in the transaction it speaks of, and nobody can change it. A refusal beyond
    the hundredth of a caller within a minute is counted in `detail.unlisted`, not listed.
    """
    return await ledger.page(
        asked,
        sort,
        since=at_gte,
        action=action,
        outcome=outcome,
        district_id=district_id,
        account_id=account_id,
    )
