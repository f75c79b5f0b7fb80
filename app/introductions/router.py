"""The endpoints of introductions."""

from fastapi import APIRouter, Response, status

from app.introductions.access import AnswerInquiry, AskForIntroduction, ReadIntroductions
from app.introductions.schemas import (
    InquiriesView,
    InquiryAnswer,
    IntroductionDraft,
    IntroductionsView,
    IntroductionView,
)
from app.scalars import Id
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["sharing"], route_class=Route)


@router.post("/districts/{district_id}/introductions", status_code=status.HTTP_201_CREATED)
async def ask_for_introduction(
    district_id: Id,
    draft: IntroductionDraft,
    introductions: AskForIntroduction,
    response: Response,
) -> IntroductionView:
    """Ask to meet members that answered an item in a certain way, such as a practice of theirs.

    Some of them, if there are any, are asked without your name. Who says yes appears in `met` with
    its contact, and is told yours. You are never told who declined, who stayed silent, how many
    were asked, or whether anybody was (TR-27).
    """
    asked = await introductions.ask(district_id, draft)
    response.headers["location"] = f"/v1/districts/{district_id}/introductions/{asked.id}"
    return asked


@router.get("/districts/{district_id}/introductions")
async def list_introductions(
    district_id: Id, introductions: ReadIntroductions
) -> IntroductionsView:
    """List what your district asked for and whom it met, the newest first, 200 at most."""
    return await introductions.introductions(district_id)


@router.get("/districts/{district_id}/introductions/{introduction_id}")
async def get_introduction(
    district_id: Id, introduction_id: Id, introductions: ReadIntroductions
) -> IntroductionView:
    """Read one of them; its `state` is told by the clock alone."""
    return await introductions.introduction(district_id, introduction_id)


@router.get("/districts/{district_id}/inquiries")
async def list_inquiries(district_id: Id, introductions: ReadIntroductions) -> InquiriesView:
    """List what your district is asked, without a name, the newest first, 200 at most."""
    return await introductions.inquiries(district_id)


@router.post("/inquiries/{inquiry_id}/answer", status_code=status.HTTP_204_NO_CONTENT)
async def answer_inquiry(inquiry_id: Id, answer: InquiryAnswer, inquiries: AnswerInquiry) -> None:
    """Say whether your district would meet who asks; it is answered once, and before it closes.

    With a yes each side is told the other's name and contact: you find theirs in the list of
    inquiries. With a no, nobody is told anything.
    """
    await inquiries.answer(inquiry_id, answer)
