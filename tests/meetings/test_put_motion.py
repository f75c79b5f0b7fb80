from uuid import UUID

import pytest
from conftest import NORTH
from paths import a_meeting, ledger_of, proposed_topic, put_motion, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
OPEN = {
    "state": "proposed",
    "votes_for": None,
    "votes_against": None,
    "abstentions": None,
} | dict.fromkeys(
    ("parameter", "value", "instrument_code", "item_code", "period", "direction", "aim")
)


async def test_a_motion_about_a_topic_is_whole_and_undecided(as_):
    meeting, topic = await a_meeting(as_), await proposed_topic(as_)
    draft = {"kind": "adopt_topic", "wording": "To adopt it.", "topic_id": topic["id"]}
    path = f"/v1/meetings/{meeting['id']}/motions"
    answer = await as_(Role.CONSORTIUM_ADMIN).post(path, json=draft)
    body = told(answer, 201)
    known = {"id": body["id"], "meeting_id": meeting["id"], "review_days": None, "version": 1}
    assert body == draft | OPEN | known
    assert answer.headers["location"] == f"/v1/motions/{body['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(answer.headers["location"]), 200) == body


async def test_a_motion_about_the_review_is_whole_and_undecided(as_):
    body = await put_motion(as_, kind="set_review_days", review_days=3)
    assert body == OPEN | {
        "id": body["id"],
        "meeting_id": body["meeting_id"],
        "kind": "set_review_days",
        "wording": "To do as is written here.",
        "topic_id": None,
        "review_days": 3,
        "version": 1,
    }


async def test_a_motion_that_is_only_put_adopts_nothing(as_):
    topic = await proposed_topic(as_)
    await put_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    path = f"/v1/topics/{topic['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(path), 200) == topic


async def test_the_motions_of_a_meeting_are_listed_in_the_order_they_were_put(as_):
    meeting = await a_meeting(as_)
    await put_motion(as_, kind="set_review_days", review_days=1)
    path = f"/v1/meetings/{meeting['id']}/motions"
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        put = [
            told(await admin.post(path, json=draft), 201)
            for days in (5, 3, 4)
            for draft in [{"kind": "set_review_days", "wording": "So.", "review_days": days}]
        ]
        first = told(await admin.get(f"{path}?limit=2"), 200)
        rest = told(await admin.get(f"{path}?limit=2&cursor={first['next_cursor']}"), 200)
    assert first["data"] + rest["data"] == put
    assert (first["has_more"], rest["has_more"]) == (True, False)


REVIEW = {"kind": "set_review_days", "wording": "So.", "review_days": 3}
TOPIC = {"kind": "adopt_topic", "wording": "So.", "topic_id": str(UUID(int=7))}


@pytest.mark.parametrize(
    ("draft", "faults"),
    [
        (REVIEW | {"review_days": 11}, [("/review_days", "out_of_range")]),
        (REVIEW | {"review_days": -1}, [("/review_days", "out_of_range")]),
        (REVIEW | {"review_days": True}, [("/review_days", "not_a_whole_number")]),
        (REVIEW | {"topic_id": TOPIC["topic_id"]}, [("/topic_id", "unknown_member")]),
        (TOPIC, [("/topic_id", "unknown_reference")]),
        (TOPIC | {"topic_id": "seven"}, [("/topic_id", "not_an_id")]),
        (
            {"kind": "adopt_topic", "review_days": 3},
            [
                ("/wording", "required"),
                ("/topic_id", "required"),
                ("/review_days", "unknown_member"),
            ],
        ),
        (REVIEW | {"kind": "adopt_target"}, [("/kind", "not_one_of")]),
        ({"review_days": 3}, [("/kind", "required")]),
        (REVIEW | {"state": "adopted"}, [("/state", "unknown_member")]),
    ],
)
async def test_a_motion_is_not_put_with_a_fault(as_, draft, faults):
    meeting = await a_meeting(as_)
    path = f"/v1/meetings/{meeting['id']}/motions"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=draft), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == faults
    assert told(await as_(Role.VIEWER, NORTH).get(path), 200)["data"] == []


async def test_a_kind_that_is_not_there_is_told_the_ones_that_are(as_):
    meeting = await a_meeting(as_)
    path = f"/v1/meetings/{meeting['id']}/motions"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json={"kind": "other"}), 422)
    assert [each["detail"] for each in body["errors"]] == [
        "One of 'adopt_topic', 'set_review_days', 'set_parameter', 'set_target'."
    ]


async def test_a_motion_is_put_to_a_meeting_that_is_there(as_):
    path = f"/v1/meetings/{UUID(int=7)}/motions"
    told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=REVIEW), 404)


async def test_only_the_administration_of_the_consortium_puts_a_motion(as_):
    meeting = await a_meeting(as_)
    path = f"/v1/meetings/{meeting['id']}/motions"
    assert told(await as_(Role.ANALYST).post(path, json=REVIEW), 403)["rule"] == "TR-02"


async def test_a_motion_that_is_put_is_in_the_ledger(as_, owner):
    motion = await put_motion(as_, kind="set_review_days", review_days=3)
    assert await ledger_of(owner, f"motion:{motion['id']}") == [
        ("meeting:record", "done", None, {"step": "put"})
    ]
