"""The endpoints of submissions: a district's confidential answers to a round."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from app.paging import Asked, Page
from app.rendered import Rendered
from app.scalars import Code
from app.submissions.access import (
    AttestSubmission,
    EnterAnswer,
    EnterAnswers,
    ReadSubmission,
    WithdrawSubmission,
)
from app.submissions.schemas import (
    AnswerDraft,
    AnswerEntry,
    AnswerView,
    ProgressView,
    SubmissionView,
    WithdrawalDraft,
)
from app.wire.batch import Batch, BatchResult
from app.wire.route import Route
from app.wire.rows import rows_of

MOST_ROWS = 500

router = APIRouter(
    prefix="/v1/rounds/{round_id}/districts/{district_id}", tags=["submissions"], route_class=Route
)


@router.get("/submission")
async def get_submission(
    round_id: UUID, district_id: UUID, submissions: ReadSubmission
) -> SubmissionView:
    """Read the answers of your own district, the newest to each item, and what is still missing.

    Nobody reads another district's: it looks as if it were not there (TR-04, TR-05). Before the
    first answer the submission is an empty draft of version 0.
    """
    return await submissions.get(round_id, district_id)


@router.get("/submission/history")
async def list_answer_history(
    round_id: UUID,
    district_id: UUID,
    submissions: ReadSubmission,
    *,
    asked: Asked,
    item: Annotated[
        list[Code] | None, Query(max_length=60, description="Codes of the items to list.")
    ] = None,
) -> Rendered[Page[AnswerView]]:
    """List every version of your own district's answers, in the order they were entered."""
    return await submissions.history(round_id, district_id, asked, item=item)


@router.put("/answers/{item_code}", responses={201: {"model": AnswerView}})
async def enter_answer(
    round_id: UUID,
    district_id: UUID,
    item_code: Code,
    submissions: EnterAnswer,
    *,
    draft: AnswerDraft,
    response: Response,
) -> AnswerView:
    """Enter the answer of your own district to one item (201), or correct it (200).

    A correction is a new version. Whoever says the same again changes nothing. While the round is
    in review a correction gives its reason (TR-21), and takes effect when it is attested. Answers
    of a district that is not an active member, a paused one say, are refused (409, TR-21).
    """
    answer, new = await submissions.enter(round_id, district_id, item_code, draft)
    response.status_code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
    return answer


@router.post("/answers/batch")
async def enter_answers(
    round_id: UUID,
    district_id: UUID,
    submissions: EnterAnswers,
    batch: Annotated[Batch[AnswerEntry], rows_of(AnswerEntry, limit=MOST_ROWS)],
) -> BatchResult:
    """Enter or correct many answers of your own district, as JSON or CSV; each item once.

    A row that says what is there already is told as `updated`, and makes no new version.
    """
    return await submissions.enter_all(round_id, district_id, batch)


@router.post("/submission/attest")
async def attest_submission(
    round_id: UUID, district_id: UUID, submissions: AttestSubmission
) -> ProgressView:
    """Attest your own district's answers as they are now.

    Each item needs an answer, or a status that says why there is none; else a 409 lists the codes
    of those that have neither. Later corrections count when they are attested in turn. Only an
    active member attests (TR-21).
    """
    return ProgressView.model_validate(await submissions.attest(round_id, district_id))


@router.post("/submission/withdraw")
async def withdraw_submission(
    round_id: UUID, district_id: UUID, draft: WithdrawalDraft, submissions: WithdrawSubmission
) -> ProgressView:
    """Take your own district's answers out of a round that is not locked yet.

    They take part in nothing. Entering an answer again begins a new draft from what is there.
    """
    submission = await submissions.withdraw(round_id, district_id, draft.reason)
    return ProgressView.model_validate(submission)
