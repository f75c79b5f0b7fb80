from uuid import UUID

import pytest
from conftest import NORTH
from paths import (
    PLAIN,
    adopted_motion,
    adopted_topic,
    an_instrument,
    ledger_of,
    proposed_topic,
    put_motion,
    scheduled_round,
    told,
)

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
NOT_YET = {
    "stage": "scheduled",
    "charter_version": None,
    "opened_at": None,
    "closed_at": None,
    "review_until": None,
    "locked_at": None,
    "published_at": None,
    "version": 1,
}
NOTHING = str(UUID(int=7))


async def a_draft(as_) -> dict:
    instrument = await an_instrument(as_, PLAIN)
    return {
        "title": "School resources",
        "topic_id": instrument["items"][0]["topic_id"],
        "instrument_id": instrument["id"],
        "period": "1998-99",
    }


async def test_a_scheduled_round_is_whole_and_gives_the_review_the_days_of_the_charter(as_):
    draft = await a_draft(as_)
    answer = await as_(Role.ANALYST).post("/v1/rounds", json=draft)
    body = told(answer, 201)
    known = {"id": body["id"], "review_motion_id": None, "review_days": 10}
    assert body == draft | NOT_YET | known
    assert answer.headers["location"] == f"/v1/rounds/{body['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(answer.headers["location"]), 200) == body


@pytest.mark.parametrize("days", [0, 3, 10])
async def test_a_meeting_says_how_long_the_review_of_a_round_lasts(as_, days):
    motion = await adopted_motion(as_, kind="set_review_days", review_days=days)
    draft = await a_draft(as_) | {"review_motion_id": motion["id"]}
    body = told(await as_(Role.ANALYST).post("/v1/rounds", json=draft), 201)
    assert (body["review_days"], body["review_motion_id"]) == (days, motion["id"])


async def test_a_motion_that_is_not_adopted_does_not_change_the_review(as_):
    motion = await put_motion(as_, kind="set_review_days", review_days=0)
    draft = await a_draft(as_) | {"review_motion_id": motion["id"]}
    body = told(await as_(Role.ANALYST).post("/v1/rounds", json=draft), 409)
    assert (body["code"], body["rule"]) == ("conflict", "TR-20")


async def test_a_rejected_motion_does_not_change_the_review(as_):
    motion = await put_motion(as_, kind="set_review_days", review_days=0)
    vote = {"votes_for": 1, "votes_against": 2}
    told(
        await as_(Role.CONSORTIUM_ADMIN).post(f"/v1/motions/{motion['id']}/reject", json=vote), 200
    )
    draft = await a_draft(as_) | {"review_motion_id": motion["id"]}
    body = told(await as_(Role.ANALYST).post("/v1/rounds", json=draft), 409)
    assert (body["code"], body["rule"]) == ("conflict", "TR-20")


async def test_a_motion_about_a_topic_does_not_change_the_review(as_):
    topic = await proposed_topic(as_)
    motion = await adopted_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    draft = await a_draft(as_) | {"review_motion_id": motion["id"]}
    body = told(await as_(Role.ANALYST).post("/v1/rounds", json=draft), 409)
    assert (body["code"], body["rule"]) == ("conflict", "TR-20")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"topic_id": NOTHING}, [("/topic_id", "unknown_reference")]),
        (
            {"topic_id": NOTHING, "instrument_id": NOTHING, "review_motion_id": NOTHING},
            [
                ("/topic_id", "unknown_reference"),
                ("/instrument_id", "unknown_reference"),
                ("/review_motion_id", "unknown_reference"),
            ],
        ),
        ({"period": "1998"}, [("/period", "malformed")]),
        ({"period": "1998-00"}, [("/period", "malformed")]),
        ({"review_days": 0}, [("/review_days", "unknown_member")]),
        ({"stage": "open"}, [("/stage", "unknown_member")]),
        ({"charter_version": 1}, [("/charter_version", "unknown_member")]),
        ({"title": None, "topic_id": 3}, [("/title", "not_text"), ("/topic_id", "not_an_id")]),
    ],
)
async def test_a_round_is_not_scheduled_with_a_fault(as_, change, faults):
    draft = await a_draft(as_) | change
    async with as_(Role.ANALYST) as analyst:
        body = told(await analyst.post("/v1/rounds", json=draft), 422)
        kept = told(await analyst.get("/v1/rounds"), 200)["data"]
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == faults
    assert kept == []


@pytest.mark.parametrize(
    ("role", "place"), [(Role.CONSORTIUM_ADMIN, None), (Role.SUPERINTENDENT, NORTH)]
)
async def test_only_an_analyst_schedules_a_round(as_, role, place):
    assert told(await as_(role, place).post("/v1/rounds", json={}), 403)["rule"] == "TR-02"


async def test_the_schedule_is_in_the_ledger(as_, owner):
    scheduled = await scheduled_round(as_)
    assert await ledger_of(owner, f"round:{scheduled['id']}") == [
        ("round:schedule", "done", None, {"step": "schedule"})
    ]


async def test_rounds_are_listed_by_period_and_narrowed_by_period_and_stage(as_):
    instrument = await an_instrument(as_, PLAIN, topic_id=(await adopted_topic(as_))["id"])
    periods = ["2027-28", "1998-99", "2026-27"]
    made = {
        period: await scheduled_round(as_, instrument=instrument, period=period)
        for period in periods
    }
    async with as_(Role.VIEWER, NORTH) as viewer:
        every = told(await viewer.get("/v1/rounds"), 200)["data"]
        some = told(await viewer.get("/v1/rounds?period=1998-99&period=2027-28"), 200)["data"]
        first = told(await viewer.get("/v1/rounds?limit=2"), 200)
        rest = told(await viewer.get(f"/v1/rounds?limit=2&cursor={first['next_cursor']}"), 200)
        none = told(await viewer.get("/v1/rounds?stage=open&stage=closed"), 200)["data"]
    assert every == [made[period] for period in sorted(periods)]
    assert some == [made["1998-99"], made["2027-28"]]
    assert first["data"] + rest["data"] == every
    assert none == []


async def test_a_round_that_is_not_there_is_not_found(as_):
    async with as_(Role.VIEWER, NORTH) as viewer:
        told(await viewer.get(f"/v1/rounds/{NOTHING}"), 404)
        told(await viewer.get(f"/v1/rounds/{NOTHING}/peer-groups"), 404)
