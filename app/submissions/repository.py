"""The statements about submissions."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.districts.models import Departure, District
from app.instruments.models import Item
from app.lifecycles import SUBMISSION
from app.paging import Page, Wanted
from app.policy import Grant, Listing, Made, Reading
from app.problems import NotFound
from app.rendered import Rendered
from app.rounds.models import Round
from app.submissions.models import Answer, DistrictKey, Submission, Withdrawal
from app.submissions.own_keys import KEYS
from app.submissions.schemas import AnswerView, ProgressView, SubmissionView, WithdrawalView
from app.submissions.sealed_rows import (
    PastAnswer,
    Question,
    SealedAnswer,
    SealedWithdrawal,
)
from app.submissions.seals import OwnSeal
from app.submissions.shown import shown
from app.vocabulary import DepartureState, DistrictState

QUESTIONS = Reading(
    select(Round.stage, Item.id, Item.code, Item.kind)
    .join(Item, Item.instrument_id == Round.instrument_id)
    .where(Round.id == bindparam("round_id"))
    .order_by(Item.position),
    Question,
)
PROGRESS = Reading(
    select(
        Submission.round_id,
        Submission.district_id,
        Submission.state,
        Submission.revision,
        Submission.attested_revision,
        Submission.attested_by,
        Submission.attested_at,
        Submission.withdrawn_at,
        Submission.items_answered,
        Submission.version,
    ).where(
        Submission.round_id == bindparam("round_id"),
        Submission.district_id == bindparam("district_id"),
    ),
    ProgressView,
)
OWN_ANSWERS = (
    Answer.round_id == bindparam("round_id"),
    Answer.district_id == bindparam("district_id"),
)
OF_ANSWER = (
    Answer.id,
    Answer.item_id,
    Answer.version,
    Answer.revision,
    Answer.key_version,
    Answer.sealed,
    Answer.entered_by,
    Answer.entered_at,
)
NEWEST = Reading(
    select(*OF_ANSWER)
    .where(*OWN_ANSWERS)
    .ext(distinct_on(Answer.item_id))
    .order_by(Answer.item_id, Answer.version.desc()),
    SealedAnswer,
)
HISTORY = Listing(
    select(*OF_ANSWER, Item.code.label("item"), Item.kind)
    .join(Item, Item.id == Answer.item_id)
    .where(*OWN_ANSWERS),
    PastAnswer,
    by=[Answer.entered_at, Answer.id],
    filters={"item": Item.code},
    never_null=["item"],
)
WITHDRAWALS = Reading(
    select(
        Withdrawal.id,
        Withdrawal.revision,
        Withdrawal.key_version,
        Withdrawal.sealed,
        Withdrawal.withdrawn_by,
        Withdrawal.withdrawn_at,
    )
    .join(Submission, Submission.id == Withdrawal.submission_id)
    .where(
        Submission.round_id == bindparam("round_id"),
        Withdrawal.district_id == bindparam("district_id"),
    )
    .order_by(Withdrawal.id),
    SealedWithdrawal,
)
PAGE: TypeAdapter[list[AnswerView]] = TypeAdapter(list[AnswerView])


class SubmissionReadings:
    """A district's own submission, opened for its own readers."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant
        self._reader = grant.reader

    async def get(self, round_id: UUID, district_id: UUID) -> SubmissionView:
        """Open the newest answer to each item, or raise ``NotFound``."""
        questions = await self._questions(round_id, district_id)
        place: dict[str, Any] = {"round_id": round_id, "district_id": district_id}
        seal = await self._seal(district_id)
        progress = await self._reader.row(PROGRESS, **place)
        newest = {each.item_id: each for each in await self._reader.rows(NEWEST, **place)}
        told = progress or ProgressView(**BEGUN, **place)
        return SubmissionView(
            **dict(told),
            stage=questions[0].stage,
            answers=[
                shown(seal, round_id, each.code, each.kind, newest[each.id])
                for each in questions
                if each.id in newest
            ],
            missing=[each.code for each in questions if each.id not in newest],
            withdrawals=[
                WithdrawalView(
                    **each.model_dump(include=set(WithdrawalView.model_fields)),
                    reason=seal.open_reason(each.sealed, each.key_version, each.id),
                )
                for each in await self._reader.rows(WITHDRAWALS, **place)
            ],
        )

    async def history(
        self,
        round_id: UUID,
        district_id: UUID,
        wanted: Wanted,
        *,
        item: Sequence[str] | None,
    ) -> Rendered[Page[AnswerView]]:
        """Open every version in the order they were entered, or raise ``NotFound``."""
        await self._questions(round_id, district_id)
        seal = await self._seal(district_id)

        def opened(rows: list[PastAnswer]) -> list[AnswerView]:
            return [shown(seal, round_id, each.item, each.kind, each) for each in rows]

        return await self._reader.page(
            HISTORY,
            wanted,
            only={"item": item},
            made=Made(PAGE, AnswerView, opened),
            round_id=round_id,
            district_id=district_id,
        )

    async def _questions(self, round_id: UUID, district_id: UUID) -> list[Question]:
        """Find the items of a round; the answer to a district out of reach is that of none."""
        questions = await self._reader.rows(QUESTIONS, round_id=round_id)
        if not questions or district_id not in self._grant.reach.districts:
            raise NotFound
        return questions

    async def _seal(self, district_id: UUID) -> OwnSeal:
        """Fetch what opens the district's answers."""
        keys = await self._reader.rows(KEYS, district_id=district_id)
        return OwnSeal(self._grant.keys, district_id, {key.version: key.wrapped for key in keys})


BEGUN: Mapping[str, Any] = {
    "state": SUBMISSION.first,
    "revision": 1,
    "attested_revision": None,
    "attested_by": None,
    "attested_at": None,
    "withdrawn_at": None,
    "items_answered": 0,
    "version": 0,
}
"""What a submission is before its first answer."""


class SubmissionRepository:
    """Submissions as they are written, within the reach of a grant."""

    def __init__(self, grant: Grant) -> None:
        self._session = grant.session

    async def round(self, round_id: UUID) -> tuple[Round, list[Item]] | None:
        """Find a round and the items of its instrument."""
        found = await self._session.execute(
            select(Round, Item)
            .join(Item, Item.instrument_id == Round.instrument_id)
            .where(Round.id == round_id)
            .order_by(Item.position)
        )
        rows = found.all()
        return (rows[0][0], [row[1] for row in rows]) if rows else None

    async def standing(self, district_id: UUID) -> tuple[DistrictState, datetime | None]:
        """Say where a district within reach stands, and until when it is held as it leaves."""
        found = await self._session.execute(
            select(District.standing, Departure.held_until)
            .outerjoin(
                Departure,
                (Departure.district_id == District.id) & (Departure.state == DepartureState.HELD),
            )
            .where(District.id == district_id)
        )
        standing, held_until = found.one()
        return standing, held_until

    async def submission(self, round_id: UUID, district_id: UUID) -> Submission | None:
        """Find a district's submission to a round."""
        found: Submission | None = await self._session.scalar(
            select(Submission).where(
                Submission.round_id == round_id, Submission.district_id == district_id
            )
        )
        return found

    async def newest(self, round_id: UUID, district_id: UUID) -> dict[UUID, Answer]:
        """Find the newest version of the answer to each item."""
        found = await self._session.scalars(
            select(Answer)
            .where(Answer.round_id == round_id, Answer.district_id == district_id)
            .ext(distinct_on(Answer.item_id))
            .order_by(Answer.item_id, Answer.version.desc())
        )
        return {answer.item_id: answer for answer in found}

    async def keys(self, district_id: UUID) -> dict[int, bytes]:
        """Find the district's data keys, wrapped, by version."""
        found = await self._session.execute(
            select(DistrictKey.version, DistrictKey.wrapped).where(
                DistrictKey.district_id == district_id
            )
        )
        return {row.version: row.wrapped for row in found}

    def add(self, row: Submission | Answer | Withdrawal | DistrictKey) -> None:
        """Keep a new row."""
        self._session.add(row)

    async def save(self) -> None:
        """Write what changed."""
        await self._session.flush()

    def savepoint(self) -> AbstractAsyncContextManager[Any]:
        """Let one row of a batch fail without the others."""
        return self._session.begin_nested()
