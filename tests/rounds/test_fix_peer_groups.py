from uuid import UUID

import pytest
from conftest import NORTH, SOUTH, a_district
from paths import fixed_groups, ledger_of, open_round, scheduled_round, told
from sqlalchemy import event

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
NOTHING = UUID(int=7)
ONCE = {"Idempotency-Key": "groups-of-the-test"}


def a_group(name: str = "Butte", *districts: UUID, basis: str = "county") -> dict:
    return {"basis": basis, "name": name, "district_ids": [str(each) for each in districts]}


async def test_a_fixed_group_is_whole_and_shown_to_the_members(as_):
    round_id = (await scheduled_round(as_))["id"]
    path = f"/v1/rounds/{round_id}/peer-groups"
    draft = a_group("Butte", SOUTH, NORTH)
    body = told(await as_(Role.ANALYST).post(path, json=draft), 201)
    assert body == draft | {"id": body["id"], "round_id": round_id}
    listed = told(await as_(Role.VIEWER, NORTH).get(path), 200)["data"]
    assert listed == [body | {"district_ids": [str(NORTH), str(SOUTH)]}]


async def test_many_groups_are_fixed_at_once_and_listed_by_basis_and_name(as_):
    round_id = (await scheduled_round(as_))["id"]
    made = await fixed_groups(
        as_,
        round_id,
        [
            ("size", "small", [SOUTH]),
            ("county", "Yolo", [NORTH]),
            ("county", "Butte", [NORTH, SOUTH]),
        ],
    )
    assert [(each["basis"], each["name"]) for each in made] == [
        ("size", "small"),
        ("county", "Yolo"),
        ("county", "Butte"),
    ]
    async with as_(Role.VIEWER, SOUTH) as viewer:
        path = f"/v1/rounds/{round_id}/peer-groups"
        every = told(await viewer.get(path), 200)["data"]
        county = told(await viewer.get(f"{path}?basis=county"), 200)["data"]
        first = told(await viewer.get(f"{path}?limit=2"), 200)
        rest = told(await viewer.get(f"{path}?limit=2&cursor={first['next_cursor']}"), 200)
    assert every == [made[2], made[1], made[0]]
    assert county == [made[2], made[1]]
    assert first["data"] + rest["data"] == every


async def test_a_group_is_of_one_round_only(as_):
    one, other = await scheduled_round(as_), await scheduled_round(as_)
    await fixed_groups(as_, one["id"], [("county", "Butte", [NORTH])])
    await fixed_groups(as_, other["id"], [("county", "Butte", [SOUTH])])
    listed = told(await as_(Role.VIEWER, NORTH).get(f"/v1/rounds/{other['id']}/peer-groups"), 200)
    assert [group["district_ids"] for group in listed["data"]] == [[str(SOUTH)]]


@pytest.mark.parametrize("batch", [False, True], ids=["one", "batch"])
async def test_no_group_is_fixed_once_the_round_has_opened(as_, batch):
    path = f"/v1/rounds/{(await open_round(as_))['id']}/peer-groups"
    sent = {"groups": [a_group("Butte", NORTH)]} if batch else a_group("Butte", NORTH)
    async with as_(Role.ANALYST) as analyst:
        answer = await analyst.post(f"{path}/batch" if batch else path, json=sent, headers=ONCE)
        body = told(answer, 409)
        assert told(await analyst.get(path), 200)["data"] == []
    assert (body["code"], body["rule"]) == ("conflict", "TR-21")


async def test_the_faults_of_all_groups_are_told_at_once_and_none_is_fixed(as_):
    round_id = (await scheduled_round(as_, groups=[("county", "Butte", [NORTH])]))["id"]
    path = f"/v1/rounds/{round_id}/peer-groups"
    groups = [
        a_group("Yolo", NORTH, NOTHING, NORTH),
        a_group("Butte", SOUTH),
        a_group("Butte", SOUTH, basis="size"),
        a_group("Yolo", NOTHING),
    ]
    async with as_(Role.ANALYST) as analyst:
        answer = await analyst.post(f"{path}/batch", json={"groups": groups}, headers=ONCE)
        body = told(answer, 422)
        listed = told(await analyst.get(path), 200)["data"]
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/groups/0/district_ids/1", "unknown_reference"),
        ("/groups/0/district_ids/2", "duplicate"),
        ("/groups/1/name", "duplicate"),
        ("/groups/3/name", "duplicate"),
        ("/groups/3/district_ids/0", "unknown_reference"),
    ]
    assert [group["name"] for group in listed] == ["Butte"]


@pytest.mark.parametrize(
    ("group", "faults"),
    [
        (a_group("Butte"), [("/district_ids", "too_few")]),
        (a_group("Butte", NOTHING), [("/district_ids/0", "unknown_reference")]),
        (a_group("", NORTH, basis="In size"), [("/basis", "malformed"), ("/name", "empty")]),
        (a_group("Butte", NORTH) | {"round_id": str(NOTHING)}, [("/round_id", "unknown_member")]),
        ({}, [("/basis", "required"), ("/name", "required"), ("/district_ids", "required")]),
    ],
)
async def test_a_group_is_not_fixed_with_a_fault(as_, group, faults):
    path = f"/v1/rounds/{(await scheduled_round(as_))['id']}/peer-groups"
    body = told(await as_(Role.ANALYST).post(path, json=group), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == faults


async def test_a_batch_is_fixed_once_by_its_idempotency_key(as_):
    path = f"/v1/rounds/{(await scheduled_round(as_))['id']}/peer-groups"
    sent = {"groups": [a_group("Butte", NORTH)]}
    async with as_(Role.ANALYST) as analyst:
        without = told(await analyst.post(f"{path}/batch", json=sent), 400)
        first = await analyst.post(f"{path}/batch", json=sent, headers=ONCE)
        again = await analyst.post(f"{path}/batch", json=sent, headers=ONCE)
        listed = told(await analyst.get(path), 200)["data"]
    assert without["code"] == "idempotency_key_required"
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert listed == first.json()["groups"]


async def test_as_many_statements_fix_sixty_groups_as_fix_two(as_, given, house):
    places = [UUID(int=100 + number) for number in range(120)]
    await given(*(a_district(place, f"District {place.int}") for place in places))
    round_id = (await scheduled_round(as_))["id"]
    statements: list[str] = []
    engine = house.sessions.kw["bind"].sync_engine

    def count(_connection, _cursor, statement, *_more) -> None:
        statements.append(statement)

    counts = []
    for basis, groups in [("county", 2), ("size", 60)]:
        named = [(basis, f"{number}", places[number::groups]) for number in range(groups)]
        statements.clear()
        event.listen(engine, "before_cursor_execute", count)
        await fixed_groups(as_, round_id, named)
        event.remove(engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    listed = await as_(Role.ANALYST).get(f"/v1/rounds/{round_id}/peer-groups?basis=size&limit=200")
    members = {group["name"]: group["district_ids"] for group in told(listed, 200)["data"]}
    assert members == {
        f"{number}": [str(each) for each in places[number::60]] for number in range(60)
    }


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.CONSORTIUM_ADMIN, None), (Role.FACILITATOR, None), (Role.SUPERINTENDENT, NORTH)],
)
async def test_only_an_analyst_fixes_a_group(as_, role, place):
    round_id = (await scheduled_round(as_))["id"]
    async with as_(role, place) as caller:
        for path, sent in [("", a_group("Butte", NORTH)), ("/batch", {"groups": []})]:
            answer = await caller.post(
                f"/v1/rounds/{round_id}/peer-groups{path}", json=sent, headers=ONCE
            )
            assert told(answer, 403)["rule"] == "TR-02"


async def test_a_round_that_is_not_there_takes_no_group(as_):
    path = f"/v1/rounds/{NOTHING}/peer-groups"
    told(await as_(Role.ANALYST).post(path, json=a_group("Butte", NORTH)), 404)


async def test_the_fixing_of_groups_is_in_the_ledger(as_, owner):
    scheduled = await scheduled_round(
        as_, groups=[("county", "Butte", [NORTH]), ("size", "small", [SOUTH])]
    )
    assert (await ledger_of(owner, f"round:{scheduled['id']}"))[1:] == [
        ("round:schedule", "done", "TR-21", {"step": "fix groups", "groups": 2})
    ]
