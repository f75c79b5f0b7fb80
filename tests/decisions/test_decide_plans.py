"""What the board decides: it approves what another recommends (TR-13), and amends it (TR-11)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from conftest import NORTH, SOUTH, account
from paths import ledger_of, told
from planning import LOST, TO, a_plan, faults, planner, vote

from app.policy.holdings import Membership
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
AMENDED = ("approved", "active", "in_review")
CHANGES = {"title": "Every student known well", "mission": None, "values": ["Children first"]}


def board(as_):
    return as_(Role.BOARD_MEMBER, NORTH)


async def test_a_vote_that_is_carried_approves_the_plan(as_, owner):
    plan = await a_plan(as_, state="recommended")
    answer = await board(as_).post(f"/v1/plans/{plan['id']}/decisions", json=vote())
    body = told(answer, 201)
    assert body == vote() | {
        "id": body["id"],
        "district_id": str(NORTH),
        "plan_id": plan["id"],
        "carried": True,
        "changes": None,
        "recorded_by": str(account(Role.BOARD_MEMBER, NORTH)),
        "recorded_at": body["recorded_at"],
        "version": 1,
    }
    read = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (told(read, 200), read.headers["etag"]) == (body, answer.headers["etag"])
    approved = told(await planner(as_).get(f"/v1/plans/{plan['id']}"), 200)
    assert approved == plan | {
        "lifecycle": "approved",
        "updated_at": approved["updated_at"],
        "version": plan["version"] + 1,
    }
    assert (await ledger_of(owner, f"plan:{plan['id']}"))[-1] == (
        "plan:decide",
        "done",
        "TR-13",
        {"step": "decide", "carried": True},
    )


@pytest.mark.parametrize("votes", [LOST, {"votes_for": 0, "votes_against": 7}], ids=str)
async def test_a_vote_that_is_lost_is_recorded_and_leaves_the_plan_as_it_is(as_, votes):
    plan = await a_plan(as_, state="recommended")
    path = f"/v1/plans/{plan['id']}"
    lost = told(await board(as_).post(f"{path}/decisions", json=vote(**votes)), 201)
    assert lost["carried"] is False
    assert told(await planner(as_).get(path), 200) == plan
    won = told(await board(as_).post(f"{path}/decisions", json=vote()), 201)
    listed = told(await as_(Role.VIEWER, NORTH).get(f"{path}/decisions"), 200)
    assert listed == {"data": [lost, won], "next_cursor": None, "has_more": False}


@pytest.mark.parametrize("state", [state for state in TO if state != "recommended"])
async def test_the_board_votes_on_a_recommended_plan_and_no_other(as_, state):
    plan = await a_plan(as_, state=state)
    answer = await board(as_).post(f"/v1/plans/{plan['id']}/decisions", json=vote())
    body = told(answer, 409)
    assert (body["code"], body["rule"]) == ("invalid_transition", "TR-11")
    assert told(await planner(as_).get(f"/v1/plans/{plan['id']}"), 200) == plan


async def test_who_recommends_a_plan_does_not_record_the_vote_on_it(as_, given):
    both = {"account_id": account(Role.SUPERINTENDENT, NORTH), "district_id": NORTH}
    await given(Membership(role=Role.BOARD_MEMBER, **both))
    plan = await a_plan(as_, state="recommended")
    caller, path = as_(Role.SUPERINTENDENT, NORTH), f"/v1/plans/{plan['id']}/decisions"
    body = told(await caller.post(path, json=vote()), 409)
    assert (body["rule"], body["detail"]) == (
        "TR-13",
        "Who recommends a plan does not record the vote on it too.",
    )
    assert told(await caller.get(path), 200)["data"] == []
    told(await board(as_).post(path, json=vote()), 201)


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_the_board_records_its_decisions_and_nobody_else(as_, role):
    recommended = await a_plan(as_, state="recommended")
    approved = await a_plan(as_, state="approved")
    amendment = vote(changes={"title": "Amended"})
    answers = [
        await as_(role, NORTH).post(f"/v1/plans/{recommended['id']}/decisions", json=vote()),
        await as_(role, NORTH).post(f"/v1/plans/{approved['id']}/amendments", json=amendment),
    ]
    if role is Role.BOARD_MEMBER:
        assert [each.status_code for each in answers] == [201, 201]
    else:
        assert [told(each, 403)["rule"] for each in answers] == ["TR-02", "TR-02"]


async def test_another_districts_decisions_are_as_absent_as_those_that_are_not_there(as_):
    plan = await a_plan(as_, state="approved")
    other = await a_plan(as_, state="drafting")
    (decision,) = told(await board(as_).get(f"/v1/plans/{plan['id']}/decisions"), 200)["data"]
    theirs = as_(Role.BOARD_MEMBER, SOUTH)
    amendment = vote(changes={"title": "Amended"})
    for place in (plan["id"], str(UUID(int=77)), "nothing"):
        path = f"/v1/plans/{place}"
        told(await theirs.get(f"{path}/decisions"), 404)
        told(await theirs.get(f"{path}/decisions/{decision['id']}"), 404)
        told(await theirs.post(f"{path}/decisions", json=vote()), 404)
        told(await theirs.post(f"{path}/amendments", json=amendment), 404)
    told(await board(as_).get(f"/v1/plans/{other['id']}/decisions/{decision['id']}"), 404)


async def test_a_vote_is_told_all_its_faults_at_once(as_):
    plan = await a_plan(as_, state="recommended")
    wrong = {"motion": "", "decided_on": "yesterday", "votes_for": -1, "votes_against": True}
    answer = await board(as_).post(
        f"/v1/plans/{plan['id']}/decisions", json=wrong | {"carried": True}
    )
    assert faults(answer) == [
        ("/motion", "empty"),
        ("/decided_on", "malformed"),
        ("/votes_for", "out_of_range"),
        ("/votes_against", "not_a_whole_number"),
        ("/carried", "unknown_member"),
    ]


@pytest.mark.parametrize("state", ["recommended", "approved"])
async def test_a_vote_is_recorded_on_its_day_or_later(as_, state):
    plan = await a_plan(as_, state=state)
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    verb, more = {
        "recommended": ("decisions", {}),
        "approved": ("amendments", {"changes": CHANGES}),
    }[state]
    answer = await board(as_).post(
        f"/v1/plans/{plan['id']}/{verb}", json=vote(decided_on=day, **more)
    )
    assert faults(answer) == [("/decided_on", "in_the_future")]


@pytest.mark.parametrize("state", TO)
async def test_the_board_amends_what_it_approved_until_it_is_superseded(as_, state):
    plan = await a_plan(as_, state=state)
    path = f"/v1/plans/{plan['id']}"
    answer = await board(as_).post(f"{path}/amendments", json=vote(changes=CHANGES))
    if state not in AMENDED:
        body = told(answer, 409)
        assert (body["rule"], body["detail"]) == (
            "TR-11",
            "A plan that the board approved takes minor amendments, by a decision of the board.",
        )
        assert told(await planner(as_).get(path), 200) == plan
        return
    body = told(answer, 201)
    assert body == vote() | {
        "id": body["id"],
        "district_id": str(NORTH),
        "plan_id": plan["id"],
        "carried": True,
        "changes": CHANGES,
        "recorded_by": str(account(Role.BOARD_MEMBER, NORTH)),
        "recorded_at": body["recorded_at"],
        "version": 1,
    }
    amended = told(await planner(as_).get(path), 200)
    assert amended == plan | CHANGES | {
        "updated_at": amended["updated_at"],
        "version": plan["version"] + 1,
    }


async def test_an_amendment_that_is_lost_is_recorded_and_changes_nothing(as_, owner):
    plan = await a_plan(as_, state="active")
    path = f"/v1/plans/{plan['id']}"
    lost = await board(as_).post(f"{path}/amendments", json=vote(changes=CHANGES, **LOST))
    assert (told(lost, 201)["carried"], lost.json()["changes"]) == (False, CHANGES)
    assert told(await planner(as_).get(path), 200) == plan
    assert (await ledger_of(owner, f"plan:{plan['id']}"))[-1] == (
        "plan:decide",
        "done",
        "TR-13",
        {"step": "amend", "carried": False},
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, [("/changes", "too_few")]),
        ({"title": None}, [("/changes/title", "not_text")]),
        ({"first_year": "2026-27"}, [("/changes/first_year", "unknown_member")]),
        ({"lifecycle": "superseded"}, [("/changes/lifecycle", "unknown_member")]),
    ],
    ids=str,
)
async def test_an_amendment_changes_the_title_the_mission_or_the_values(as_, changes, found):
    plan = await a_plan(as_, state="approved")
    answer = await board(as_).post(f"/v1/plans/{plan['id']}/amendments", json=vote(changes=changes))
    assert faults(answer) == found


async def test_a_decision_is_recorded_once_for_one_idempotency_key(as_):
    plan = await a_plan(as_, state="recommended")
    path, key = f"/v1/plans/{plan['id']}/decisions", {"Idempotency-Key": str(uuid4())}
    first, again = [await board(as_).post(path, json=vote(), headers=key) for _ in range(2)]
    assert told(again, 201) == told(first, 201)
    assert len(told(await board(as_).get(path), 200)["data"]) == 1


async def test_a_plan_that_was_taken_back_is_recommended_anew(as_):
    plan = await a_plan(as_, state="recommended")
    path = f"/v1/plans/{plan['id']}"
    back = told(await planner(as_).post(f"{path}/refine"), 200)
    assert back["recommended_by"] is None
    told(await board(as_).post(f"{path}/decisions", json=vote()), 409)
    told(await as_(Role.SUPERINTENDENT, NORTH).post(f"{path}/recommend"), 200)
    told(await board(as_).post(f"{path}/decisions", json=vote()), 201)
