from uuid import UUID

import pytest
from conftest import NORTH
from paths import a_meeting, ledger_of, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
DRAFT = {"title": "Spring meeting", "held_on": "2026-04-25"}


async def test_a_recorded_meeting_is_whole(as_):
    answer = await as_(Role.CONSORTIUM_ADMIN).post("/v1/meetings", json=DRAFT)
    body = told(answer, 201)
    assert body == DRAFT | {"id": body["id"], "version": 1}
    assert answer.headers["location"] == f"/v1/meetings/{body['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(answer.headers["location"]), 200) == body


async def test_meetings_are_listed_by_the_day_they_are_held(as_):
    days = ["2026-10-03", "2026-04-25", "2027-04-24"]
    for day in days:
        await a_meeting(as_, held_on=day)
    body = told(await as_(Role.VIEWER, NORTH).get("/v1/meetings"), 200)
    assert [meeting["held_on"] for meeting in body["data"]] == sorted(days)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"held_on": "2026-02-30"}, ("/held_on", "no_such_date")),
        ({"held_on": None}, ("/held_on", "malformed")),
        ({"title": ""}, ("/title", "empty")),
        ({"minutes": "None."}, ("/minutes", "unknown_member")),
    ],
)
async def test_a_meeting_is_not_recorded_with_a_fault(as_, change, fault):
    body = told(await as_(Role.CONSORTIUM_ADMIN).post("/v1/meetings", json=DRAFT | change), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [fault]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.ANALYST, None), (Role.FACILITATOR, None), (Role.SUPERINTENDENT, NORTH)],
)
async def test_only_the_administration_of_the_consortium_records_a_meeting(as_, role, place):
    body = told(await as_(role, place).post("/v1/meetings", json=DRAFT), 403)
    assert body["rule"] == "TR-02"


async def test_a_meeting_that_is_not_there_is_not_found(as_):
    async with as_(Role.VIEWER, NORTH) as viewer:
        told(await viewer.get(f"/v1/meetings/{UUID(int=7)}"), 404)
        told(await viewer.get(f"/v1/meetings/{UUID(int=7)}/motions"), 404)


async def test_the_record_of_a_meeting_is_in_the_ledger(as_, owner):
    meeting = await a_meeting(as_)
    assert await ledger_of(owner, f"meeting:{meeting['id']}") == [
        ("meeting:record", "done", None, {"step": "record"})
    ]
