"""Ways through the HTTP API to a state that a test starts from; nothing here goes around it."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.vocabulary import Role

Caller = Callable[..., AsyncClient]
NUMBERS = count(1)

RATIO = {
    "code": "students-per-teacher",
    "prompt": "How many students are there for each teacher?",
    "kind": "quantitative",
    "unit": "students per teacher",
    "numerator": "students",
    "denominator": "teachers",
    "decimals": 1,
    "lowest": 1,
    "highest": 60,
}
PLAIN = {
    "code": "expenditure",
    "prompt": "What is spent for each student?",
    "kind": "quantitative",
    "unit": "USD per student",
    "decimals": 0,
}
RUBRIC = {
    "code": "advisory",
    "prompt": "How far has the advisory program come?",
    "kind": "rubric",
    "options": ["not begun", "planned", "in some schools", "in all schools"],
}
CHOICE = {
    "code": "who-coaches",
    "prompt": "Who coaches new teachers?",
    "kind": "choice",
    "options": ["a colleague", "the principal", "nobody"],
}
YES_NO = {"code": "survey", "prompt": "Are students asked each year?", "kind": "yes_no"}
NARRATIVE = {"code": "learned", "prompt": "What was learned?", "kind": "narrative"}
EVERY_KIND = (RATIO, PLAIN, RUBRIC, CHOICE, YES_NO, NARRATIVE)


def told(answer: Response, status: int) -> Any:
    """Give the body of an answer that has to have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


async def a_meeting(as_: Caller, **changes: Any) -> dict[str, Any]:
    """A meeting of the members."""
    draft = {"title": "Spring meeting", "held_on": "2018-04-25"} | changes
    return told(await as_(Role.CONSORTIUM_ADMIN).post("/v1/meetings", json=draft), 201)


async def proposed_topic(as_: Caller, **changes: Any) -> dict[str, Any]:
    """A topic that no meeting has adopted yet."""
    draft = {
        "code": f"topic-{next(NUMBERS)}",
        "title": "Time with adults",
        "kind": "context",
        "student_question": "Do students meet adults who have the time to know them?",
    } | changes
    return told(await as_(Role.ANALYST).post("/v1/topics", json=draft), 201)


async def put_motion(as_: Caller, *, held_on: str = "2018-04-25", **draft: Any) -> dict[str, Any]:
    """A motion before a meeting of its own, not decided."""
    meeting = await a_meeting(as_, held_on=held_on)
    path = f"/v1/meetings/{meeting['id']}/motions"
    draft = {"wording": "To do as is written here."} | draft
    return told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=draft), 201)


async def adopted_motion(as_: Caller, **draft: Any) -> dict[str, Any]:
    """A motion that a meeting carried."""
    motion = await put_motion(as_, **draft)
    vote = {"votes_for": 9, "votes_against": 2, "abstentions": 1}
    path = f"/v1/motions/{motion['id']}/adopt"
    return told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=vote), 200)


async def adopted_topic(as_: Caller, **changes: Any) -> dict[str, Any]:
    """A topic that a meeting has adopted."""
    topic = await proposed_topic(as_, **changes)
    await adopted_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    return told(await as_(Role.ANALYST).get(f"/v1/topics/{topic['id']}"), 200)


async def an_instrument(
    as_: Caller,
    *items: dict[str, Any],
    topic_id: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """An instrument; items without a topic are on ``topic_id``, or on one that is adopted."""
    asked = items or EVERY_KIND
    if topic_id is None and not all({"topic_id", "topic_code"} & item.keys() for item in asked):
        topic_id = (await adopted_topic(as_))["id"]
    placed = [
        item if {"topic_id", "topic_code"} & item.keys() else item | {"topic_id": topic_id}
        for item in asked
    ]
    draft = {"code": f"instrument-{next(NUMBERS)}", "title": "School resources", "items": placed}
    return told(await as_(Role.ANALYST).post("/v1/instruments", json=draft | changes), 201)


async def scheduled_round(
    as_: Caller,
    *,
    instrument: dict[str, Any] | None = None,
    groups: Sequence[tuple[str, str, Sequence[UUID]]] = (),
    review_days: int | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A round that has not opened, with peer groups of (basis, name, districts).

    ``review_days`` is adopted by a meeting: 0 lets the round be locked as soon as it is in review.
    """
    if instrument is None:
        instrument = await an_instrument(as_)
    draft = {
        "title": "School resources 2026-27",
        "topic_id": instrument["items"][0]["topic_id"],
        "instrument_id": instrument["id"],
        "period": "2026-27",
    } | changes
    if review_days is not None:
        motion = await adopted_motion(as_, kind="set_review_days", review_days=review_days)
        draft["review_motion_id"] = motion["id"]
    scheduled = told(await as_(Role.ANALYST).post("/v1/rounds", json=draft), 201)
    if groups:
        await fixed_groups(as_, scheduled["id"], groups)
    return scheduled


async def fixed_groups(
    as_: Caller, round_id: str, groups: Sequence[tuple[str, str, Sequence[UUID]]]
) -> list[dict[str, Any]]:
    """Peer groups of a round, of (basis, name, districts), in their order."""
    drafts = [
        {"basis": basis, "name": name, "district_ids": [str(each) for each in districts]}
        for basis, name, districts in groups
    ]
    answer = await as_(Role.ANALYST).post(
        f"/v1/rounds/{round_id}/peer-groups/batch",
        json={"groups": drafts},
        headers={"Idempotency-Key": str(uuid4())},
    )
    return told(answer, 201)["groups"]


async def step(as_: Caller, round_id: str, *verbs: str) -> dict[str, Any]:
    """The round after these steps, each of which has to be taken."""
    for verb in verbs:
        moved = told(await as_(Role.ANALYST).post(f"/v1/rounds/{round_id}/{verb}"), 200)
    return moved


async def open_round(as_: Caller, **how: Any) -> dict[str, Any]:
    """A round that takes answers; ``how`` is as for ``scheduled_round``."""
    return await step(as_, (await scheduled_round(as_, **how))["id"], "open")


async def locked_round(as_: Caller, **how: Any) -> dict[str, Any]:
    """A round that was locked with nothing answered in it, after a review of no days."""
    return await step(
        as_, (await open_round(as_, review_days=0, **how))["id"], "close", "review", "lock"
    )


async def ledger_of(
    owner: AsyncEngine, subject: str | None
) -> list[tuple[str, str, str | None, Any]]:
    """What the ledger says of a subject, in order: action, outcome, rule, detail."""
    told = text(
        "select action, outcome, rule, detail from ledger where subject is not distinct from :subject order by id"
    )
    async with owner.connect() as connection:
        rows = await connection.execute(told, {"subject": subject})
        return [tuple(row) for row in rows]
