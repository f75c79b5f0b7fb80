"""A target takes the place of another one, with a reason; both are kept."""

import pytest
from conftest import NORTH, SOUTH, account
from measures.drafts import PROFICIENT
from paths import told
from planning import TO, a_plan, faults, led, planner
from sqlalchemy import text
from targets.aimed import BACK_LOADED, NOTHING, WAY, a_target, a_target_in

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
WHY = {"reason": "The first survey was not comparable.", "decided_by": "Board, June 12"}
NEW = {"baseline_period": "2022-23", "baseline_value": 42.5, "aim_value": 55, "due_in": "2027-28"}
OF_AIMS = [*NOTHING, "direction", "edition"]


async def test_a_rebaselining_keeps_the_old_target_and_the_new_one(as_):
    target = await a_target(as_)
    path = f"/v1/targets/{target['id']}"
    answer = await planner(as_).post(f"{path}/rebaseline", json=NEW | WHY | {"tolerance": 0.001})
    event = told(answer, 201)
    old = {name: target[name] for name in OF_AIMS}
    new = NOTHING | NEW | {"direction": "increase", "edition": 1, "baseline_edition": 1}
    assert event == WHY | {
        "id": event["id"],
        "district_id": str(NORTH),
        "target_id": target["id"],
        "recorded_by": str(account(Role.PLANNER, NORTH)),
        "at": event["at"],
        "old": old,
        "new": new | {"tolerance": 0.001},
    }
    assert answer.headers["location"] == f"{path}/rebaselinings"
    now = told(await planner(as_).get(path), 200)
    assert now == target | new | {
        "tolerance": 0.001,
        "version": 2,
        "updated_at": now["updated_at"],
    }
    second = told(await planner(as_).post(f"{path}/rebaseline", json=WAY | WHY), 201)
    listed = told(await as_(Role.VIEWER, NORTH).get(f"{path}/rebaselinings"), 200)
    assert listed == {"data": [event, second], "next_cursor": None, "has_more": False}
    assert (second["old"], second["new"]) == (event["new"], old)


@pytest.mark.parametrize("state", TO)
async def test_a_target_is_rebaselined_wherever_its_plan_stands(as_, state):
    plan = await a_plan(as_)
    target = await a_target_in(as_, plan)
    await led(as_, plan, state)
    answer = await planner(as_).post(f"/v1/targets/{target['id']}/rebaseline", json=NEW | WHY)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (WAY | WHY, [("", "unchanged")]),
        (NEW | {"decided_by": "Board"}, [("/reason", "required")]),
        (NEW | WHY | {"reason": " "}, [("/reason", "surrounding_blanks")]),
        (NEW | {"reason": "So."}, [("/decided_by", "required")]),
        (NEW | WHY | {"due_in": "2022-23"}, [("/due_in", "not_after_baseline")]),
        (NEW | WHY | {"milestones": BACK_LOADED}, [("/milestones", "out_of_order")]),
        (WHY, [("/baseline_period", "required"), ("/baseline_value", "required"),
               ("/aim_value", "required"), ("/due_in", "required")]),
        (NEW | WHY | {"direction": "decrease"}, [("/direction", "unknown_member")]),
    ],
)  # fmt: skip
async def test_a_rebaselining_that_makes_no_sense_is_refused(as_, sent, expected):
    target = await a_target(as_)
    answer = await planner(as_).post(f"/v1/targets/{target['id']}/rebaseline", json=sent)
    assert faults(answer) == expected
    assert told(await planner(as_).get(f"/v1/targets/{target['id']}"), 200) == target


async def test_after_an_era_break_a_rebaselining_is_of_the_new_era(as_):
    target = await a_target(as_)
    edition = PROFICIENT | {"definition": "Anew.", "era_break": True, "reason": "New test."}
    measure = f"/v1/measures/{target['measure_id']}/editions"
    told(await as_(Role.DATA_STEWARD, NORTH).post(measure, json=edition), 201)
    path = f"/v1/targets/{target['id']}/rebaseline"
    event = told(await planner(as_).post(path, json=WAY | WHY), 201)
    told_of = [(each["edition"], each["baseline_edition"]) for each in (event["old"], event["new"])]
    assert told_of == [(1, 1), (2, 2)]
    across = await planner(as_).post(path, json=NEW | WHY | {"baseline_edition": 1})
    assert (across.status_code, across.json()["rule"]) == (409, "TR-15")


async def test_a_measure_that_is_to_be_maintained_now_takes_a_band(as_):
    target = await a_target(as_)
    edition = PROFICIENT | {"direction": "maintain", "era_break": False, "reason": "Reached."}
    measure = f"/v1/measures/{target['measure_id']}/editions"
    told(await as_(Role.DATA_STEWARD, NORTH).post(measure, json=edition), 201)
    path = f"/v1/targets/{target['id']}"
    band = {"low": 48, "high": 100, "starts_in": "2026-27"}
    told(await planner(as_).post(f"{path}/rebaseline", json=band | WHY), 201)
    now = told(await planner(as_).get(path), 200)
    assert {name: now[name] for name in OF_AIMS} == NOTHING | band | {
        "direction": "maintain",
        "edition": 2,
    }


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_a_target_is_rebaselined_by_those_who_may(as_, role):
    path = f"/v1/targets/{(await a_target(as_))['id']}/rebaseline"
    caller = as_(role, None if role.of_consortium else NORTH)
    answer = await caller.post(path, json=NEW | WHY)
    may = role in WHO_MAY[Action.TARGET_SET]
    assert (answer.status_code, answer.json().get("rule")) == (
        (201, None) if may else (403, "TR-02")
    )


async def test_a_target_of_another_district_looks_like_none(as_):
    path = f"/v1/targets/{(await a_target(as_))['id']}/rebaseline"
    answer = await planner(as_, SOUTH).post(path, json=NEW | WHY)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_rebaselining_is_in_the_ledger_without_its_numbers(as_, owner):
    target = await a_target(as_)
    await planner(as_).post(f"/v1/targets/{target['id']}/rebaseline", json=NEW | WHY)
    query = "select subject, detail from ledger where action = 'target:set'"
    async with owner.connect() as connection:
        entries = [tuple(entry) for entry in await connection.execute(text(query))]
    assert entries == [(f"target:{target['id']}", {"step": "rebaseline"})]
