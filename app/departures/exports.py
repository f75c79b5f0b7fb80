"""All that a district ever answered, opened by its own seal."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import bindparam, select

from app.departures.schemas import (
    ExportedAnswer,
    ExportedWithdrawal,
    SealedExport,
    SealedExportOfWithdrawal,
)
from app.instruments.models import Item
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Made
from app.rendered import Rendered
from app.rounds.models import Round
from app.submissions.models import Answer, Submission, Withdrawal
from app.submissions.own_keys import KEYS
from app.submissions.seals import OwnSeal
from app.submissions.shown import shown

Sealed = TypeVar("Sealed", bound=BaseModel)
Opened = TypeVar("Opened", bound=BaseModel)

ANSWERS = Listing(
    select(
        Answer.id,
        Answer.item_id,
        Answer.version,
        Answer.revision,
        Answer.key_version,
        Answer.sealed,
        Answer.entered_by,
        Answer.entered_at,
        Answer.round_id,
        Item.code.label("item"),
        Item.kind,
        Item.prompt.label("question"),
        Round.title.label("round"),
        Round.period,
    )
    .join(Item, Item.id == Answer.item_id)
    .join(Round, Round.id == Answer.round_id)
    .where(Answer.district_id == bindparam("district_id")),
    SealedExport,
    by=[Answer.id],
    never_null=["item", "question", "round"],
)
WITHDRAWALS = Listing(
    select(
        Withdrawal.id,
        Withdrawal.revision,
        Withdrawal.key_version,
        Withdrawal.sealed,
        Withdrawal.withdrawn_by,
        Withdrawal.withdrawn_at,
        Submission.round_id,
        Round.title.label("round"),
    )
    .join(Submission, Submission.id == Withdrawal.submission_id)
    .join(Round, Round.id == Submission.round_id)
    .where(Withdrawal.district_id == bindparam("district_id")),
    SealedExportOfWithdrawal,
    by=[Withdrawal.id],
    never_null=["round"],
)


class ExportReadings:
    """Everything that is sealed of a district, for its own superintendent and stewards."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._reader = grant.reader

    async def answers(self, district_id: UUID, wanted: Wanted) -> Rendered[Page[ExportedAnswer]]:
        """Open every version of every answer, in the order they were entered."""
        seal = await self._seal(district_id)

        def opened(row: SealedExport) -> ExportedAnswer:
            answer = shown(seal, row.round_id, row.item, row.kind, row)
            told = {name: getattr(row, name) for name in ("round_id", "round", "period")}
            return ExportedAnswer(**dict(answer), **told, question=row.question)

        return await self._page(ANSWERS, wanted, district_id, ExportedAnswer, opened)

    async def withdrawals(
        self, district_id: UUID, wanted: Wanted
    ) -> Rendered[Page[ExportedWithdrawal]]:
        """Open why the district took its answers out of rounds, in the order it did."""
        seal = await self._seal(district_id)

        def opened(row: SealedExportOfWithdrawal) -> ExportedWithdrawal:
            kept = row.model_dump(include=set(ExportedWithdrawal.model_fields))
            reason = seal.open_reason(row.sealed, row.key_version, row.id)
            return ExportedWithdrawal(**kept, reason=reason)

        return await self._page(WITHDRAWALS, wanted, district_id, ExportedWithdrawal, opened)

    async def _page(
        self,
        listing: Listing[Sealed],
        wanted: Wanted,
        district_id: UUID,
        view: type[Opened],
        opened: Callable[[Sealed], Opened],
    ) -> Rendered[Page[Opened]]:
        """Read a page and open each of its rows."""
        rows: TypeAdapter[list[Opened]] = TypeAdapter(list[view])  # type: ignore[valid-type]  # a class is a type

        def every(sealed: list[Sealed]) -> list[Opened]:
            return [opened(each) for each in sealed]

        made = Made(rows, view, every)
        return await self._reader.page(listing, wanted, made=made, district_id=district_id)

    async def _seal(self, district_id: UUID) -> OwnSeal:
        """Fetch what opens the district's answers, or raise ``NotFound`` out of reach."""
        self._grant.reach.require_own(district_id)
        keys = await self._reader.rows(KEYS, district_id=district_id)
        return OwnSeal(self._grant.keys, district_id, {key.version: key.wrapped for key in keys})
