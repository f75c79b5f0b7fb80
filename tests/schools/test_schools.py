import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from answers import once
from conftest import NORTH, SOUTH
from paths import told
from planning import a_school, faults, patched, planner, seen

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

ABSENT = UUID(int=77)
CONTENT = {"name": "Invented Elementary", "nces_id": "060000100001", "grade_span": "K-5"}
DRAFT = {"district_id": str(NORTH), "code": "0123", **CONTENT}
KEEPERS = {Role.SUPERINTENDENT, Role.PLANNER, Role.DATA_STEWARD}
OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
CSV = {"Content-Type": "text/csv"}


def by_code(code: str, district: UUID | str = NORTH) -> str:
    return f"/v1/districts/{district}/schools/by-code/{code}"


def batch_of(district: UUID | str = NORTH) -> str:
    return f"/v1/districts/{district}/schools/batch"


async def test_a_new_school_is_whole_and_has_the_tag_of_its_reading(as_):
    answer = await planner(as_).post("/v1/schools", json=DRAFT)
    body = told(answer, 201)
    assert body == DRAFT | {
        "id": body["id"],
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == f"/v1/schools/{body['id']}"
    read = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (told(read, 200), read.headers["etag"]) == (body, answer.headers["etag"])


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_everyone_in_a_district_reads_its_schools_and_three_roles_keep_them(as_, role):
    school = await a_school(as_)
    path, caller = f"/v1/schools/{school['id']}", as_(role, NORTH)
    assert told(await caller.get(path), 200) == school
    may = role in KEEPERS
    answers = [
        await caller.post("/v1/schools", json=DRAFT),
        await patched(caller, path, {"name": "Renamed"}),
        await caller.put(by_code("new"), json=CONTENT),
        await caller.post(batch_of(), json={"items": []}, headers=once()),
    ]
    assert [each.status_code for each in answers] == ([201, 200, 201, 422] if may else [403] * 4)
    assert {each.json().get("rule") for each in answers} == ({None} if may else {"TR-02"})


@pytest.mark.parametrize("role", [Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.FACILITATOR])
async def test_the_staff_of_the_consortium_does_not_read_schools(as_, role):
    school = await a_school(as_)
    for path in ("/v1/schools", f"/v1/schools/{school['id']}"):
        assert told(await as_(role).get(path), 403)["rule"] == "TR-02"


async def test_another_districts_school_is_as_absent_as_one_that_is_not_there(as_):
    theirs = await a_school(as_, SOUTH)
    caller = planner(as_)
    for school in (theirs["id"], ABSENT, "nothing", theirs["id"].upper()):
        told(await caller.get(f"/v1/schools/{school}"), 404)
        answer = await caller.patch(
            f"/v1/schools/{school}", json={"name": "Ours"}, headers={"If-Match": '"1-x-json"'}
        )
        told(answer, 404)
    assert told(await caller.get("/v1/schools"), 200)["data"] == []
    assert told(await planner(as_, SOUTH).get(f"/v1/schools/{theirs['id']}"), 200) == theirs


@pytest.mark.parametrize("district", [SOUTH, ABSENT], ids=["of others", "not there"])
async def test_a_school_is_entered_in_ones_own_district_alone(as_, district):
    caller = planner(as_)
    answer = await caller.post("/v1/schools", json=DRAFT | {"district_id": str(district)})
    assert faults(answer) == [("/district_id", "unknown_reference")]
    told(await caller.put(by_code("0123", district), json=CONTENT), 404)
    rows = {"items": [{"code": "0123", **CONTENT}]}
    told(await caller.post(batch_of(district), json=rows, headers=once()), 404)


async def test_a_draft_is_told_all_its_faults_at_once(as_):
    draft = {
        "district_id": "north",
        "code": "-1",
        "name": "",
        "nces_id": "000000000000",
        "grade_span": 5,
        "version": 1,
    }
    assert faults(await planner(as_).post("/v1/schools", json=draft)) == [
        ("/name", "empty"),
        ("/nces_id", "malformed"),
        ("/grade_span", "not_text"),
        ("/code", "malformed"),
        ("/district_id", "not_an_id"),
        ("/version", "unknown_member"),
    ]


async def test_a_code_names_one_school_of_a_district(as_):
    await a_school(as_, code="0123")
    body = told(await planner(as_).post("/v1/schools", json=DRAFT), 409)
    assert (body["code"], body["detail"]) == ("conflict", "The district has a school of this code.")
    south = DRAFT | {"district_id": str(SOUTH)}
    told(await planner(as_, SOUTH).post("/v1/schools", json=south), 201)


async def test_a_revision_changes_what_it_names_and_takes_away_what_it_sends_as_null(as_):
    school = await a_school(as_, **CONTENT)
    path = f"/v1/schools/{school['id']}"
    answer = await patched(planner(as_), path, {"name": "Renamed", "nces_id": None})
    body = told(answer, 200)
    assert body == school | {
        "name": "Renamed",
        "nces_id": None,
        "updated_at": body["updated_at"],
        "version": 2,
    }
    assert body["updated_at"] > school["updated_at"]
    read = await planner(as_).get(path)
    assert (read.json(), read.headers["etag"]) == (body, answer.headers["etag"])


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        ({"name": None}, [("/name", "not_text")]),
        ({"code": "1"}, [("/code", "unknown_member")]),
        ({"district_id": str(SOUTH)}, [("/district_id", "unknown_member")]),
        ({"version": 1}, [("/version", "unknown_member")]),
    ],
    ids=str,
)
async def test_a_revision_changes_neither_the_key_nor_what_is_always_there(as_, revision, found):
    school = await a_school(as_)
    assert faults(await patched(planner(as_), f"/v1/schools/{school['id']}", revision)) == found


async def test_a_revision_that_says_nothing_new_changes_nothing(as_):
    school = await a_school(as_)
    for revision in ({}, {"name": school["name"]}):
        answer = await patched(planner(as_), f"/v1/schools/{school['id']}", revision)
        assert told(answer, 200) == school


async def test_a_revision_needs_the_tag_of_what_is_there(as_):
    school = await a_school(as_)
    path, caller = f"/v1/schools/{school['id']}", planner(as_)
    old = await seen(caller, path)
    told(await caller.patch(path, json={"name": "A"}), 428)
    told(await caller.patch(path, json={"name": "A"}, headers=old), 200)
    stale = await caller.patch(path, json={"name": "B"}, headers=old)
    assert told(stale, 412)["code"] == "precondition_failed"
    assert {"If-Match": stale.headers["etag"]} == await seen(caller, path)
    assert told(await caller.get(path), 200)["name"] == "A"


async def test_of_ten_revisions_at_once_one_is_made(as_):
    school = await a_school(as_)
    path, caller = f"/v1/schools/{school['id']}", planner(as_)
    tag = await seen(caller, path)
    answers = await asyncio.gather(
        *(caller.patch(path, json={"name": f"Name {n}"}, headers=tag) for n in range(10))
    )
    assert sorted(each.status_code for each in answers) == [200] + [412] * 9
    (made,) = [each.json() for each in answers if each.status_code == 200]
    assert told(await caller.get(path), 200) == made


async def test_a_school_is_put_under_its_code_and_replaced_by_who_has_seen_it(as_):
    caller = planner(as_)
    made = await caller.put(by_code("0123"), json=CONTENT)
    school = told(made, 201)
    assert {name: school[name] for name in DRAFT} == DRAFT
    assert made.headers["location"] == f"/v1/schools/{school['id']}"
    assert told(await caller.put(by_code("0123"), json=CONTENT), 200) == school
    told(await caller.put(by_code("0123"), json={"name": "Renamed"}), 428)
    tag = {"If-Match": made.headers["etag"]}
    again = told(await caller.put(by_code("0123"), json={"name": "Renamed"}, headers=tag), 200)
    assert again == school | {
        "name": "Renamed",
        "nces_id": None,
        "grade_span": None,
        "updated_at": again["updated_at"],
        "version": 2,
    }
    told(await caller.put(by_code("0123"), json={"name": "Renamed"}, headers=tag), 412)
    told(await caller.put(by_code("other"), json=CONTENT, headers=tag), 412)


async def test_of_ten_that_put_a_school_at_once_one_makes_it(as_):
    caller = planner(as_)
    answers = await asyncio.gather(*(caller.put(by_code("0123"), json=CONTENT) for _ in range(10)))
    assert sorted(each.status_code for each in answers) == [200] * 9 + [201]
    assert len({each.json()["id"] for each in answers}) == 1


@pytest.mark.parametrize("code", ["-1", "a b", "%C3%A9", "x" * 65])
async def test_a_code_that_cannot_be_one_is_not_found(as_, code):
    told(await planner(as_).put(by_code(code), json=CONTENT), 404)


async def test_a_batch_enters_what_is_new_and_corrects_what_is_there(as_):
    there = await a_school(as_, code="001", **CONTENT)
    caller = planner(as_)
    rows = [{"code": "001", "name": "Renamed"}, {"code": "002", "name": "Another"}]
    body = told(await caller.post(batch_of(), json={"items": rows}, headers=once()), 200)
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
    listed = told(await caller.get("/v1/schools?sort=code"), 200)["data"]
    assert [(each["code"], each["name"], each["nces_id"]) for each in listed] == [
        ("001", "Renamed", None),
        ("002", "Another", None),
    ]


async def test_a_batch_is_a_spreadsheet_too(as_):
    sheet = "code,name,grade_span\n001,First,K-5\n002,Second,\n"
    answer = await planner(as_).post(batch_of(), content=sheet, headers=once() | CSV)
    assert told(answer, 200)["created"] == 2
    listed = told(await planner(as_).get("/v1/schools?sort=-code"), 200)["data"]
    assert [(each["code"], each["name"], each["grade_span"]) for each in listed] == [
        ("002", "Second", None),
        ("001", "First", "K-5"),
    ]


async def test_not_one_row_is_stored_of_a_batch_with_a_fault(as_):
    sheet = "code,name\n001,First\n001,Again\n003,\n"
    answer = await planner(as_).post(batch_of(), content=sheet, headers=once() | CSV)
    assert [
        (each["pointer"], each["code"], each["row"], each.get("column"))
        for each in told(answer, 422)["errors"]
    ] == [("/items/1/code", "repeated", 3, "code"), ("/items/2/name", "required", 4, "name")]
    assert told(await planner(as_).get("/v1/schools"), 200)["data"] == []


@pytest.mark.parametrize("dry_run", [False, True])
async def test_with_best_effort_the_other_rows_are_stored_and_a_dry_run_stores_none(as_, dry_run):
    rows = [
        {"code": "001", "name": "First"},
        {"code": "001", "name": "Again"},
        {"code": "002", "name": "Second"},
    ]
    told_how = {"mode": "best_effort", "dry_run": dry_run, "items": rows}
    body = told(await planner(as_).post(batch_of(), json=told_how, headers=once()), 200)
    assert [row["status"] for row in body["results"]] == ["created", "failed", "created"]
    listed = told(await planner(as_).get("/v1/schools?sort=code"), 200)["data"]
    assert [each["name"] for each in listed] == ([] if dry_run else ["First", "Second"])


async def test_a_batch_needs_an_idempotency_key(as_):
    body = told(await planner(as_).post(batch_of(), json={"items": [DRAFT]}), 400)
    assert body["code"] == "idempotency_key_required"


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["c", "b", "a"]),
        ("?sort=code", ["a", "b", "c"]),
        ("?sort=-code", ["c", "b", "a"]),
        ("?sort=-name", ["a", "b", "c"]),
        ("?sort=updated_at", ["b", "c", "a"]),
        (f"?district_id={NORTH}", ["c", "b", "a"]),
        (f"?district_id={SOUTH}", []),
        (f"?district_id={NORTH}&district_id={ABSENT}&sort=code", ["a", "b", "c"]),
    ],
)
async def test_schools_are_listed_by_name_and_as_asked(as_, asked, codes):
    first = await a_school(as_, code="a", name="Third")
    for code, name in (("b", "Second"), ("c", "First")):
        await a_school(as_, code=code, name=name)
    await a_school(as_, SOUTH)
    told(await patched(planner(as_), f"/v1/schools/{first['id']}", {"grade_span": "K-8"}), 200)
    body = told(await as_(Role.VIEWER, NORTH).get(f"/v1/schools{asked}"), 200)
    assert [school["code"] for school in body["data"]] == codes


async def test_whoever_follows_schools_asks_for_those_changed_since(as_):
    schools = [await a_school(as_) for _ in range(4)]
    since = datetime.fromisoformat(schools[1]["updated_at"])
    found, path = [], "/v1/schools"
    asked = {"updated_at_gte": since.isoformat(), "sort": "updated_at", "limit": 2}
    async with as_(Role.VIEWER, NORTH) as viewer:
        answer = await viewer.get(path, params=asked)
        while True:
            found += told(answer, 200)["data"]
            link = answer.links.get("next")
            if link is None:
                break
            answer = await viewer.get(f"{path}{link['url']}")
        later = {"updated_at_gte": (since + timedelta(hours=1)).isoformat()}
        assert told(await viewer.get(path, params=later), 200)["data"] == []
    assert found == schools[1:]


async def test_a_reader_takes_the_members_it_wants_and_counts_the_rest(as_):
    school = await a_school(as_)
    viewer = as_(Role.VIEWER, NORTH)
    one = await viewer.get(f"/v1/schools/{school['id']}?fields=id,name")
    assert told(one, 200) == {"id": school["id"], "name": school["name"]}
    body = told(await viewer.get("/v1/schools?fields=code&include_total=true"), 200)
    assert (body["data"], body["total"]) == ([{"code": school["code"]}], 1)
    again = await viewer.get(
        f"/v1/schools/{school['id']}?fields=id,name",
        headers={"If-None-Match": one.headers["etag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "asked",
    ["sort=version", "sort=name&sort=code", "district_id=x", "updated_at_gte=2026", "name=a"],
)
async def test_a_list_refuses_what_it_does_not_know(as_, asked):
    (fault,) = faults(await as_(Role.VIEWER, NORTH).get(f"/v1/schools?{asked}"))
    assert fault[0] == f"?{asked.split('=')[0]}"


async def test_a_reader_that_has_a_school_is_told_so_while_it_stands(as_):
    school = await a_school(as_)
    path, caller = f"/v1/schools/{school['id']}", planner(as_)
    known = {"If-None-Match": (await caller.get(path)).headers["etag"]}
    assert (await caller.get(path, headers=known)).status_code == 304
    told(await patched(caller, path, {"name": "Renamed"}), 200)
    assert told(await caller.get(path, headers=known), 200)["name"] == "Renamed"


async def test_a_school_is_entered_once_for_one_idempotency_key(as_):
    key = {"Idempotency-Key": str(uuid4())}
    first = await planner(as_).post("/v1/schools", json=DRAFT, headers=key)
    again = await planner(as_).post("/v1/schools", json=DRAFT, headers=key)
    assert (told(again, 201), again.headers["idempotent-replayed"]) == (told(first, 201), "true")
    assert len(told(await planner(as_).get("/v1/schools"), 200)["data"]) == 1
