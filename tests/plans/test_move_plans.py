"""The lifecycle of a plan: who takes which step, and from where (TR-11)."""

import pytest
from conftest import NORTH, account
from paths import ledger_of, told
from planning import TO, a_plan, led, planner, succeeded

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
STEPS = {
    "send-out": {"drafting": "out_for_feedback", "refining": "out_for_feedback"},
    "refine": {"out_for_feedback": "refining", "recommended": "refining"},
    "recommend": {"refining": "recommended"},
    "activate": {"approved": "active", "in_review": "active"},
    "review": {"active": "in_review"},
}
PLANNERS = {Role.SUPERINTENDENT, Role.PLANNER}
MAY = dict.fromkeys(STEPS, PLANNERS) | {"recommend": {Role.SUPERINTENDENT}}


@pytest.mark.parametrize("state", TO)
async def test_a_plan_takes_the_steps_of_where_it_stands_and_no_other(as_, state):
    plan = await a_plan(as_, state=state)
    path = f"/v1/plans/{plan['id']}"
    assert plan["lifecycle"] == state
    caller = as_(Role.SUPERINTENDENT, NORTH)
    for verb, leads in STEPS.items():
        if state not in leads:
            body = told(await caller.post(f"{path}/{verb}"), 409)
            assert (body["code"], body["rule"]) == ("invalid_transition", "TR-11")
    assert told(await caller.get(path), 200) == plan


@pytest.mark.parametrize(
    ("verb", "state", "becomes"),
    [(verb, state, to) for verb, leads in STEPS.items() for state, to in leads.items()],
)
async def test_a_step_leads_where_the_lifecycle_says(as_, owner, verb, state, becomes):
    plan = await a_plan(as_, state=state)
    answer = await as_(Role.SUPERINTENDENT, NORTH).post(f"/v1/plans/{plan['id']}/{verb}")
    body = told(answer, 200)
    by = str(account(Role.SUPERINTENDENT, NORTH))
    recommended_by = {"recommended": by, "refining": None}.get(becomes, plan["recommended_by"])
    assert body == plan | {
        "lifecycle": becomes,
        "recommended_by": recommended_by,
        "updated_at": body["updated_at"],
        "version": plan["version"] + 1,
    }
    read = await planner(as_).get(f"/v1/plans/{plan['id']}")
    assert (read.json(), read.headers["etag"]) == (body, answer.headers["etag"])
    action = "plan:recommend" if verb == "recommend" else "plan:advance"
    assert (await ledger_of(owner, f"plan:{plan['id']}"))[-1] == (
        action,
        "done",
        "TR-11",
        {"step": verb.replace("-", "_")},
    )


@pytest.mark.parametrize("role", OF_A_DISTRICT)
@pytest.mark.parametrize("verb", STEPS)
async def test_planners_move_a_plan_and_the_superintendent_recommends_it(as_, verb, role):
    plan = await a_plan(as_, state=next(iter(STEPS[verb])))
    answer = await as_(role, NORTH).post(f"/v1/plans/{plan['id']}/{verb}")
    if role in MAY[verb]:
        told(answer, 200)
    else:
        assert told(answer, 403)["rule"] == "TR-02"


async def test_a_plan_is_superseded_when_the_one_that_follows_becomes_active(as_, owner):
    first = await a_plan(as_, state="active")
    second = await succeeded(as_, first)
    path = f"/v1/plans/{first['id']}"
    approved = await led(as_, second, "approved")
    assert (second["lifecycle"], approved["supersedes_id"]) == ("drafting", first["id"])
    assert told(await planner(as_).get(path), 200) == first
    told(await planner(as_).post(f"/v1/plans/{second['id']}/activate"), 200)
    over = told(await planner(as_).get(path), 200)
    assert over == first | {
        "lifecycle": "superseded",
        "updated_at": over["updated_at"],
        "version": first["version"] + 1,
    }
    assert (await ledger_of(owner, f"plan:{first['id']}"))[-1] == (
        "plan:advance",
        "done",
        "TR-11",
        {"step": "supersede"},
    )


async def test_a_plan_that_becomes_active_again_finds_the_one_before_it_superseded(as_):
    first = await a_plan(as_, state="active")
    second = await led(as_, await succeeded(as_, first), "in_review")
    told(await planner(as_).post(f"/v1/plans/{second['id']}/activate"), 200)
    over = told(await planner(as_).get(f"/v1/plans/{first['id']}"), 200)
    assert (over["lifecycle"], over["version"]) == ("superseded", first["version"] + 1)
