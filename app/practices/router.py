"""The endpoints of the directory of practices."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from app.paging import SORT, Asked, Fields, Page
from app.practices.access import ReadPractices, TellPractice, WithdrawPractice
from app.practices.schemas import PracticeContent, PracticeOrder, PracticeView
from app.rendered import Rendered
from app.scalars import Code, Id
from app.wire.route import Route

router = APIRouter(prefix="/v1", tags=["sharing"], route_class=Route)


@router.get("/practices")
async def list_practices(
    practices: ReadPractices,
    asked: Asked,
    sort: Annotated[PracticeOrder | None, Query(description=SORT)] = None,
    topic: Annotated[list[Code] | None, Query(max_length=60, description="Topics.")] = None,
    district_id: Annotated[list[Id] | None, Query(max_length=60, description="Members.")] = None,
) -> Rendered[Page[PracticeView]]:
    """Look up who does this: the practices of members that opted in, by title.

    It lists what members tell of themselves, and says nothing of who tells nothing.
    """
    return await practices.page(asked, sort, topic=topic, district_id=district_id)


@router.get("/practices/{practice_id}")
async def get_practice(
    practice_id: Id, practices: ReadPractices, fields: Fields = None
) -> Rendered[PracticeView]:
    """Read one practice; send its ETag back in If-None-Match to be told 304 while it stands.

    One that was taken back is there for its own district alone.
    """
    return await practices.get(practice_id, fields)


@router.put("/districts/{district_id}/practices/{code}", responses={201: {"model": PracticeView}})
async def put_practice(
    district_id: Id, code: Code, content: PracticeContent, practices: TellPractice
) -> Rendered[PracticeView]:
    """Tell the members what your district does (201), or replace what was told (200).

    What is there is replaced only for who sends its ETag in If-Match, and stays on its topic. Your
    district counts as known in the items of the topic that ask what is done, figures apart; refused
    by DR-11 where that would expose others.
    """
    return await practices.put(district_id, code, content)


@router.post(
    "/districts/{district_id}/practices/{code}/withdraw", status_code=status.HTTP_204_NO_CONTENT
)
async def withdraw_practice(district_id: Id, code: Code, practices: WithdrawPractice) -> None:
    """Take a practice of your district off the list; put it again to list it again."""
    await practices.withdraw(district_id, code)
