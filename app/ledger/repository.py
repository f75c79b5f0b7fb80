"""The statements about the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, bindparam, case, func, literal, or_, select

from app.ledger.schemas import (
    CheckpointView,
    DistrictLedgerEntryView,
    LedgerBatchView,
    LedgerEntryView,
    LedgerOrder,
    SealedEntryView,
    UnsealedEntryView,
)
from app.paging import Page, Wanted
from app.policy import Action, Grant, Listing, Reading
from app.policy.actions import WHO_MAY
from app.policy.audit import LedgerEntry
from app.policy.custody import took_part
from app.policy.witness import LedgerBatch, LedgerCheckpoint, LedgerSeal
from app.problems import NotFound
from app.rendered import Rendered
from app.submissions.models import Submission
from app.vocabulary import CONSORTIUM_ROLES, LedgerOutcome

EVERY_ENTRY = tuple(getattr(LedgerEntry, name) for name in LedgerEntryView.model_fields)
ENTRIES = Listing(
    select(*EVERY_ENTRY),
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
OWN: Final = bindparam("own", type_=ARRAY(Uuid()))
OF_MEMBERS: Final = [
    action.value
    for action, who in WHO_MAY.items()
    if action.opens_vault and who and not who & CONSORTIUM_ROLES
]
"""What members have the vault do for themselves."""
ANOTHERS: Final = and_(
    LedgerEntry.district_id.is_(None),
    LedgerEntry.action == any_(literal(OF_MEMBERS, ARRAY(Text()))),
)
WHO: Final = tuple(
    case((ANOTHERS, None), else_=column).label(column.key)
    for column in (LedgerEntry.account_id, LedgerEntry.key_id, LedgerEntry.request_id)
)
"""A member is not named to the others that had an opening in common: it may ask for a meeting, or
say yes to one, or show something to somebody, and only who it names is to know (TR-26, TR-27)."""
WHAT: Final = tuple(
    getattr(LedgerEntry, name)
    for name in LedgerEntryView.model_fields
    if name not in {column.key for column in WHO}
)
OF_DISTRICT = Listing(
    select(*WHAT, *WHO, LedgerSeal.batch, LedgerSeal.position)
    .outerjoin(LedgerSeal, LedgerSeal.entry_id == LedgerEntry.id)
    .where(
        or_(LedgerEntry.district_id == any_(OWN), took_part(LedgerEntry, Submission, OWN)),
    ),
    DistrictLedgerEntryView,
    by=[LedgerEntry.at, LedgerEntry.id],
    filters={"action": LedgerEntry.action, "outcome": LedgerEntry.outcome},
    since={"at_gte": LedgerEntry.at},
    sorts={"at": LedgerEntry.at},
)
BATCHES = Listing(
    select(*(getattr(LedgerBatch, name) for name in LedgerBatchView.model_fields)),
    LedgerBatchView,
    by=[LedgerBatch.number],
    sorts={"number": LedgerBatch.number},
)
CHECKPOINT = select(*(getattr(LedgerCheckpoint, name) for name in CheckpointView.model_fields))
CHECKPOINTS = Listing(
    CHECKPOINT,
    CheckpointView,
    by=[LedgerCheckpoint.batch],
    sorts={"batch": LedgerCheckpoint.batch},
)
LATEST = Reading(CHECKPOINT.order_by(LedgerCheckpoint.batch.desc()).limit(1), CheckpointView)
TEXT = func.ledger_text(*(column for column in LedgerEntry.__table__.columns), type_=Text())
SEALED = Listing(
    select(
        LedgerSeal.batch,
        LedgerSeal.position,
        LedgerSeal.entry_id,
        LedgerSeal.digest,
        TEXT.label("text"),
    ).outerjoin(LedgerEntry, LedgerEntry.id == LedgerSeal.entry_id),
    SealedEntryView,
    by=[LedgerSeal.batch, LedgerSeal.position],
)
UNSEALED = Listing(
    select(LedgerEntry.id, LedgerEntry.at, TEXT.label("text"))
    .outerjoin(LedgerSeal, LedgerSeal.entry_id == LedgerEntry.id)
    .where(LedgerSeal.entry_id.is_(None)),
    UnsealedEntryView,
    by=[LedgerEntry.at, LedgerEntry.id],
    never_null=["text"],
)


class LedgerReadings:
    """The ledger as it was written, and as it was sealed."""

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

    async def sealed(self, wanted: Wanted) -> Rendered[Page[SealedEntryView]]:
        """List what was sealed, in the order of the chain."""
        return await self._reader.page(SEALED, wanted)

    async def unsealed(self, wanted: Wanted) -> Rendered[Page[UnsealedEntryView]]:
        """List what no batch has taken, the oldest first."""
        return await self._reader.page(UNSEALED, wanted)


class DistrictLedgerReadings:
    """The ledger as a district sees it: what concerns its data and its rights (TR-07)."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader
        self._reach = grant.reach

    async def page(
        self,
        district_id: UUID,
        wanted: Wanted,
        sort: LedgerOrder | None,
        *,
        since: datetime | None,
        action: Sequence[Action] | None,
        outcome: Sequence[LedgerOutcome] | None,
    ) -> Rendered[Page[DistrictLedgerEntryView]]:
        """List entries by their time, or raise ``NotFound`` for a district out of reach."""
        self._reach.require(district_id)
        only = {"action": action, "outcome": outcome, "at_gte": since}
        return await self._reader.page(OF_DISTRICT, wanted, sort=sort, only=only, own=[district_id])


class ChainReadings:
    """The chain as every member sees it: hashes and signatures, and no entry."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader

    async def batches(self, wanted: Wanted, sort: str | None) -> Rendered[Page[LedgerBatchView]]:
        """List the batches, the first one first unless sorted otherwise."""
        return await self._reader.page(BATCHES, wanted, sort=sort)

    async def checkpoints(self, wanted: Wanted, sort: str | None) -> Rendered[Page[CheckpointView]]:
        """List the checkpoints, the first one first unless sorted otherwise."""
        return await self._reader.page(CHECKPOINTS, wanted, sort=sort)

    async def latest(self) -> Rendered[CheckpointView]:
        """Find the last checkpoint, or raise ``NotFound`` before there is one."""
        found = await self._reader.one(LATEST)
        if found is None:
            raise NotFound
        return found
