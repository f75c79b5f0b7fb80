from contextlib import contextmanager
from datetime import date
from uuid import UUID, uuid4

import pytest
from conftest import BASE_URL, NORTH, SOUTH, account
from paths import told
from rosters import NOWHERE, bearing, written
from sqlalchemy import event, text

from app.districts.models import District
from app.vocabulary import DistrictState, Role

pytestmark = pytest.mark.anyio

PATH = "/v1/memberships/batch"
STEWARD = {
    "subject": "0601620-steward",
    "display_name": "Steward of the North",
    "role": "data_steward",
    "district_id": str(NORTH),
}


def once():
    return {"Idempotency-Key": str(uuid4())}


async def brought(caller, *items, status=200, **envelope):
    answer = await caller.post(PATH, json={"items": items} | envelope, headers=once())
    return told(answer, status)


async def rows(owner, table):
    async with owner.connect() as connection:
        return await connection.scalar(text(f"select count(*) from {table}"))


async def state(owner):
    return [await rows(owner, table) for table in ("accounts", "memberships", "keys", "ledger")]


async def test_a_person_is_let_in_by_one_row(as_, app, owner):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    row = STEWARD | {
        "email": "steward@example.org",
        "with_key": True,
        "key_name": "first key",
        "key_scope": "submission:enter round:read",
    }
    body = await brought(keeper, row)
    (result,) = body["results"]
    assert body == {
        "mode": "atomic",
        "dry_run": False,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "failed": 0,
        "results": [
            {
                "index": 0,
                "status": "created",
                "id": result["id"],
                "account_id": result["account_id"],
                "key_id": result["key_id"],
                "secret": result["secret"],
                "problem": None,
            }
        ],
    }
    me = told(await bearing(app, result["secret"]).get("/v1/me"), 200)
    assert me["roles"] == [{"role": "data_steward", "district_id": str(NORTH)}]
    assert me["scopes"] == ["round:read", "submission:enter"]
    user = told(await keeper.get(f"/v1/users/{result['account_id']}"), 200)
    assert [user[name] for name in ("issuer", "subject", "display_name", "email")] == [
        BASE_URL,
        STEWARD["subject"],
        STEWARD["display_name"],
        "steward@example.org",
    ]
    key = told(await keeper.get(f"/v1/keys/{result['key_id']}"), 200)
    assert (key["name"], key["expires_at"]) == ("first key", None)
    about = {"account_id": result["account_id"]}
    assert sorted(
        (entry["action"], entry["district_id"], entry["subject"], entry["detail"])
        for entry in await written(owner)
    ) == [
        ("roster:import", NORTH, f"account:{result['account_id']}", {}),
        (
            "roster:import",
            NORTH,
            f"key:{result['key_id']}",
            about | {"scopes": ["round:read", "submission:enter"]},
        ),
        ("roster:import", NORTH, f"membership:{result['id']}", about | {"role": "data_steward"}),
    ]


async def test_the_same_batch_changes_nothing_the_second_time(as_, owner):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    items = [STEWARD, STEWARD | {"subject": "other"}, STEWARD]
    first = await brought(keeper, *items)
    assert (first["created"], first["unchanged"]) == (2, 1)
    assert first["results"][2] == first["results"][0] | {"index": 2, "status": "unchanged"}
    before = await state(owner)
    again = await brought(keeper, *items)
    assert [(row["status"], row["id"]) for row in again["results"]] == [
        ("unchanged", row["id"]) for row in first["results"]
    ]
    # The two answers to keep are all that is written.
    assert await state(owner) == before


async def test_a_key_that_is_asked_for_is_made_each_time(as_, app):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    row = STEWARD | {"with_key": True}
    first = (await brought(keeper, row))["results"][0]
    again = (await brought(keeper, row))["results"][0]
    assert again == first | {
        "status": "updated",
        "key_id": again["key_id"],
        "secret": again["secret"],
    }
    for secret in {first["secret"], again["secret"]}:
        assert (await bearing(app, secret).get("/v1/me")).status_code == 200
    assert first["secret"] != again["secret"]


async def test_a_role_that_has_ended_is_given_again(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    first = (await brought(keeper, STEWARD))["results"][0]
    told(await keeper.post(f"/v1/memberships/{first['id']}/revoke"), 200)
    again = (await brought(keeper, STEWARD))["results"][0]
    assert (again["status"], again["account_id"]) == ("created", first["account_id"])
    assert again["id"] != first["id"]


async def test_a_file_names_districts_as_others_do(as_):
    admin = as_(Role.CONSORTIUM_ADMIN)
    for name, nces, cds in (("East", "0600001", "11-111"), ("West", "0600002", "22-222")):
        draft = {"name": f"{name} Invented", "state": "CA", "nces_id": nces}
        told(await admin.post("/v1/districts", json=draft | {"external_ids": {"ca_cds": cds}}), 201)
    file = (
        "subject,display_name,role,nces_id,external_ids.ca_cds,with_key\r\n"
        "e,Ée Stewárd,data_steward,0600001,,true\r\n"
        "w,Wu Steward,superintendent,,22-222,\r\n"
        "b,Bo Steward,viewer,0600001,11-111,false\r\n"
        "s,Al Staff,analyst,,,false\r\n"
    )
    answer = await admin.post(
        PATH, content=file.encode(), headers=once() | {"Content-Type": "text/csv"}
    )
    results = told(answer, 200)["results"]
    assert [row["status"] for row in results] == ["created"] * 4
    assert [row["secret"] is not None for row in results] == [True, False, False, False]
    places = {}
    for district in told(await admin.get("/v1/districts"), 200)["data"]:
        places[district["id"]] = district["nces_id"]
    held = [told(await admin.get(f"/v1/memberships/{row['id']}"), 200) for row in results]
    assert [(each["role"], places.get(each["district_id"])) for each in held] == [
        ("data_steward", "0600001"),
        ("superintendent", "0600002"),
        ("viewer", "0600001"),
        ("analyst", None),
    ]


async def test_every_fault_of_an_atomic_batch_is_told_and_nothing_stored(as_, owner):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    before = await state(owner)
    body = await brought(
        keeper,
        STEWARD,
        STEWARD | {"district_id": NOWHERE},
        STEWARD | {"district_id": None},
        STEWARD | {"role": "auditor"},
        STEWARD | {"role": "public", "display_name": ""},
        STEWARD | {"district_id": None, "nces_id": "0609999", "external_ids": {"ca_cds": "x"}},
        STEWARD | {"key_name": "unasked", "key_scope": "round:read"},
        STEWARD | {"with_key": True, "key_scope": "round:read everything"},
        status=422,
    )
    assert sorted((fault["pointer"], fault["code"]) for fault in body["errors"]) == [
        ("/items/1/district_id", "unknown_reference"),
        ("/items/2/district_id", "required"),
        ("/items/3/district_id", "not_allowed"),
        ("/items/4/display_name", "empty"),
        ("/items/4/role", "not_one_of"),
        ("/items/5/external_ids/ca_cds", "unknown_reference"),
        ("/items/5/nces_id", "unknown_reference"),
        ("/items/6/key_name", "without_key"),
        ("/items/6/key_scope", "without_key"),
        ("/items/7/key_scope", "not_one_of"),
    ]
    assert await state(owner) == before


async def test_names_of_two_districts_are_ambiguous(as_):
    admin = as_(Role.CONSORTIUM_ADMIN)
    draft = {"name": "East Invented", "state": "CA", "nces_id": "0600001"}
    told(await admin.post("/v1/districts", json=draft), 201)
    body = await brought(admin, STEWARD | {"nces_id": "0600001"}, status=422)
    assert [(fault["pointer"], fault["code"]) for fault in body["errors"]] == [
        ("/items/0", "ambiguous")
    ]


async def test_an_integration_is_not_let_in_as_a_person(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    draft = {"display_name": "Exchange", "district_id": str(NORTH)}
    made = told(await keeper.post("/v1/service-accounts", json=draft), 201)
    body = await brought(keeper, STEWARD | {"subject": made["id"]}, status=422)
    assert [(fault["pointer"], fault["code"]) for fault in body["errors"]] == [
        ("/items/0/subject", "not_a_person")
    ]


async def test_a_superintendent_lets_people_into_its_district_alone(as_, owner):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    for place in (SOUTH, NOWHERE):
        body = await brought(keeper, STEWARD | {"district_id": str(place)}, status=422)
        assert body["errors"] == [
            {
                "pointer": "/items/0/district_id",
                "code": "unknown_reference",
                "detail": "There is no such district.",
            }
        ]
    staff = STEWARD | {"role": "auditor", "district_id": None}
    refused = await brought(keeper, staff, status=403)
    assert refused["rule"] == "TR-02"
    assert [(entry["outcome"], entry["rule"]) for entry in await written(owner)] == [
        ("refused", "TR-02")
    ]


async def test_of_a_batch_at_best_effort_the_good_rows_are_stored(as_, owner):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    staff = {"role": "auditor", "district_id": None}
    body = await brought(
        keeper,
        STEWARD,
        STEWARD | staff,
        STEWARD | {"district_id": str(SOUTH)},
        STEWARD | {"subject": "other"},
        STEWARD | staff,
        mode="best_effort",
    )
    assert [row["status"] for row in body["results"]] == [
        "created",
        "failed",
        "failed",
        "created",
        "failed",
    ]
    assert (body["created"], body["failed"]) == (2, 3)
    problem = body["results"][1]["problem"]
    assert (problem["code"], problem["rule"]) == ("forbidden", "TR-02")
    assert body["results"][2] == {
        "index": 2,
        "status": "failed",
        "id": None,
        "account_id": None,
        "key_id": None,
        "secret": None,
        "problem": body["results"][2]["problem"],
    }
    entries = await written(owner)
    assert [
        (entry["subject"], entry["rule"], entry["detail"])
        for entry in entries
        if entry["outcome"] == "refused"
    ] == [("roster", "TR-02", {"rows": 2})]
    assert len(entries) == 5


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_dry_run_stores_nothing_and_shows_no_secret(as_, owner, mode):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    kept = account(Role.VIEWER, NORTH)
    before = await state(owner)
    known = {
        "subject": f"viewer-{NORTH}",
        "display_name": "The viewer",
        "role": "viewer",
        "district_id": str(NORTH),
    }
    body = await brought(keeper, STEWARD | {"with_key": True}, known, mode=mode, dry_run=True)
    assert (body["dry_run"], body["created"], body["unchanged"]) == (True, 1, 1)
    told_of = ("status", "account_id", "key_id", "secret")
    assert [[row[name] for name in told_of] for row in body["results"]] == [
        ["created", None, None, None],
        ["unchanged", str(kept), None, None],
    ]
    assert await state(owner) == before


async def test_a_batch_is_sent_with_a_key_and_its_secrets_are_told_once(as_, owner):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    items = {"items": [STEWARD | {"with_key": True}]}
    bare = await keeper.post(PATH, json=items)
    assert told(bare, 400)["code"] == "idempotency_key_required"
    header = once()
    first = told(await keeper.post(PATH, json=items, headers=header), 200)
    before = await state(owner)
    again = await keeper.post(PATH, json=items, headers=header)
    assert again.headers["idempotent-replayed"] == "true"
    assert told(again, 200) == first | {"results": [first["results"][0] | {"secret": None}]}
    assert await state(owner) == before


async def test_a_narrow_credential_makes_no_wide_key_in_a_batch(as_, owner):
    narrow = as_(Role.SUPERINTENDENT, NORTH, scopes="roster:import round:read")
    for scope in ({"key_scope": "submission:enter"}, {"key_scope": "round:read key:create"}):
        refused = await brought(narrow, STEWARD | {"with_key": True} | scope, status=403)
        assert refused["rule"] == "TR-01"
    body = await brought(narrow, STEWARD | {"with_key": True})
    key = f"/v1/keys/{body['results'][0]['key_id']}"
    made = told(await as_(Role.SUPERINTENDENT, NORTH).get(key), 200)
    assert made["scopes"] == ["roster:import", "round:read"]
    less = await brought(narrow, STEWARD | {"with_key": True, "key_scope": "round:read"})
    assert less["updated"] == 1


async def test_a_scope_for_single_grants_does_not_reach_the_batch(as_):
    narrow = as_(Role.SUPERINTENDENT, NORTH, scopes="membership:grant key:create account:register")
    refused = await brought(narrow, STEWARD, status=403)
    assert (refused["code"], refused["rule"]) == ("insufficient_scope", "TR-01")


@contextmanager
def statements(house):
    """The statements of writing sessions, as they go to the driver."""
    engine = house.sessions.kw["bind"].sync_engine
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_five_hundred_rows_take_as_many_statements_as_one(as_, given, house):
    """Rows go in by pages of a thousand, and the ledger gets three entries of each new person."""
    admin = as_(Role.CONSORTIUM_ADMIN)
    await given(
        *(
            District(
                id=UUID(int=1000 + number),
                nces_id=f"{600000 + number:07}",
                name=f"Invented {number}",
                state="CA",
                time_zone="America/Los_Angeles",
                standing=DistrictState.ACTIVE,
                joined_on=date(2018, 4, 25),
            )
            for number in range(500)
        )
    )

    def items(count, role):
        return [
            {
                "subject": f"steward-{number}",
                "display_name": f"Steward {number}",
                "role": role,
                "nces_id": f"{600000 + number:07}",
                "with_key": True,
            }
            for number in range(count)
        ]

    with statements(house) as few:
        assert (await brought(admin, *items(1, "viewer")))["created"] == 1
    with statements(house) as many:
        assert (await brought(admin, *items(500, "data_steward")))["created"] == 500
    assert (len(few), len(many)) == (15, 16)
    with statements(house) as again:
        assert (await brought(admin, *items(500, "data_steward")))["updated"] == 500
    assert len(again) == 13
