import asyncio
from decimal import Decimal
from uuid import UUID

import pytest
from answers import once
from conftest import NORTH, SOUTH
from measures.drafts import defined
from paths import told
from planning import (
    EDITED,
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
)

from app.measuring.words import Direction
from app.targets.models import Target
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

ABSENT = UUID(int=77)
LEAST = {"statement": "More third graders read at grade level."}
CONTENT = LEAST | {"position": 4}
PLANNERS = {Role.SUPERINTENDENT, Role.PLANNER}
OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
CSV = {"Content-Type": "text/csv"}
TAKES_EDITS = "A plan takes edits while it is drafted or refined."


def by_code(goal: dict, code: str) -> str:
    return f"/v1/goals/{goal['id']}/indicators/by-code/{code}"


def batch_of(goal: dict) -> str:
    return f"/v1/goals/{goal['id']}/indicators/batch"


def at(indicator: dict) -> str:
    return f"/v1/indicators/{indicator['id']}"


def named(indicator: dict, measure: dict) -> str:
    return f"{at(indicator)}/measures/{measure['id']}"


async def a_measure(as_, district: UUID = NORTH) -> dict:
    told_of = {"district_id": str(district), "code": f"measure-{next(NUMBERS)}"}
    return await defined(planner(as_, district), **told_of)


async def codes(as_, asked: str = "") -> list[str]:
    body = told(await as_(Role.VIEWER, NORTH).get(f"/v1/indicators{asked}"), 200)
    return [indicator["code"] for indicator in body["data"]]


def a_target(indicator: dict, measure: dict) -> Target:
    """A band that the measure is to stay in."""
    return Target(
        district_id=NORTH,
        indicator_id=UUID(indicator["id"]),
        measure_id=UUID(measure["id"]),
        edition=1,
        direction=Direction.MAINTAIN,
        low=Decimal(90),
        high=Decimal(95),
        starts_in="2026-27",
        milestones=[],
    )


async def test_a_new_indicator_is_whole(as_):
    goal = await a_goal(as_)
    draft = {"goal_id": goal["id"], "code": "third-grade", **CONTENT}
    answer = await planner(as_).post("/v1/indicators", json=draft)
    body = told(answer, 201)
    assert body == draft | {
        "id": body["id"],
        "district_id": str(NORTH),
        "measure_ids": [],
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == at(body)
    read = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (told(read, 200), read.headers["etag"]) == (body, answer.headers["etag"])


async def test_an_indicator_that_is_not_told_where_it_stands_comes_last(as_):
    goal = await a_goal(as_)
    positions = [
        (await an_indicator(as_, goal, **where))["position"] for where in ({}, {"position": 7}, {})
    ]
    assert positions == [1, 7, 8]


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_everyone_in_a_district_reads_indicators_and_two_roles_write_them(as_, role):
    goal, measure = await a_goal(as_), await a_measure(as_)
    indicator = await an_indicator(as_, goal)
    caller, may = as_(role, NORTH), role in PLANNERS
    assert told(await caller.get(at(indicator)), 200) == indicator
    draft = {"goal_id": goal["id"], "code": "third-grade", **LEAST}
    answers = [
        await caller.post("/v1/indicators", json=draft),
        await patched(caller, at(indicator), {"statement": "Reworded."}),
        await caller.put(by_code(goal, "new"), json=LEAST),
        await caller.post(batch_of(goal), json={"items": []}, headers=once()),
        await caller.put(named(indicator, measure)),
        await caller.delete(named(indicator, measure), headers=await seen(caller, at(indicator))),
        await caller.delete(at(indicator), headers=await seen(caller, at(indicator))),
    ]
    assert [each.status_code for each in answers] == (
        [201, 200, 201, 422, 201, 204, 204] if may else [403] * 7
    )
    assert [each.json()["rule"] for each in answers if not may] == ["TR-02"] * (0 if may else 7)


@pytest.mark.parametrize("role", [Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.FACILITATOR])
async def test_the_staff_of_the_consortium_does_not_read_indicators(as_, role):
    indicator = await an_indicator(as_)
    for path in ("/v1/indicators", at(indicator)):
        assert told(await as_(role).get(path), 403)["rule"] == "TR-02"


async def test_another_districts_indicator_is_as_absent_as_one_that_is_not_there(as_):
    theirs, measure = await an_indicator(as_, district=SOUTH), await a_measure(as_, SOUTH)
    caller, tag = planner(as_), {"If-Match": '"1-x-json"'}
    for indicator in (theirs["id"], ABSENT, "nothing", theirs["id"].upper()):
        path = f"/v1/indicators/{indicator}"
        told(await caller.get(path), 404)
        told(await caller.patch(path, json={"statement": "Ours"}, headers=tag), 404)
        told(await caller.delete(path, headers=tag), 404)
        told(await caller.put(f"{path}/measures/{measure['id']}"), 404)
        told(await caller.delete(f"{path}/measures/{measure['id']}", headers=tag), 404)
    for goal in ({"id": theirs["goal_id"]}, {"id": ABSENT}, {"id": "nothing"}):
        told(await caller.put(by_code(goal, "third-grade"), json=LEAST), 404)
        rows = {"items": [{"code": "third-grade", **LEAST}]}
        told(await caller.post(batch_of(goal), json=rows, headers=once()), 404)
    assert await codes(as_) == []
    assert told(await planner(as_, SOUTH).get(at(theirs)), 200) == theirs


async def test_an_indicator_is_written_for_a_goal_of_ones_own_district(as_):
    theirs = await a_goal(as_, district=SOUTH)
    for goal in (theirs["id"], str(ABSENT)):
        draft = {"goal_id": goal, "code": "a", **LEAST}
        answer = await planner(as_).post("/v1/indicators", json=draft)
        assert faults(answer) == [("/goal_id", "unknown_reference")]


async def test_a_draft_is_told_all_its_faults_at_once(as_):
    draft = {"goal_id": 5, "code": "", "position": 1.5, "measure_ids": []}
    assert faults(await planner(as_).post("/v1/indicators", json=draft)) == [
        ("/statement", "required"),
        ("/position", "not_a_whole_number"),
        ("/code", "malformed"),
        ("/goal_id", "not_an_id"),
        ("/measure_ids", "unknown_member"),
    ]


async def test_a_code_names_one_indicator_of_a_goal(as_):
    goal = await a_goal(as_)
    await an_indicator(as_, goal, code="third-grade")
    draft = {"goal_id": goal["id"], "code": "third-grade", **LEAST}
    body = told(await planner(as_).post("/v1/indicators", json=draft), 409)
    assert (body["code"], body["detail"]) == ("conflict", "The goal has an indicator of this code.")
    await an_indicator(as_, code="third-grade")


async def test_a_revision_changes_what_it_names(as_):
    indicator = await an_indicator(as_)
    answer = await patched(planner(as_), at(indicator), {"statement": "Reworded.", "position": 3})
    body = told(answer, 200)
    assert body == indicator | {
        "statement": "Reworded.",
        "position": 3,
        "updated_at": body["updated_at"],
        "version": 2,
    }
    assert (await planner(as_).get(at(indicator))).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        (
            {"statement": None, "position": None},
            [("/statement", "not_text"), ("/position", "not_a_whole_number")],
        ),
        ({"code": "other"}, [("/code", "unknown_member")]),
        ({"goal_id": str(ABSENT)}, [("/goal_id", "unknown_member")]),
        ({"measure_ids": []}, [("/measure_ids", "unknown_member")]),
    ],
    ids=str,
)
async def test_a_revision_changes_neither_what_is_fixed_nor_what_is_always_there(
    as_, revision, found
):
    indicator = await an_indicator(as_)
    assert faults(await patched(planner(as_), at(indicator), revision)) == found


@pytest.mark.parametrize("state", TO)
async def test_indicators_and_their_measures_change_while_the_plan_takes_edits(as_, state):
    plan = await a_plan(as_)
    goal, measures = await a_goal(as_, plan), [await a_measure(as_) for _ in range(2)]
    indicator = await an_indicator(as_, goal, code="a")
    told(await planner(as_).put(named(indicator, measures[0])), 201)
    before = told(await planner(as_).get(at(indicator)), 200)
    await led(as_, plan, state)
    caller, path = planner(as_), at(indicator)
    row = {"code": "d", **LEAST}
    answers = [
        await patched(caller, path, {"statement": "Reworded."}),
        await caller.post("/v1/indicators", json={"goal_id": goal["id"], "code": "c", **LEAST}),
        await caller.put(by_code(goal, "a"), json=LEAST, headers=await seen(caller, path)),
        await caller.post(batch_of(goal), json={"items": [row]}, headers=once()),
        await caller.put(named(indicator, measures[1])),
        await caller.delete(named(indicator, measures[0]), headers=await seen(caller, path)),
        await caller.delete(path, headers=await seen(caller, path)),
    ]
    if state in EDITED:
        assert [each.status_code for each in answers] == [200, 201, 200, 200, 201, 204, 204]
        assert await codes(as_, f"?goal_id={goal['id']}") == ["c", "d"]
    else:
        assert [(told(each, 409)["rule"], each.json()["detail"]) for each in answers] == [
            ("TR-11", TAKES_EDITS)
        ] * 7
        left = told(await caller.get(f"/v1/indicators?goal_id={goal['id']}"), 200)["data"]
        assert left == [before]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_needs_the_tag_of_what_is_there(as_, method):
    indicator = await an_indicator(as_)
    caller, path = planner(as_), at(indicator)
    body = {"json": {"statement": "A"}} if method == "PATCH" else {}
    old = await seen(caller, path)
    told(await patched(caller, path, {"statement": "B"}), 200)
    told(await caller.request(method, path, **body), 428)
    stale = await caller.request(method, path, headers=old, **body)
    assert told(stale, 412)["code"] == "precondition_failed"
    assert {"If-Match": stale.headers["etag"]} == await seen(caller, path)


async def test_of_ten_revisions_at_once_one_is_made(as_):
    indicator = await an_indicator(as_)
    caller, path = planner(as_), at(indicator)
    tag = await seen(caller, path)
    answers = await asyncio.gather(
        *(caller.patch(path, json={"statement": f"Words {n}"}, headers=tag) for n in range(10))
    )
    assert sorted(each.status_code for each in answers) == [200] + [412] * 9


async def test_an_indicator_is_put_under_its_code_and_replaced_by_who_has_seen_it(as_):
    goal, caller = await a_goal(as_), planner(as_)
    made = await caller.put(by_code(goal, "third-grade"), json=CONTENT)
    indicator = told(made, 201)
    assert {name: indicator[name] for name in CONTENT} == CONTENT
    assert made.headers["location"] == at(indicator)
    assert told(await caller.put(by_code(goal, "third-grade"), json=CONTENT), 200) == indicator
    other = {"statement": "Reworded."}
    told(await caller.put(by_code(goal, "third-grade"), json=other), 428)
    tag = {"If-Match": made.headers["etag"]}
    again = told(await caller.put(by_code(goal, "third-grade"), json=other, headers=tag), 200)
    assert again == indicator | other | {"updated_at": again["updated_at"], "version": 2}
    told(await caller.put(by_code(goal, "third-grade"), json=other, headers=tag), 412)
    told(await caller.put(by_code(goal, "other"), json=other, headers=tag), 412)


async def test_a_batch_writes_what_is_new_and_edits_what_is_there(as_):
    goal = await a_goal(as_)
    there = await an_indicator(as_, goal, code="a", position=5)
    sheet = "code,statement,position\na,Reworded.,\nb,Another.,\n"
    answer = await planner(as_).post(batch_of(goal), content=sheet, headers=once() | CSV)
    body = told(answer, 200)
    assert [(row["status"], row["id"]) for row in body["results"]] == [
        ("updated", there["id"]),
        ("created", body["results"][1]["id"]),
    ]
    listed = told(await planner(as_).get("/v1/indicators"), 200)["data"]
    assert [(each["code"], each["statement"], each["position"]) for each in listed] == [
        ("a", "Reworded.", 5),
        ("b", "Another.", 6),
    ]


async def test_not_one_row_is_stored_of_a_batch_with_a_fault(as_):
    goal = await a_goal(as_)
    rows = [{"code": "a", **LEAST}, {"code": "a", **LEAST}, {"code": "b"}]
    answer = await planner(as_).post(batch_of(goal), json={"items": rows}, headers=once())
    assert faults(answer) == [
        ("/items/1/code", "repeated"),
        ("/items/2/statement", "required"),
    ]
    assert await codes(as_) == []


@pytest.mark.parametrize("dry_run", [False, True])
async def test_with_best_effort_the_other_rows_are_stored_and_a_dry_run_stores_none(as_, dry_run):
    goal = await a_goal(as_)
    rows = [{"code": "a", **LEAST}, {"code": "a", **LEAST}, {"code": "b", **LEAST}]
    body = {"mode": "best_effort", "dry_run": dry_run, "items": rows}
    done = told(await planner(as_).post(batch_of(goal), json=body, headers=once()), 200)
    assert [row["status"] for row in done["results"]] == ["created", "failed", "created"]
    assert await codes(as_) == ([] if dry_run else ["a", "b"])


async def test_a_measure_is_named_once_after_those_that_are_named(as_):
    indicator, caller = await an_indicator(as_), planner(as_)
    measures = [await a_measure(as_) for _ in range(3)]
    first = await caller.put(named(indicator, measures[2]))
    body = told(first, 201)
    assert body == indicator | {
        "measure_ids": [measures[2]["id"]],
        "updated_at": body["updated_at"],
        "version": 2,
    }
    told(await caller.put(named(indicator, measures[0])), 201)
    told(await caller.put(named(indicator, measures[1])), 201)
    again = await caller.put(named(indicator, measures[2]))
    shown = await caller.get(at(indicator))
    assert told(again, 200) == told(shown, 200)
    assert again.headers["etag"] == shown.headers["etag"]
    assert again.json()["measure_ids"] == [measures[n]["id"] for n in (2, 0, 1)]


async def test_measures_that_are_named_at_once_are_all_named(as_):
    indicator, caller = await an_indicator(as_), planner(as_)
    measures = [await a_measure(as_) for _ in range(5)]
    answers = await asyncio.gather(*(caller.put(named(indicator, each)) for each in measures))
    assert [each.status_code for each in answers] == [201] * 5
    body = told(await caller.get(at(indicator)), 200)
    assert sorted(body["measure_ids"]) == sorted(each["id"] for each in measures)


async def test_a_measure_is_named_no_more_by_who_has_seen_the_indicator(as_):
    indicator, caller = await an_indicator(as_), planner(as_)
    measures = [await a_measure(as_) for _ in range(2)]
    for each in measures:
        told(await caller.put(named(indicator, each)), 201)
    told(await caller.delete(named(indicator, measures[0])), 428)
    tag = await seen(caller, at(indicator))
    gone = await caller.delete(named(indicator, measures[0]), headers=tag)
    assert (gone.status_code, gone.content) == (204, b"")
    told(await caller.delete(named(indicator, measures[1]), headers=tag), 412)
    told(await caller.delete(named(indicator, measures[0]), headers=tag), 404)
    body = told(await caller.get(at(indicator)), 200)
    assert (body["measure_ids"], body["version"]) == ([measures[1]["id"]], 4)
    assert told(await caller.get(f"/v1/measures/{measures[0]['id']}"), 200) == measures[0]


async def test_a_measure_of_another_district_is_not_named(as_):
    indicator, theirs = await an_indicator(as_), await a_measure(as_, SOUTH)
    for measure in (theirs["id"], ABSENT, "nothing"):
        told(await planner(as_).put(f"{at(indicator)}/measures/{measure}"), 404)
    assert told(await planner(as_).get(at(indicator)), 200) == indicator


@pytest.mark.parametrize("gone", ["the link", "the indicator", "the goal", "the plan"])
async def test_what_a_target_is_set_for_is_not_deleted(as_, given, gone):
    plan = await a_plan(as_)
    goal, measure = await a_goal(as_, plan), await a_measure(as_)
    indicator = await an_indicator(as_, goal)
    caller = planner(as_)
    told(await caller.put(named(indicator, measure)), 201)
    await given(a_target(indicator, measure))
    path, tagged = {
        "the link": (named(indicator, measure), at(indicator)),
        "the indicator": (at(indicator), at(indicator)),
        "the goal": (f"/v1/goals/{goal['id']}", f"/v1/goals/{goal['id']}"),
        "the plan": (f"/v1/plans/{plan['id']}", f"/v1/plans/{plan['id']}"),
    }[gone]
    body = told(await caller.delete(path, headers=await seen(caller, tagged)), 409)
    assert (body["code"], body["detail"]) == ("conflict", "Something still refers to it.")
    assert told(await caller.get(at(indicator)), 200)["measure_ids"] == [measure["id"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["a", "b", "c"]),
        ("?sort=-position", ["b", "c", "a"]),
        ("?sort=updated_at", ["b", "a", "c"]),
        (f"?district_id={SOUTH}", []),
        (f"?goal_id={ABSENT}", []),
    ],
)
async def test_indicators_are_listed_goal_by_goal_in_order_and_as_asked(as_, asked, found):
    first = await a_goal(as_)
    await an_indicator(as_, first, code="b", position=2)
    await an_indicator(as_, first, code="a", position=1)
    await an_indicator(as_, await a_goal(as_), code="c", position=1)
    await an_indicator(as_, district=SOUTH)
    assert await codes(as_, asked) == found


async def test_the_indicators_of_one_goal_are_found_and_followed(as_):
    goal = await a_goal(as_)
    indicators = [await an_indicator(as_, goal) for _ in range(3)]
    await an_indicator(as_)
    caller = planner(as_)
    of_goal = {"goal_id": goal["id"], "include_total": "true"}
    body = told(await caller.get("/v1/indicators", params=of_goal), 200)
    assert (body["data"], body["total"]) == (indicators, 3)
    since = {"updated_at_gte": indicators[2]["updated_at"], "goal_id": goal["id"]}
    assert told(await caller.get("/v1/indicators", params=since), 200)["data"] == indicators[2:]


@pytest.mark.parametrize("asked", ["sort=code", "goal_id=x", "statement=a"])
async def test_a_list_refuses_what_it_does_not_know(as_, asked):
    (fault,) = faults(await as_(Role.VIEWER, NORTH).get(f"/v1/indicators?{asked}"))
    assert fault[0] == f"?{asked.split('=')[0]}"
