from asyncio import create_task, gather, sleep
from datetime import UTC, datetime
from uuid import UUID

import pytest
from conftest import NORTH
from paths import adopted_motion, ledger_of, proposed_topic, put_motion, told
from sqlalchemy import text

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
CARRIED = {"votes_for": 9, "votes_against": 2, "abstentions": 1}
LOST = {"votes_for": 2, "votes_against": 9, "abstentions": 0}


async def test_a_carried_motion_adopts_its_topic(as_):
    topic = await proposed_topic(as_)
    motion = await put_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        path = f"/v1/motions/{motion['id']}"
        body = told(await admin.post(f"{path}/adopt", json=CARRIED), 200)
        assert body == motion | CARRIED | {"state": "adopted", "version": 2}
        assert told(await admin.get(path), 200) == body
        adopted = told(await admin.get(f"/v1/topics/{topic['id']}"), 200)
    assert adopted == topic | {"state": "adopted", "version": 2}


@pytest.mark.parametrize("votes", [(0, 0), (3, 3), (2, 9)])
async def test_a_motion_without_a_majority_is_not_adopted(as_, votes):
    topic = await proposed_topic(as_)
    motion = await put_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    vote = {"votes_for": votes[0], "votes_against": votes[1], "abstentions": 5}
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        body = told(await admin.post(f"/v1/motions/{motion['id']}/adopt", json=vote), 409)
        assert (body["code"], body["rule"]) == ("conflict", "TR-20")
        assert told(await admin.get(f"/v1/motions/{motion['id']}"), 200) == motion
        assert told(await admin.get(f"/v1/topics/{topic['id']}"), 200) == topic


@pytest.fixture
def april(monkeypatch):
    """It is the 25th of April of 2026, to its last second in UTC."""
    last = datetime(2026, 4, 25, 23, 59, 59, tzinfo=UTC)
    monkeypatch.setattr("app.meetings.service.now", lambda: last)


@pytest.mark.parametrize("verb", ["adopt", "reject"])
async def test_nothing_is_decided_before_the_meeting(as_, owner, april, verb):
    topic = await proposed_topic(as_)
    motion = await put_motion(as_, held_on="2026-04-27", kind="adopt_topic", topic_id=topic["id"])
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        body = told(await admin.post(f"/v1/motions/{motion['id']}/{verb}", json=CARRIED), 409)
        assert (body["code"], body["rule"], body["detail"]) == (
            "conflict",
            "TR-20",
            "A decision is recorded on the day of its meeting or later.",
        )
        assert told(await admin.get(f"/v1/motions/{motion['id']}"), 200) == motion
        assert told(await admin.get(f"/v1/topics/{topic['id']}"), 200) == topic
    assert await ledger_of(owner, None) == [("motion:decide", "refused", "TR-20", {})]


@pytest.mark.parametrize("held_on", ["2026-04-24", "2026-04-25", "2026-04-26"])
@pytest.mark.parametrize(("verb", "state"), [("adopt", "adopted"), ("reject", "rejected")])
async def test_a_decision_is_recorded_from_the_day_of_the_meeting_on(
    as_, april, held_on, verb, state
):
    """Where the meeting is held it may be a day later than in UTC."""
    motion = await put_motion(as_, held_on=held_on, kind="set_review_days", review_days=3)
    path = f"/v1/motions/{motion['id']}/{verb}"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=CARRIED), 200)
    assert body == motion | CARRIED | {"state": state, "version": 2}


async def test_a_rejected_motion_leaves_its_topic_as_it_is(as_):
    topic = await proposed_topic(as_)
    motion = await put_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        body = told(await admin.post(f"/v1/motions/{motion['id']}/reject", json=LOST), 200)
        assert body == motion | LOST | {"state": "rejected", "version": 2}
        assert told(await admin.get(f"/v1/topics/{topic['id']}"), 200) == topic


async def test_a_motion_about_the_review_adopts_no_topic(as_):
    topic = await proposed_topic(as_)
    await adopted_motion(as_, kind="set_review_days", review_days=3)
    path = f"/v1/topics/{topic['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(path), 200) == topic


async def test_a_topic_is_adopted_once(as_):
    topic = await proposed_topic(as_)
    await adopted_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    motion = await put_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        body = told(await admin.post(f"/v1/motions/{motion['id']}/adopt", json=CARRIED), 409)
        assert (body["code"], body["rule"]) == ("invalid_transition", "TR-20")
        assert told(await admin.get(f"/v1/motions/{motion['id']}"), 200) == motion


async def test_of_two_decisions_at_once_one_is_taken(as_):
    motion = await put_motion(as_, kind="set_review_days", review_days=3)
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        answers = await gather(
            *(admin.post(f"/v1/motions/{motion['id']}/adopt", json=CARRIED) for _ in range(4))
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_decision_waits_for_one_that_is_being_recorded(as_, owner):
    motion = await put_motion(as_, kind="set_review_days", review_days=3)
    alone = text("select pg_advisory_xact_lock(hashtextextended(:name, 34))")
    rejected = text("update motions set state = 'rejected' where id = :id")
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        async with owner.begin() as connection:
            await connection.execute(alone, {"name": f"motion:{motion['id']}"})
            adopt = create_task(admin.post(f"/v1/motions/{motion['id']}/adopt", json=CARRIED))
            await sleep(0.2)
            assert not adopt.done()
            await connection.execute(rejected, {"id": motion["id"]})
        assert told(await adopt, 409)["code"] == "invalid_transition"


async def test_of_two_motions_about_a_topic_decided_at_once_one_adopts_it(as_):
    topic = await proposed_topic(as_)
    motions = [await put_motion(as_, kind="adopt_topic", topic_id=topic["id"]) for _ in range(4)]
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        answers = await gather(
            *(admin.post(f"/v1/motions/{each['id']}/adopt", json=CARRIED) for each in motions)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize(
    ("vote", "faults"),
    [
        ({}, [("/votes_for", "required"), ("/votes_against", "required")]),
        (CARRIED | {"votes_for": -1}, [("/votes_for", "out_of_range")]),
        (CARRIED | {"votes_for": 1.5}, [("/votes_for", "not_a_whole_number")]),
        (CARRIED | {"abstentions": None}, [("/abstentions", "not_a_whole_number")]),
        (CARRIED | {"state": "adopted"}, [("/state", "unknown_member")]),
    ],
)
@pytest.mark.parametrize("verb", ["adopt", "reject"])
async def test_a_vote_is_counted_without_a_fault(as_, verb, vote, faults):
    motion = await put_motion(as_, kind="set_review_days", review_days=3)
    path = f"/v1/motions/{motion['id']}/{verb}"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=vote), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == faults


@pytest.mark.parametrize("verb", ["adopt", "reject"])
async def test_only_the_administration_of_the_consortium_records_a_decision(as_, verb):
    motion = await put_motion(as_, kind="set_review_days", review_days=3)
    path = f"/v1/motions/{motion['id']}/{verb}"
    assert told(await as_(Role.ANALYST).post(path, json=CARRIED), 403)["rule"] == "TR-02"


@pytest.mark.parametrize("verb", ["adopt", "reject"])
async def test_a_motion_that_is_not_there_is_not_decided(as_, verb):
    path = f"/v1/motions/{UUID(int=7)}/{verb}"
    told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=CARRIED), 404)


async def test_the_decision_and_the_adoption_are_in_the_ledger(as_, owner):
    topic = await proposed_topic(as_)
    motion = await adopted_motion(as_, kind="adopt_topic", topic_id=topic["id"])
    done = ("motion:decide", "done", "TR-20", {"step": "adopt"})
    assert (await ledger_of(owner, f"motion:{motion['id']}"))[1:] == [done]
    assert (await ledger_of(owner, f"topic:{topic['id']}"))[1:] == [done]
