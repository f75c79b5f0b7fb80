"""The plan that follows a plan, and what it takes over (TR-11)."""

from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from measures.drafts import defined
from paths import ledger_of, told
from planning import (
    NUMBERS,
    TO,
    a_goal,
    a_plan,
    an_indicator,
    faults,
    led,
    patched,
    planner,
    seen,
    succeeded,
)

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

DRAFT = {
    "code": "plan-2",
    "title": "Every student known, still",
    "first_year": "2031-32",
    "last_year": "2035-36",
}
FOLLOWED = ("approved", "active", "in_review")
OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
OWN = ("id", "created_at", "updated_at", "version")


def without(row: dict, *names: str) -> dict:
    return {name: value for name, value in row.items() if name not in {*OWN, *names}}


async def listed(as_, noun: str, **asked: str) -> list[dict]:
    return told(await planner(as_).get(f"/v1/{noun}", params=asked), 200)["data"]


async def test_a_plan_that_follows_takes_over_goals_indicators_and_their_measures(as_, owner):
    plan = await a_plan(as_, mission="A mission", values=["One", "Two"])
    caller = planner(as_)
    for n in range(2):
        goal = await a_goal(as_, plan, population="All", statement=f"Words {n}")
        for m in range(2):
            indicator = await an_indicator(as_, goal)
            for _ in range(m):
                measure = await defined(caller, code=f"measure-{next(NUMBERS)}")
                told(
                    await caller.put(f"/v1/indicators/{indicator['id']}/measures/{measure['id']}"),
                    201,
                )
    await an_indicator(as_)
    first = await led(as_, plan, "active")
    answer = await caller.post(f"/v1/plans/{plan['id']}/supersede", json=DRAFT)
    second = told(answer, 201)
    assert second == first | DRAFT | {
        "id": second["id"],
        "supersedes_id": first["id"],
        "lifecycle": "drafting",
        "recommended_by": None,
        "created_at": second["created_at"],
        "updated_at": second["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == f"/v1/plans/{second['id']}"
    read = await caller.get(answer.headers["location"])
    assert (told(read, 200), read.headers["etag"]) == (second, answer.headers["etag"])
    old, new = [await listed(as_, "goals", plan_id=each["id"]) for each in (first, second)]
    assert [without(each, "plan_id") for each in new] == [without(each, "plan_id") for each in old]
    assert {each["plan_id"] for each in new} == {second["id"]}
    for goal, copy in zip(old, new, strict=True):
        of_old = await listed(as_, "indicators", goal_id=goal["id"])
        of_new = await listed(as_, "indicators", goal_id=copy["id"])
        assert [without(each, "goal_id") for each in of_new] == [
            without(each, "goal_id") for each in of_old
        ]
        assert [len(each["measure_ids"]) for each in of_new] == [0, 1]
        assert not {each["id"] for each in of_new} & {each["id"] for each in of_old}
    assert await ledger_of(owner, f"plan:{second['id']}") == [
        ("plan:draft", "done", "TR-11", {"step": "follow"})
    ]


@pytest.mark.parametrize("state", TO)
async def test_a_plan_is_followed_once_the_board_approved_it_until_it_is_superseded(as_, state):
    plan = await a_plan(as_, state=state)
    answer = await planner(as_).post(f"/v1/plans/{plan['id']}/supersede", json=DRAFT)
    if state in FOLLOWED:
        told(answer, 201)
    else:
        body = told(answer, 409)
        assert (body["code"], body["rule"]) == ("invalid_transition", "TR-11")
    assert told(await planner(as_).get(f"/v1/plans/{plan['id']}"), 200) == plan


async def test_one_plan_follows_a_plan_until_it_is_deleted(as_):
    plan = await a_plan(as_, state="active")
    second = await succeeded(as_, plan)
    caller, path = planner(as_), f"/v1/plans/{plan['id']}/supersede"
    body = told(await caller.post(path, json=DRAFT), 409)
    assert body["detail"] == "Another plan follows this one already."
    at = f"/v1/plans/{second['id']}"
    assert (await caller.delete(at, headers=await seen(caller, at))).status_code == 204
    told(await caller.post(path, json=DRAFT), 201)


async def test_the_code_of_a_plan_that_follows_is_free(as_):
    plan = await a_plan(as_, state="approved")
    draft = DRAFT | {"code": plan["code"]}
    body = told(await planner(as_).post(f"/v1/plans/{plan['id']}/supersede", json=draft), 409)
    assert body["detail"] == "The district has a plan of this code."


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"last_year": "2030-31"}, [("/last_year", "not_in_order")]),
        (
            {"code": "Plan 2", "title": "", "first_year": "2031"},
            [("/code", "malformed"), ("/title", "empty"), ("/first_year", "malformed")],
        ),
        ({"mission": "Another"}, [("/mission", "unknown_member")]),
    ],
    ids=str,
)
async def test_a_plan_that_follows_is_told_all_its_faults_at_once(as_, wrong, found):
    plan = await a_plan(as_, state="approved")
    answer = await planner(as_).post(f"/v1/plans/{plan['id']}/supersede", json=DRAFT | wrong)
    assert faults(answer) == found


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_who_drafts_plans_begins_the_one_that_follows(as_, role):
    plan = await a_plan(as_, state="active")
    answer = await as_(role, NORTH).post(f"/v1/plans/{plan['id']}/supersede", json=DRAFT)
    if role in {Role.SUPERINTENDENT, Role.PLANNER}:
        told(answer, 201)
    else:
        assert told(answer, 403)["rule"] == "TR-02"


async def test_another_districts_plan_is_as_absent_as_one_that_is_not_there(as_):
    theirs = await a_plan(as_, SOUTH, "active")
    for plan in (theirs["id"], UUID(int=77), "nothing"):
        told(await planner(as_).post(f"/v1/plans/{plan}/supersede", json=DRAFT), 404)


async def test_a_copy_is_edited_and_what_it_was_made_of_stays(as_):
    plan = await a_plan(as_)
    goal = await a_goal(as_, plan)
    await led(as_, plan, "active")
    second = await succeeded(as_, plan)
    (copy,) = await listed(as_, "goals", plan_id=second["id"])
    told(await patched(planner(as_), f"/v1/goals/{copy['id']}", {"title": "Reworded"}), 200)
    assert told(await planner(as_).get(f"/v1/goals/{goal['id']}"), 200) == goal
