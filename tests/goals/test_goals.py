import asyncio
from uuid import UUID

import pytest
from answers import once
from conftest import NORTH, SOUTH
from paths import told
from planning import (
    EDITED,
    NOT_EDITED,
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

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

ABSENT = UUID(int=77)
CONTENT = {
    "focus_area": "teaching_and_learning",
    "title": "Every student reads by grade 3",
    "statement": "Reading opens everything else.\nSo we begin there.",
    "population": "Students in kindergarten to grade 3",
    "position": 4,
}
LEAST = {name: CONTENT[name] for name in ("focus_area", "title")}
PLANNERS = {Role.SUPERINTENDENT, Role.PLANNER}
OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
CSV = {"Content-Type": "text/csv"}
TAKES_EDITS = "A plan takes edits while it is drafted or refined."


def by_code(plan: dict, code: str) -> str:
    return f"/v1/plans/{plan['id']}/goals/by-code/{code}"


def batch_of(plan: dict) -> str:
    return f"/v1/plans/{plan['id']}/goals/batch"


async def codes(as_, asked: str = "") -> list[str]:
    body = told(await as_(Role.VIEWER, NORTH).get(f"/v1/goals{asked}"), 200)
    return [goal["code"] for goal in body["data"]]


async def test_a_new_goal_is_whole(as_):
    plan = await a_plan(as_)
    draft = {"plan_id": plan["id"], "code": "reading", **CONTENT}
    answer = await planner(as_).post("/v1/goals", json=draft)
    body = told(answer, 201)
    assert body == draft | {
        "id": body["id"],
        "district_id": str(NORTH),
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == f"/v1/goals/{body['id']}"
    read = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (told(read, 200), read.headers["etag"]) == (body, answer.headers["etag"])


async def test_a_goal_that_is_not_told_where_it_stands_comes_last(as_):
    plan = await a_plan(as_)
    positions = [
        (await a_goal(as_, plan, **where))["position"] for where in ({}, {"position": 7}, {}, {})
    ]
    assert positions == [1, 7, 8, 9]


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_everyone_in_a_district_reads_its_goals_and_two_roles_write_them(as_, role):
    plan = await a_plan(as_)
    goal = await a_goal(as_, plan)
    path, caller, may = f"/v1/goals/{goal['id']}", as_(role, NORTH), role in PLANNERS
    assert told(await caller.get(path), 200) == goal
    answers = [
        await caller.post("/v1/goals", json={"plan_id": plan["id"], "code": "reading", **LEAST}),
        await patched(caller, path, {"title": "Renamed"}),
        await caller.put(by_code(plan, "new"), json=LEAST),
        await caller.post(batch_of(plan), json={"items": []}, headers=once()),
        await caller.delete(path, headers=await seen(caller, path)),
    ]
    assert [each.status_code for each in answers] == (
        [201, 200, 201, 422, 204] if may else [403] * 5
    )
    assert [each.json()["rule"] for each in answers if not may] == ["TR-02"] * (0 if may else 5)


@pytest.mark.parametrize("role", [Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.FACILITATOR])
async def test_the_staff_of_the_consortium_does_not_read_goals(as_, role):
    goal = await a_goal(as_)
    for path in ("/v1/goals", f"/v1/goals/{goal['id']}"):
        assert told(await as_(role).get(path), 403)["rule"] == "TR-02"


async def test_another_districts_goal_is_as_absent_as_one_that_is_not_there(as_):
    theirs = await a_goal(as_, district=SOUTH)
    caller, tag = planner(as_), {"If-Match": '"1-x-json"'}
    for goal in (theirs["id"], ABSENT, "nothing", theirs["id"].upper()):
        path = f"/v1/goals/{goal}"
        told(await caller.get(path), 404)
        told(await caller.patch(path, json={"title": "Ours"}, headers=tag), 404)
        told(await caller.delete(path, headers=tag), 404)
    for plan in ({"id": theirs["plan_id"]}, {"id": ABSENT}, {"id": "nothing"}):
        told(await caller.put(by_code(plan, "reading"), json=LEAST), 404)
        rows = {"items": [{"code": "reading", **LEAST}]}
        told(await caller.post(batch_of(plan), json=rows, headers=once()), 404)
    assert await codes(as_) == []
    assert told(await planner(as_, SOUTH).get(f"/v1/goals/{theirs['id']}"), 200) == theirs


async def test_a_goal_is_written_in_a_plan_of_ones_own_district(as_):
    theirs = await a_plan(as_, SOUTH)
    for plan in (theirs["id"], str(ABSENT)):
        answer = await planner(as_).post("/v1/goals", json={"plan_id": plan, "code": "a", **LEAST})
        assert faults(answer) == [("/plan_id", "unknown_reference")]


async def test_a_draft_is_told_all_its_faults_at_once(as_):
    draft = {
        "plan_id": "plan",
        "code": "Reading",
        "focus_area": "reading",
        "title": "",
        "statement": "a\u0000b",
        "position": 0,
        "district_id": str(NORTH),
    }
    assert faults(await planner(as_).post("/v1/goals", json=draft)) == [
        ("/focus_area", "not_one_of"),
        ("/title", "empty"),
        ("/statement", "illegible_character"),
        ("/position", "out_of_range"),
        ("/code", "malformed"),
        ("/plan_id", "not_an_id"),
        ("/district_id", "unknown_member"),
    ]


async def test_a_code_names_one_goal_of_a_plan(as_):
    plan = await a_plan(as_)
    await a_goal(as_, plan, code="reading")
    draft = {"plan_id": plan["id"], "code": "reading", **LEAST}
    body = told(await planner(as_).post("/v1/goals", json=draft), 409)
    assert (body["code"], body["detail"]) == ("conflict", "The plan has a goal of this code.")
    await a_goal(as_, code="reading")


async def test_a_revision_changes_what_it_names_and_takes_away_what_it_sends_as_null(as_):
    goal = await a_goal(as_, **CONTENT)
    path = f"/v1/goals/{goal['id']}"
    answer = await patched(planner(as_), path, {"statement": None, "title": "Known", "position": 2})
    body = told(answer, 200)
    assert body == goal | {
        "statement": None,
        "title": "Known",
        "position": 2,
        "updated_at": body["updated_at"],
        "version": 2,
    }
    assert (await planner(as_).get(path)).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        (
            {"title": None, "position": None, "focus_area": None},
            [
                ("/focus_area", "not_one_of"),
                ("/title", "not_text"),
                ("/position", "not_a_whole_number"),
            ],
        ),
        ({"code": "other"}, [("/code", "unknown_member")]),
        ({"plan_id": str(ABSENT)}, [("/plan_id", "unknown_member")]),
    ],
    ids=str,
)
async def test_a_revision_changes_neither_what_is_fixed_nor_what_is_always_there(
    as_, revision, found
):
    goal = await a_goal(as_)
    assert faults(await patched(planner(as_), f"/v1/goals/{goal['id']}", revision)) == found


@pytest.mark.parametrize("state", TO)
async def test_goals_are_written_edited_and_deleted_while_their_plan_takes_edits(as_, state):
    plan = await a_plan(as_)
    goals = [await a_goal(as_, plan, code=code) for code in ("a", "b")]
    await led(as_, plan, state)
    caller, path = planner(as_), f"/v1/goals/{goals[0]['id']}"
    row = {"code": "d", **LEAST}
    answers = [
        await patched(caller, path, {"title": "Renamed"}),
        await caller.post("/v1/goals", json={"plan_id": plan["id"], "code": "c", **LEAST}),
        await caller.put(by_code(plan, "a"), json=LEAST, headers=await seen(caller, path)),
        await caller.post(batch_of(plan), json={"items": [row]}, headers=once()),
        await caller.delete(path, headers=await seen(caller, path)),
    ]
    if state in EDITED:
        assert [each.status_code for each in answers] == [200, 201, 200, 200, 204]
        assert await codes(as_, f"?plan_id={plan['id']}") == ["b", "c", "d"]
    else:
        assert state in NOT_EDITED
        assert [(told(each, 409)["rule"], each.json()["detail"]) for each in answers] == [
            ("TR-11", TAKES_EDITS)
        ] * 5
        left = told(await caller.get(f"/v1/goals?plan_id={plan['id']}"), 200)["data"]
        assert left == goals


async def test_a_goal_is_deleted_with_its_indicators_and_nothing_else(as_):
    plan = await a_plan(as_)
    goal, other = await a_goal(as_, plan), await a_goal(as_, plan)
    indicators = [await an_indicator(as_, each) for each in (goal, goal, other)]
    caller, path = planner(as_), f"/v1/goals/{goal['id']}"
    answer = await caller.delete(path, headers=await seen(caller, path))
    assert (answer.status_code, answer.content) == (204, b"")
    told(await caller.get(path), 404)
    assert told(await caller.get("/v1/goals"), 200)["data"] == [other]
    assert told(await caller.get("/v1/indicators"), 200)["data"] == indicators[2:]


async def test_who_follows_changes_is_told_of_all_that_went_with_a_goal(as_):
    goal = await a_goal(as_)
    indicator = await an_indicator(as_, goal)
    caller, path = planner(as_), f"/v1/goals/{goal['id']}"
    assert (await caller.delete(path, headers=await seen(caller, path))).status_code == 204
    changes = told(await caller.get("/v1/changes"), 200)["data"]
    assert {(each["type"], each["op"], each["id"]) for each in changes[-2:]} == {
        ("goal", "delete", goal["id"]),
        ("indicator", "delete", indicator["id"]),
    }


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_needs_the_tag_of_what_is_there(as_, method):
    goal = await a_goal(as_)
    caller, path = planner(as_), f"/v1/goals/{goal['id']}"
    body = {"json": {"title": "A"}} if method == "PATCH" else {}
    old = await seen(caller, path)
    told(await patched(caller, path, {"title": "B"}), 200)
    told(await caller.request(method, path, **body), 428)
    stale = await caller.request(method, path, headers=old, **body)
    assert told(stale, 412)["code"] == "precondition_failed"
    assert {"If-Match": stale.headers["etag"]} == await seen(caller, path)


async def test_of_ten_revisions_at_once_one_is_made(as_):
    goal = await a_goal(as_)
    caller, path = planner(as_), f"/v1/goals/{goal['id']}"
    tag = await seen(caller, path)
    answers = await asyncio.gather(
        *(caller.patch(path, json={"title": f"Title {n}"}, headers=tag) for n in range(10))
    )
    assert sorted(each.status_code for each in answers) == [200] + [412] * 9
    (made,) = [each.json() for each in answers if each.status_code == 200]
    assert told(await caller.get(path), 200) == made


async def test_no_edit_slips_past_a_step_of_the_plan(as_):
    """Whatever comes first: a plan out for feedback has the goals it was sent out with."""
    plan = await a_plan(as_)
    caller, path = as_(Role.SUPERINTENDENT, NORTH), f"/v1/plans/{plan['id']}"
    drafts = [{"plan_id": plan["id"], "code": f"goal-{n}", **LEAST} for n in range(8)]
    *written, sent = await asyncio.gather(
        *(caller.post("/v1/goals", json=draft) for draft in drafts),
        caller.post(f"{path}/send-out"),
    )
    told(sent, 200)
    made = sorted(each.json()["code"] for each in written if each.status_code == 201)
    refused = [each.json()["rule"] for each in written if each.status_code == 409]
    assert (len(made) + len(refused), set(refused) <= {"TR-11"}) == (8, True)
    assert sorted(await codes(as_)) == made


async def test_a_goal_is_put_under_its_code_and_replaced_by_who_has_seen_it(as_):
    plan, caller = await a_plan(as_), planner(as_)
    made = await caller.put(by_code(plan, "reading"), json=CONTENT)
    goal = told(made, 201)
    assert {name: goal[name] for name in CONTENT} == CONTENT
    assert made.headers["location"] == f"/v1/goals/{goal['id']}"
    assert told(await caller.put(by_code(plan, "reading"), json=CONTENT), 200) == goal
    told(await caller.put(by_code(plan, "reading"), json=LEAST), 428)
    tag = {"If-Match": made.headers["etag"]}
    again = told(await caller.put(by_code(plan, "reading"), json=LEAST, headers=tag), 200)
    assert again == goal | {
        "statement": None,
        "population": None,
        "updated_at": again["updated_at"],
        "version": 2,
    }
    told(await caller.put(by_code(plan, "reading"), json=LEAST, headers=tag), 412)
    told(await caller.put(by_code(plan, "other"), json=LEAST, headers=tag), 412)


async def test_of_ten_that_put_a_goal_at_once_one_makes_it(as_):
    plan, caller = await a_plan(as_), planner(as_)
    answers = await asyncio.gather(
        *(caller.put(by_code(plan, "reading"), json=LEAST) for _ in range(10))
    )
    assert sorted(each.status_code for each in answers) == [200] * 9 + [201]


async def test_a_batch_writes_what_is_new_and_edits_what_is_there(as_):
    plan = await a_plan(as_)
    there = await a_goal(as_, plan, code="a", position=5)
    rows = [{"code": "a", **LEAST, "title": "Renamed"}, {"code": "b", **LEAST}]
    body = told(await planner(as_).post(batch_of(plan), json={"items": rows}, headers=once()), 200)
    assert body == {
        "mode": "atomic",
        "dry_run": False,
        "created": 1,
        "updated": 1,
        "failed": 0,
        "results": [
            {"index": 0, "status": "updated", "id": there["id"], "problem": None},
            {"index": 1, "status": "created", "id": body["results"][1]["id"], "problem": None},
        ],
    }
    listed = told(await planner(as_).get("/v1/goals"), 200)["data"]
    assert [(each["code"], each["title"], each["position"]) for each in listed] == [
        ("a", "Renamed", 5),
        ("b", LEAST["title"], 6),
    ]


async def test_a_batch_is_a_spreadsheet_too(as_):
    plan = await a_plan(as_)
    sheet = (
        "code,focus_area,title,position\n"
        "a,leadership,First,2\n"
        "b,community_engagement,Second,1\n"
        "c,leadership,Third,\n"
    )
    answer = await planner(as_).post(batch_of(plan), content=sheet, headers=once() | CSV)
    assert told(answer, 200)["created"] == 3
    assert await codes(as_) == ["b", "a", "c"]


async def test_not_one_row_is_stored_of_a_batch_with_a_fault(as_):
    plan = await a_plan(as_)
    sheet = "code,focus_area,title\na,leadership,First\na,leadership,Again\nc,money,Third\n"
    answer = await planner(as_).post(batch_of(plan), content=sheet, headers=once() | CSV)
    assert [
        (each["pointer"], each["code"], each["row"], each.get("column"))
        for each in told(answer, 422)["errors"]
    ] == [
        ("/items/1/code", "repeated", 3, "code"),
        ("/items/2/focus_area", "not_one_of", 4, "focus_area"),
    ]
    assert await codes(as_) == []


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_dry_run_stores_nothing(as_, mode, dry_run):
    plan = await a_plan(as_)
    await a_goal(as_, plan, code="a", title="As it was")
    rows = [{"code": "a", **LEAST, "title": "Renamed"}, {"code": "b", **LEAST}]
    body = {"mode": mode, "dry_run": dry_run, "items": rows}
    done = told(await planner(as_).post(batch_of(plan), json=body, headers=once()), 200)
    assert (done["created"], done["updated"]) == (1, 1)
    listed = told(await planner(as_).get("/v1/goals"), 200)["data"]
    assert [each["title"] for each in listed] == (
        ["As it was"] if dry_run else ["Renamed", LEAST["title"]]
    )


async def test_with_best_effort_the_other_rows_are_stored(as_):
    plan = await a_plan(as_)
    rows = [{"code": "a", **LEAST}, {"code": "a", **LEAST}, {"code": "b", **LEAST}, {"code": "c"}]
    body = {"mode": "best_effort", "items": rows}
    done = told(await planner(as_).post(batch_of(plan), json=body, headers=once()), 200)
    assert [row["status"] for row in done["results"]] == ["created", "failed", "created", "failed"]
    assert await codes(as_) == ["a", "b"]


async def test_a_batch_needs_an_idempotency_key(as_):
    plan = await a_plan(as_)
    body = told(await planner(as_).post(batch_of(plan), json={"items": [LEAST]}), 400)
    assert body["code"] == "idempotency_key_required"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["a", "b", "c", "d"]),
        ("?sort=title", ["d", "c", "b", "a"]),
        ("?sort=-title", ["a", "b", "c", "d"]),
        ("?sort=-position", ["c", "b", "d", "a"]),
        ("?sort=updated_at", ["b", "a", "d", "c"]),
        ("?focus_area=leadership", ["b"]),
        ("?focus_area=leadership&focus_area=community_engagement", ["b", "c"]),
        (f"?district_id={SOUTH}", []),
        (f"?plan_id={ABSENT}", []),
    ],
)
async def test_goals_are_listed_plan_by_plan_in_order_and_as_asked(as_, asked, found):
    first = await a_plan(as_)
    await a_goal(as_, first, code="b", title="Y", position=2, focus_area="leadership")
    await a_goal(as_, first, code="a", title="Z", position=1)
    second = await a_plan(as_)
    await a_goal(as_, second, code="d", title="W", position=1)
    await a_goal(as_, first, code="c", title="X", position=3, focus_area="community_engagement")
    await a_goal(as_, district=SOUTH)
    assert await codes(as_, asked) == found


async def test_the_goals_of_one_plan_are_found(as_):
    plan = await a_plan(as_)
    goal = await a_goal(as_, plan)
    await a_goal(as_)
    body = told(await planner(as_).get(f"/v1/goals?plan_id={plan['id']}&include_total=true"), 200)
    assert (body["data"], body["total"]) == ([goal], 1)


async def test_the_pages_of_a_list_hold_every_goal_once_in_every_order(as_):
    plan = await a_plan(as_)
    goals = [await a_goal(as_, plan, title=f"Title {n % 3}") for n in range(7)]
    async with as_(Role.VIEWER, NORTH) as viewer:
        for sort in ("", "&sort=title", "&sort=-title", "&sort=-updated_at", "&sort=position"):
            found, path = [], f"/v1/goals?limit=3&plan_id={plan['id']}{sort}"
            while path:
                answer = await viewer.get(path)
                found += told(answer, 200)["data"]
                link = answer.links.get("next")
                path = None if link is None else f"/v1/goals{link['url']}"
            by_id = sorted(found, key=lambda goal: goal["id"])
            assert by_id == sorted(goals, key=lambda goal: goal["id"])


async def test_whoever_follows_goals_asks_for_those_changed_since(as_):
    goals = [await a_goal(as_) for _ in range(3)]
    asked = {"updated_at_gte": goals[1]["updated_at"], "sort": "updated_at"}
    assert told(await planner(as_).get("/v1/goals", params=asked), 200)["data"] == goals[1:]


async def test_a_reader_takes_the_members_it_wants(as_):
    goal = await a_goal(as_)
    viewer, path = as_(Role.VIEWER, NORTH), f"/v1/goals/{goal['id']}?fields=title,version"
    one = await viewer.get(path)
    assert told(one, 200) == {"title": goal["title"], "version": 1}
    again = await viewer.get(path, headers={"If-None-Match": one.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("asked", ["sort=code", "focus_area=money", "plan_id=x", "title=a"])
async def test_a_list_refuses_what_it_does_not_know(as_, asked):
    (fault,) = faults(await as_(Role.VIEWER, NORTH).get(f"/v1/goals?{asked}"))
    assert fault[0] == f"?{asked.split('=')[0]}"
