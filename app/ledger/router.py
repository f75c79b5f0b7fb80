"""The endpoints of the ledger."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from app.ledger.access import ReadChain, ReadDistrictLedger, ReadLedger
from app.ledger.schemas import (
    CheckpointView,
    DistrictLedgerEntryView,
    LedgerBatchView,
    LedgerEntryView,
    LedgerOrder,
    SealedEntryView,
    UnsealedEntryView,
)
from app.paging import SORT, Asked, Page
from app.policy import Action
from app.rendered import Rendered
from app.scalars import Id, Instant
from app.vocabulary import LedgerOutcome
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["ledger"], route_class=Route)
Order = Annotated[LedgerOrder | None, Query(description=SORT)]
Since = Annotated[Instant | None, Query(description="Written at this time or later.")]
Actions = Annotated[list[Action] | None, Query(max_length=100)]
Outcomes = Annotated[list[LedgerOutcome] | None, Query(max_length=2)]


@router.get("/ledger")
async def list_ledger(
    ledger: ReadLedger,
    asked: Asked,
    sort: Order = None,
    at_gte: Since = None,
    action: Actions = None,
    outcome: Outcomes = None,
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


@router.get("/ledger/sealed")
async def list_sealed_entries(ledger: ReadLedger, asked: Asked) -> Rendered[Page[SealedEntryView]]:
    """List every sealed entry in the order of the chain, with its text as it was hashed.

    With the batches this is all that `c34 audit verify` needs to recompute the chain offline. Ask
    for JSON Lines (`application/jsonl`), which has up to 10,000 on a page.
    """
    return await ledger.sealed(asked)


@router.get("/ledger/unsealed")
async def list_unsealed_entries(
    ledger: ReadLedger, asked: Asked
) -> Rendered[Page[UnsealedEntryView]]:
    """List the entries that no batch has taken: those of the last second or two.

    One that is older was put there past the service.
    """
    return await ledger.unsealed(asked)


@router.get("/ledger/batches")
async def list_ledger_batches(
    chain: ReadChain,
    asked: Asked,
    sort: Annotated[Literal["number", "-number"] | None, Query(description=SORT)] = None,
) -> Rendered[Page[LedgerBatchView]]:
    """List the batches in which the ledger is sealed: hashes and counts, and no entry.

    Every second all that was written is sealed in a batch, chained to the one before. Whoever has
    an account may follow the chain and compare it with the checkpoints it kept.
    """
    return await chain.batches(asked, sort)


@router.get("/ledger/checkpoints")
async def list_checkpoints(
    chain: ReadChain,
    asked: Asked,
    sort: Annotated[Literal["batch", "-batch"] | None, Query(description=SORT)] = None,
) -> Rendered[Page[CheckpointView]]:
    """List the signed checkpoints; there is one for each minute in which something was sealed."""
    return await chain.checkpoints(asked, sort)


@router.get("/ledger/checkpoints/latest")
async def get_latest_checkpoint(chain: ReadChain) -> Rendered[CheckpointView]:
    """Read the last checkpoint: keep it, for a chain alone does not show that its end was cut.

    `c34 audit verify --checkpoint` compares what you kept with what the ledger says later.
    """
    return await chain.latest()


@router.get("/districts/{district_id}/ledger")
async def list_district_ledger(
    district_id: Id,
    ledger: ReadDistrictLedger,
    asked: Asked,
    sort: Order = None,
    at_gte: Since = None,
    action: Actions = None,
    outcome: Outcomes = None,
) -> Rendered[Page[DistrictLedgerEntryView]]:
    """List the entries that concern a district's data or rights, the oldest first (TR-07).

    Those about a round are among them where the district answered in it: each opening of the vault
    and each release. They name no district, for they concern all that answered.
    """
    return await ledger.page(district_id, asked, sort, since=at_gte, action=action, outcome=outcome)
