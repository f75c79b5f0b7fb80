"""A status is overridden with a reason and a name, beside what is computed (TR-16)."""

import pytest
from conftest import NORTH, SOUTH, account
from paths import told
from planning import TO, a_plan, faults, led, planner
from sqlalchemy import text
from targets.aimed import a_target, a_target_in, observe

from app.db import new_id
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
DRAFT = {"says": "on_track", "reason": "Two schools tested late."}


async def test_an_override_is_shown_beside_the_status_which_stays(as_):
    target = await a_target(as_)
    await observe(as_, target, "2025-26", numerator=460, denominator=1000)
    path = f"/v1/targets/{target['id']}"
    before = told(await as_(Role.VIEWER, NORTH).get(f"{path}/status?on=2026-11-22"), 200)
    answer = await planner(as_).post(f"{path}/overrides", json=DRAFT)
    override = told(answer, 201)
    assert override == DRAFT | {
        "id": override["id"],
        "target_id": target["id"],
        "by": str(account(Role.PLANNER, NORTH)),
        "by_name": "The planner",
        "at": override["at"],
        "lifted_at": None,
        "lifted_by": None,
    }
    assert answer.headers["location"] == f"{path}/overrides"
    after = told(await as_(Role.VIEWER, NORTH).get(f"{path}/status?on=2026-11-22"), 200)
    assert (before["status"], before["override"]) == ("at_risk", None)
    assert after == before | {"override": override}


async def test_an_override_is_lifted_and_stays_in_the_history(as_):
    target = await a_target(as_)
    path = f"/v1/targets/{target['id']}"
    first = told(await planner(as_).post(f"{path}/overrides", json=DRAFT), 201)
    second = await planner(as_).post(f"{path}/overrides", json=DRAFT)
    assert (second.status_code, second.json()["code"]) == (409, "conflict")
    lift = f"{path}/overrides/{first['id']}/lift"
    lifted = told(await as_(Role.SUPERINTENDENT, NORTH).post(lift), 200)
    assert lifted == first | {
        "lifted_at": lifted["lifted_at"],
        "lifted_by": str(account(Role.SUPERINTENDENT, NORTH)),
    }
    assert lifted["lifted_at"] > first["at"]
    again = await planner(as_).post(lift)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert told(await planner(as_).get(f"{path}/status"), 200)["override"] is None
    third = told(await planner(as_).post(f"{path}/overrides", json=DRAFT), 201)
    listed = told(await planner(as_).get(f"{path}/overrides"), 200)
    assert listed == {"data": [lifted, third], "next_cursor": None, "has_more": False}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"says": "on_track"}, [("/reason", "required")]),
        (DRAFT | {"reason": ""}, [("/reason", "empty")]),
        (DRAFT | {"reason": " "}, [("/reason", "surrounding_blanks")]),
        (DRAFT | {"says": "stale"}, [("/says", "not_one_of")]),
        (DRAFT | {"by_name": "Another"}, [("/by_name", "unknown_member")]),
    ],
)
async def test_an_override_without_a_reason_is_refused(as_, sent, expected):
    path = f"/v1/targets/{(await a_target(as_))['id']}/overrides"
    assert faults(await planner(as_).post(path, json=sent)) == expected


async def test_an_override_without_a_name_is_refused(as_, owner):
    path = f"/v1/targets/{(await a_target(as_))['id']}/overrides"
    nameless = text("update accounts set display_name = ' ' where account_id = :who")
    async with owner.begin() as connection:
        await connection.execute(nameless, {"who": account(Role.PLANNER, NORTH)})
    answer = await planner(as_).post(path, json=DRAFT)
    assert (answer.status_code, answer.json()["rule"]) == (409, "TR-16")


@pytest.mark.parametrize("state", TO)
async def test_a_status_is_overridden_wherever_the_plan_stands(as_, state):
    plan = await a_plan(as_)
    target = await a_target_in(as_, plan)
    await led(as_, plan, state)
    answer = await planner(as_).post(f"/v1/targets/{target['id']}/overrides", json=DRAFT)
    assert answer.status_code == 201


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_a_status_is_overridden_by_those_who_may(as_, role):
    path = f"/v1/targets/{(await a_target(as_))['id']}/overrides"
    caller = as_(role, None if role.of_consortium else NORTH)
    answer = await caller.post(path, json=DRAFT)
    may = role in WHO_MAY[Action.STATUS_OVERRIDE]
    assert (answer.status_code, answer.json().get("rule")) == (
        (201, None) if may else (403, "TR-02")
    )
    lift = f"{path}/{answer.json().get('id', new_id())}/lift"
    assert (await caller.post(lift)).status_code == (200 if may else 403)


async def test_what_is_of_another_district_or_target_looks_like_nothing(as_):
    path = f"/v1/targets/{(await a_target(as_))['id']}/overrides"
    other = f"/v1/targets/{(await a_target(as_))['id']}/overrides"
    override = told(await planner(as_).post(path, json=DRAFT), 201)["id"]
    answers = [
        await planner(as_, SOUTH).post(path, json=DRAFT),
        await planner(as_, SOUTH).post(f"{path}/{override}/lift"),
        await planner(as_).post(f"{other}/{override}/lift"),
        await planner(as_).post(f"{path}/{new_id()}/lift"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not_found")] * 4


async def test_an_override_and_its_end_are_in_the_ledger(as_, owner):
    target = await a_target(as_)
    path = f"/v1/targets/{target['id']}/overrides"
    override = told(await planner(as_).post(path, json=DRAFT), 201)
    await planner(as_).post(f"{path}/{override['id']}/lift")
    query = "select subject, rule, detail from ledger where action = 'status:override' order by at"
    async with owner.connect() as connection:
        entries = [tuple(entry) for entry in await connection.execute(text(query))]
    subject = f"target:{target['id']}"
    assert entries == [(subject, "TR-16", {"step": step}) for step in ("override", "lift")]
