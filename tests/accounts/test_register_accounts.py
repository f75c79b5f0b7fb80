import pytest
from conftest import BASE_URL, NORTH, POSTS, SOUTH, account
from sqlalchemy import text

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

USER = {"subject": "ada", "display_name": "Ada Invented"}
OUT_OF_REACH = [
    {
        "pointer": "/district_id",
        "code": "unknown_reference",
        "detail": "There is no such district.",
    }
]


async def entries(owner):
    async with owner.connect() as connection:
        found = await connection.execute(
            text(
                "select account_id, action, outcome, rule, district_id, subject, detail"
                " from ledger order by at, id"
            )
        )
        return [tuple(row) for row in found]


async def test_a_superintendent_registers_a_person_of_its_district(as_, owner):
    made = await as_(Role.SUPERINTENDENT, NORTH).post(
        "/v1/users", json=USER | {"district_id": str(NORTH), "email": "ada@example.org"}
    )
    body = made.json()
    assert (made.status_code, made.headers["location"]) == (201, f"/v1/users/{body['id']}")
    assert body == {
        "id": body["id"],
        "district_id": str(NORTH),
        "issuer": BASE_URL,
        "subject": "ada",
        "display_name": "Ada Invented",
        "email": "ada@example.org",
        "created_at": body["created_at"],
        "version": 1,
    }
    read = await as_(Role.SUPERINTENDENT, NORTH).get(f"/v1/users/{body['id']}")
    assert (read.status_code, read.json()) == (200, body)
    assert await entries(owner) == [
        (
            account(Role.SUPERINTENDENT, NORTH),
            "account:register",
            "done",
            None,
            NORTH,
            f"account:{body['id']}",
            {"kind": "user"},
        )
    ]


async def test_a_person_is_registered_once_with_an_organisation(as_):
    keeper = as_(Role.CONSORTIUM_ADMIN)
    for place in (NORTH, SOUTH, None):
        draft = USER | {"district_id": place and str(place)}
        assert (await keeper.post("/v1/users", json=draft)).status_code == 201
        again = await keeper.post("/v1/users", json=draft | {"display_name": "Someone else"})
        assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_a_person_of_another_issuer_is_another_person(as_):
    keeper = as_(Role.CONSORTIUM_ADMIN)
    for issuer in (None, "https://login.example.org"):
        made = await keeper.post("/v1/users", json=USER | {"issuer": issuer})
        assert (made.status_code, made.json()["issuer"]) == (201, issuer or BASE_URL)


@pytest.mark.parametrize("path", ["/v1/users", "/v1/service-accounts"])
async def test_a_district_beyond_the_reach_is_as_unknown_as_one_that_is_not_there(as_, path):
    draft = USER if path == "/v1/users" else {"display_name": "Exchange"}
    for place in (SOUTH, "00000000-0000-7000-8000-00000000abcd"):
        answer = await as_(Role.SUPERINTENDENT, NORTH).post(
            path, json=draft | {"district_id": str(place)}
        )
        assert (answer.status_code, answer.json()["errors"]) == (422, OUT_OF_REACH)
    absent = await as_(Role.CONSORTIUM_ADMIN).post(
        path, json=draft | {"district_id": "00000000-0000-7000-8000-00000000abcd"}
    )
    assert (absent.status_code, absent.json()["errors"]) == (422, OUT_OF_REACH)


@pytest.mark.parametrize("path", ["/v1/users", "/v1/service-accounts"])
async def test_only_the_consortium_registers_accounts_of_its_own(as_, owner, path):
    draft = USER if path == "/v1/users" else {"display_name": "Exchange"}
    refused = await as_(Role.SUPERINTENDENT, NORTH).post(path, json=draft)
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")
    assert [entry[1:4] for entry in await entries(owner)] == [
        ("account:register", "refused", "TR-02")
    ]
    assert (await as_(Role.CONSORTIUM_ADMIN).post(path, json=draft)).status_code == 201


async def test_a_service_account_is_its_own_subject(as_, owner):
    made = await as_(Role.SUPERINTENDENT, NORTH).post(
        "/v1/service-accounts", json={"display_name": "Exchange", "district_id": str(NORTH)}
    )
    body = made.json()
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/service-accounts/{body['id']}"
    assert body == {
        "id": body["id"],
        "district_id": str(NORTH),
        "display_name": "Exchange",
        "created_at": body["created_at"],
        "version": 1,
    }
    read = await as_(Role.SUPERINTENDENT, NORTH).get(f"/v1/service-accounts/{body['id']}")
    assert (read.status_code, read.json()) == (200, body)
    async with owner.connect() as connection:
        told = await connection.execute(
            text("select kind, issuer, subject from accounts where account_id = :id"),
            {"id": body["id"]},
        )
        assert tuple(told.one()) == ("service", BASE_URL, body["id"])


@pytest.mark.parametrize(("role", "place"), POSTS)
async def test_only_who_keeps_a_roster_registers_and_reads_accounts(as_, role, place):
    caller = as_(role, place)
    answers = [
        await caller.get("/v1/users"),
        await caller.get("/v1/service-accounts"),
        await caller.get(f"/v1/users/{account(role, place)}"),
        await caller.post("/v1/users", json=USER | {"district_id": place and str(place)}),
    ]
    keeps = role in WHO_MAY[Action.ACCOUNT_REGISTER]
    assert [answer.status_code for answer in answers] == (
        [200, 200, 200, 201] if keeps else [403] * 4
    )
    if not keeps:
        assert [answer.json()["rule"] for answer in answers] == ["TR-02"] * 4
