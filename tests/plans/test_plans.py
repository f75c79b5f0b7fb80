import asyncio
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from paths import ledger_of, told
from planning import (
    EDITED,
    NOT_EDITED,
    TO,
    a_goal,
    a_plan,
    a_school,
    an_indicator,
    faults,
    patched,
    planner,
    seen,
)

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

ABSENT = UUID(int=77)
CONTENT = {
    "title": "Every student known",
    "first_year": "2026-27",
    "last_year": "2030-31",
    "school_id": None,
    "mission": "Each child is known by an adult\nwho has the time.",
    "values": ["Children first", "We say what we know"],
}
LEAST = {name: CONTENT[name] for name in ("title", "first_year", "last_year")}
DRAFT = {"district_id": str(NORTH), "code": "known", **CONTENT}
PLANNERS = {Role.SUPERINTENDENT, Role.PLANNER}
OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
TAKES_EDITS = "A plan takes edits while it is drafted or refined."


def by_code(code: str, district: UUID | str = NORTH) -> str:
    return f"/v1/districts/{district}/plans/by-code/{code}"


async def test_a_new_plan_is_whole_and_in_drafting(as_):
    answer = await planner(as_).post("/v1/plans", json=DRAFT)
    body = told(answer, 201)
    assert body == DRAFT | {
        "id": body["id"],
        "supersedes_id": None,
        "lifecycle": "drafting",
        "recommended_by": None,
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == f"/v1/plans/{body['id']}"
    read = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (told(read, 200), read.headers["etag"]) == (body, answer.headers["etag"])


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_everyone_in_a_district_reads_its_plans_and_two_roles_draft_them(as_, role):
    plan = await a_plan(as_)
    path, caller, may = f"/v1/plans/{plan['id']}", as_(role, NORTH), role in PLANNERS
    assert told(await caller.get(path), 200) == plan
    answers = [
        await caller.post("/v1/plans", json=DRAFT),
        await patched(caller, path, {"title": "Renamed"}),
        await caller.put(by_code("new"), json=LEAST),
        await caller.delete(path, headers=await seen(caller, path)),
    ]
    assert [each.status_code for each in answers] == ([201, 200, 201, 204] if may else [403] * 4)
    assert [each.json()["rule"] for each in answers if not may] == ["TR-02"] * (0 if may else 4)


@pytest.mark.parametrize("role", [Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.FACILITATOR])
async def test_the_staff_of_the_consortium_does_not_read_plans(as_, role):
    plan = await a_plan(as_)
    for path in ("/v1/plans", f"/v1/plans/{plan['id']}"):
        assert told(await as_(role).get(path), 403)["rule"] == "TR-02"


async def test_another_districts_plan_is_as_absent_as_one_that_is_not_there(as_):
    theirs = await a_plan(as_, SOUTH)
    caller, tag = as_(Role.SUPERINTENDENT, NORTH), {"If-Match": '"1-x-json"'}
    for plan in (theirs["id"], ABSENT, "nothing", theirs["id"].upper()):
        path = f"/v1/plans/{plan}"
        told(await caller.get(path), 404)
        told(await caller.patch(path, json={"title": "Ours"}, headers=tag), 404)
        told(await caller.delete(path, headers=tag), 404)
        for verb in ("send-out", "refine", "recommend", "activate", "review"):
            told(await caller.post(f"{path}/{verb}"), 404)
    told(await caller.put(by_code("known", SOUTH), json=LEAST), 404)
    assert told(await caller.get("/v1/plans"), 200)["data"] == []
    assert told(await planner(as_, SOUTH).get(f"/v1/plans/{theirs['id']}"), 200) == theirs


async def test_what_a_draft_refers_to_is_in_its_own_district(as_):
    theirs = await a_school(as_, SOUTH)
    for wrong, fault in (
        ({"district_id": str(SOUTH)}, "/district_id"),
        ({"district_id": str(ABSENT)}, "/district_id"),
        ({"school_id": theirs["id"]}, "/school_id"),
        ({"school_id": str(ABSENT)}, "/school_id"),
    ):
        answer = await planner(as_).post("/v1/plans", json=DRAFT | wrong)
        assert faults(answer) == [(fault, "unknown_reference")]
    ours = await a_school(as_)
    plan = await a_plan(as_, school_id=ours["id"])
    assert plan["school_id"] == ours["id"]
    revision = await patched(planner(as_), f"/v1/plans/{plan['id']}", {"school_id": theirs["id"]})
    assert faults(revision) == [("/school_id", "unknown_reference")]


async def test_a_draft_is_told_all_its_faults_at_once(as_):
    draft = {
        "district_id": "north",
        "code": "Plan 1",
        "title": " ",
        "first_year": "2026",
        "last_year": "2030-32",
        "values": ["", 5],
        "lifecycle": "approved",
    }
    assert faults(await planner(as_).post("/v1/plans", json=draft)) == [
        ("/title", "surrounding_blanks"),
        ("/first_year", "malformed"),
        ("/last_year", "malformed"),
        ("/values/0", "empty"),
        ("/values/1", "not_text"),
        ("/district_id", "not_an_id"),
        ("/code", "malformed"),
        ("/lifecycle", "unknown_member"),
    ]


async def test_a_plan_does_not_end_before_it_begins(as_):
    wrong = {"first_year": "2027-28", "last_year": "2026-27"}
    assert faults(await planner(as_).post("/v1/plans", json=DRAFT | wrong)) == [
        ("/last_year", "not_in_order")
    ]
    plan = await a_plan(as_)
    for revision in ({"last_year": "2025-26"}, {"first_year": "2031-32"}):
        answer = await patched(planner(as_), f"/v1/plans/{plan['id']}", revision)
        assert faults(answer) == [("/last_year", "not_in_order")]


async def test_a_code_names_one_plan_of_a_district(as_):
    await a_plan(as_, code="known")
    body = told(await planner(as_).post("/v1/plans", json=DRAFT), 409)
    assert (body["code"], body["detail"]) == ("conflict", "The district has a plan of this code.")
    await a_plan(as_, SOUTH, code="known")


async def test_a_revision_changes_what_it_names_and_takes_away_what_it_sends_as_null(as_):
    plan = await a_plan(as_, **CONTENT)
    path = f"/v1/plans/{plan['id']}"
    answer = await patched(planner(as_), path, {"mission": None, "values": [], "title": "Known"})
    body = told(answer, 200)
    assert body == plan | {
        "mission": None,
        "values": [],
        "title": "Known",
        "updated_at": body["updated_at"],
        "version": 2,
    }
    assert (await planner(as_).get(path)).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        ({"title": None, "values": None}, [("/title", "not_text"), ("/values", "not_a_list")]),
        ({"code": "other"}, [("/code", "unknown_member")]),
        ({"lifecycle": "approved"}, [("/lifecycle", "unknown_member")]),
        ({"supersedes_id": str(ABSENT)}, [("/supersedes_id", "unknown_member")]),
    ],
    ids=str,
)
async def test_a_revision_changes_neither_what_is_fixed_nor_what_is_always_there(
    as_, revision, found
):
    plan = await a_plan(as_)
    assert faults(await patched(planner(as_), f"/v1/plans/{plan['id']}", revision)) == found


@pytest.mark.parametrize("state", TO)
async def test_a_plan_takes_edits_while_it_is_drafted_or_refined(as_, state):
    plan = await a_plan(as_, state=state, code="known")
    caller, path = planner(as_), f"/v1/plans/{plan['id']}"
    answers = [
        await patched(caller, path, {"title": "Renamed"}),
        await caller.put(by_code("known"), json=LEAST, headers=await seen(caller, path)),
    ]
    if state in EDITED:
        assert [each.status_code for each in answers] == [200, 200]
        assert answers[0].json()["title"] == "Renamed"
        assert answers[1].json()["lifecycle"] == state
    else:
        assert [(told(each, 409)["rule"], each.json()["detail"]) for each in answers] == [
            ("TR-11", TAKES_EDITS)
        ] * 2
        assert told(await caller.get(path), 200) == plan


@pytest.mark.parametrize("state", TO)
async def test_a_plan_is_deleted_while_it_was_never_sent_out(as_, state):
    plan = await a_plan(as_, state=state)
    caller, path = planner(as_), f"/v1/plans/{plan['id']}"
    answer = await caller.delete(path, headers=await seen(caller, path))
    if state == "drafting":
        assert (answer.status_code, answer.content) == (204, b"")
        told(await caller.get(path), 404)
    else:
        assert told(answer, 409)["rule"] == "TR-11"
        assert told(await caller.get(path), 200) == plan


async def test_what_is_in_a_plan_is_deleted_with_it_and_nothing_else(as_, owner):
    plan, other = await a_plan(as_), await a_goal(as_)
    goals = [await a_goal(as_, plan) for _ in range(2)]
    indicators = [await an_indicator(as_, goal) for goal in goals]
    caller, path = planner(as_), f"/v1/plans/{plan['id']}"
    answer = await caller.delete(path, headers=await seen(caller, path))
    assert answer.status_code == 204
    for each in goals:
        told(await caller.get(f"/v1/goals/{each['id']}"), 404)
    for each in indicators:
        told(await caller.get(f"/v1/indicators/{each['id']}"), 404)
    assert told(await caller.get("/v1/goals"), 200)["data"] == [other]
    assert (await ledger_of(owner, f"plan:{plan['id']}"))[-1] == (
        "plan:draft",
        "done",
        "TR-11",
        {"step": "delete"},
    )


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_needs_the_tag_of_what_is_there(as_, method):
    plan = await a_plan(as_)
    caller, path = planner(as_), f"/v1/plans/{plan['id']}"
    body = {"json": {"title": "A"}} if method == "PATCH" else {}
    old = await seen(caller, path)
    told(await patched(caller, path, {"title": "B"}), 200)
    told(await caller.request(method, path, **body), 428)
    stale = await caller.request(method, path, headers=old, **body)
    assert told(stale, 412)["code"] == "precondition_failed"
    assert {"If-Match": stale.headers["etag"]} == await seen(caller, path)


async def test_of_ten_revisions_at_once_one_is_made(as_):
    plan = await a_plan(as_)
    caller, path = planner(as_), f"/v1/plans/{plan['id']}"
    tag = await seen(caller, path)
    answers = await asyncio.gather(
        *(caller.patch(path, json={"title": f"Title {n}"}, headers=tag) for n in range(10))
    )
    assert sorted(each.status_code for each in answers) == [200] + [412] * 9
    (made,) = [each.json() for each in answers if each.status_code == 200]
    assert told(await caller.get(path), 200) == made


async def test_a_plan_is_put_under_its_code_and_replaced_by_who_has_seen_it(as_):
    caller = planner(as_)
    made = await caller.put(by_code("known"), json=CONTENT)
    plan = told(made, 201)
    assert {name: plan[name] for name in DRAFT} == DRAFT
    assert made.headers["location"] == f"/v1/plans/{plan['id']}"
    assert told(await caller.put(by_code("known"), json=CONTENT), 200) == plan
    told(await caller.put(by_code("known"), json=LEAST), 428)
    tag = {"If-Match": made.headers["etag"]}
    again = told(await caller.put(by_code("known"), json=LEAST, headers=tag), 200)
    assert again == plan | {
        "mission": None,
        "values": [],
        "updated_at": again["updated_at"],
        "version": 2,
    }
    told(await caller.put(by_code("known"), json=LEAST, headers=tag), 412)
    told(await caller.put(by_code("other"), json=LEAST, headers=tag), 412)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["c", "b", "a"]),
        ("?sort=-title", ["a", "b", "c"]),
        ("?sort=first_year", ["b", "c", "a"]),
        ("?sort=-first_year", ["a", "c", "b"]),
        ("?sort=updated_at", ["a", "c", "b"]),
        ("?lifecycle=drafting", ["c", "a"]),
        ("?lifecycle=drafting&lifecycle=out_for_feedback", ["c", "b", "a"]),
        (f"?district_id={SOUTH}", []),
        (f"?school_id={ABSENT}", []),
    ],
)
async def test_plans_are_listed_by_title_and_as_asked(as_, asked, codes):
    for code, title, year in (("a", "Z", "2028-29"), ("b", "Y", "2026-27"), ("c", "X", "2027-28")):
        plan = await a_plan(as_, code=code, title=title, first_year=year)
        if code == "b":
            later = plan
    await a_plan(as_, SOUTH)
    told(await planner(as_).post(f"/v1/plans/{later['id']}/send-out"), 200)
    body = told(await as_(Role.VIEWER, NORTH).get(f"/v1/plans{asked}"), 200)
    assert [plan["code"] for plan in body["data"]] == codes


async def test_the_plans_of_a_school_are_found(as_):
    school = await a_school(as_)
    plan = await a_plan(as_, school_id=school["id"])
    await a_plan(as_)
    body = told(await planner(as_).get(f"/v1/plans?school_id={school['id']}&fields=id"), 200)
    assert body["data"] == [{"id": plan["id"]}]


async def test_whoever_follows_plans_asks_for_those_changed_since(as_):
    plans = [await a_plan(as_) for _ in range(3)]
    asked = {"updated_at_gte": plans[1]["updated_at"], "sort": "updated_at"}
    assert told(await planner(as_).get("/v1/plans", params=asked), 200)["data"] == plans[1:]


@pytest.mark.parametrize("asked", ["sort=code", "lifecycle=dead", "district_id=x", "title=a"])
async def test_a_list_refuses_what_it_does_not_know(as_, asked):
    (fault,) = faults(await as_(Role.VIEWER, NORTH).get(f"/v1/plans?{asked}"))
    assert fault[0] == f"?{asked.split('=')[0]}"


def test_a_plan_takes_edits_in_two_of_its_states():
    assert sorted((*EDITED, *NOT_EDITED)) == sorted(TO)
