from datetime import UTC, datetime, timedelta

import pytest
from conftest import NORTH, POSTS, SOUTH, account, key_id
from paths import told
from rosters import NOWHERE, bearing, written

from app.identity.keys import parse_key
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

UNKNOWN = [
    {"pointer": "/account_id", "code": "unknown_reference", "detail": "There is no such account."}
]


async def test_a_key_of_ones_own_lets_in_and_is_shown_once(as_, app, owner):
    made = await as_(Role.VIEWER, NORTH).post("/v1/me/keys", json={"name": "laptop"})
    body = told(made, 201)
    secret = body.pop("secret")
    assert body == {
        "id": body["id"],
        "account_id": str(account(Role.VIEWER, NORTH)),
        "district_id": str(NORTH),
        "name": "laptop",
        "scopes": None,
        "created_at": body["created_at"],
        "expires_at": None,
        "revoked_at": None,
        "replaced_by": None,
        "version": 1,
    }
    assert made.headers["location"] == f"/v1/me/keys/{body['id']}"
    assert str(parse_key(secret).id) == body["id"]
    me = told(await bearing(app, secret).get("/v1/me"), 200)
    assert me["account"]["id"] == str(account(Role.VIEWER, NORTH))
    read = await as_(Role.VIEWER, NORTH).get(f"/v1/me/keys/{body['id']}")
    assert told(read, 200) == body
    assert await written(owner) == [
        {
            "account_id": account(Role.VIEWER, NORTH),
            "action": "own_key:create",
            "outcome": "done",
            "rule": None,
            "district_id": NORTH,
            "subject": f"key:{body['id']}",
            "detail": {"account_id": str(account(Role.VIEWER, NORTH)), "scopes": None},
        }
    ]


async def test_a_keeper_makes_a_key_for_an_account_of_its_district(as_, app, owner):
    wanted = {
        "account_id": str(account(Role.DATA_STEWARD, NORTH)),
        "name": "export",
        "scopes": ["submission:enter", "round:read", "round:read"],
        "expires_at": "2199-01-01T00:00:00Z",
    }
    made = await as_(Role.SUPERINTENDENT, NORTH).post("/v1/keys", json=wanted)
    body = told(made, 201)
    assert (body["scopes"], body["expires_at"]) == (
        ["round:read", "submission:enter"],
        "2199-01-01T00:00:00Z",
    )
    assert made.headers["location"] == f"/v1/keys/{body['id']}"
    me = told(await bearing(app, body["secret"]).get("/v1/me"), 200)
    assert me["scopes"] == ["round:read", "submission:enter"]
    assert [(entry["action"], entry["district_id"]) for entry in await written(owner)] == [
        ("key:create", NORTH)
    ]


async def test_an_account_beyond_the_reach_is_as_unknown_as_one_that_is_not_there(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    for sought in (account(Role.VIEWER, SOUTH), account(Role.CONSORTIUM_ADMIN), NOWHERE):
        draft = {"account_id": str(sought), "name": "theirs"}
        answer = await keeper.post("/v1/keys", json=draft)
        assert told(answer, 422)["errors"] == UNKNOWN


async def test_a_key_is_not_wider_than_the_credential_that_makes_it(as_, owner):
    narrow = as_(Role.VIEWER, NORTH, scopes="own_key:create round:read")
    for wanted in (["district:read"], ["round:read", "district:read"]):
        refused = await narrow.post("/v1/me/keys", json={"name": "wide", "scopes": wanted})
        body = told(refused, 403)
        assert (body["code"], body["rule"]) == ("insufficient_scope", "TR-01")
    same = await narrow.post("/v1/me/keys", json={"name": "as it is"})
    assert told(same, 201)["scopes"] == ["own_key:create", "round:read"]
    less = await narrow.post("/v1/me/keys", json={"name": "less", "scopes": ["round:read"]})
    assert told(less, 201)["scopes"] == ["round:read"]
    assert [(entry["outcome"], entry["rule"]) for entry in await written(owner)] == [
        ("refused", "TR-01"),
        ("refused", "TR-01"),
        ("done", None),
        ("done", None),
    ]


async def test_a_keeper_with_a_narrow_credential_makes_no_wide_key(as_):
    narrow = as_(Role.SUPERINTENDENT, NORTH, scopes="key:create")
    wanted = {
        "account_id": str(account(Role.DATA_STEWARD, NORTH)),
        "name": "wide",
        "scopes": ["submission:enter"],
    }
    assert told(await narrow.post("/v1/keys", json=wanted), 403)["rule"] == "TR-01"


async def test_all_that_is_wrong_with_a_key_is_told_at_once(as_):
    draft = {"name": "", "scopes": ["everything:do"], "expires_at": "2026-01-01", "secret": "x"}
    answer = await as_(Role.VIEWER, NORTH).post("/v1/me/keys", json=draft)
    faults = {(fault["pointer"], fault["code"]) for fault in told(answer, 422)["errors"]}
    assert faults == {
        ("/name", "empty"),
        ("/scopes/0", "not_one_of"),
        ("/expires_at", "malformed"),
        ("/secret", "unknown_member"),
    }
    none = await as_(Role.VIEWER, NORTH).post("/v1/me/keys", json={"name": "no", "scopes": []})
    assert [fault["code"] for fault in told(none, 422)["errors"]] == ["too_few"]


async def test_a_key_does_not_end_before_it_begins(as_):
    draft = {"name": "late", "expires_at": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
    answer = await as_(Role.VIEWER, NORTH).post("/v1/me/keys", json=draft)
    assert told(answer, 422)["errors"] == [
        {"pointer": "/expires_at", "code": "not_in_future", "detail": "It is over already."}
    ]


async def test_a_secret_is_not_told_again_to_who_asks_the_same_again(as_):
    viewer = as_(Role.VIEWER, NORTH)
    once = {"Idempotency-Key": "one-key-please"}
    first = await viewer.post("/v1/me/keys", json={"name": "laptop"}, headers=once)
    again = await viewer.post("/v1/me/keys", json={"name": "laptop"}, headers=once)
    assert again.headers["idempotent-replayed"] == "true"
    assert told(again, 201) == told(first, 201) | {"secret": None}
    listed = told(await viewer.get("/v1/me/keys"), 200)["data"]
    assert sorted(row["name"] for row in listed) == ["laptop", "test"]


async def test_everyone_sees_only_keys_of_their_own_as_such(as_):
    for role in (Role.VIEWER, Role.SUPERINTENDENT):
        listed = told(await as_(role, NORTH).get("/v1/me/keys"), 200)
        assert [row["id"] for row in listed["data"]] == [str(key_id(role, NORTH))]
    admin = told(await as_(Role.CONSORTIUM_ADMIN).get("/v1/me/keys"), 200)
    assert [row["id"] for row in admin["data"]] == [str(key_id(Role.CONSORTIUM_ADMIN))]
    theirs = f"/v1/me/keys/{key_id(Role.VIEWER, NORTH)}"
    assert told(await as_(Role.SUPERINTENDENT, NORTH).get(theirs), 404)["code"] == "not_found"


async def test_a_keeper_sees_the_keys_of_its_organisation(as_):
    northern = {str(key_id(role, place)) for role, place in POSTS if place == NORTH}
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    listed = told(await keeper.get("/v1/keys"), 200)
    assert {row["id"] for row in listed["data"]} == northern
    assert "secret" not in listed["data"][0].keys() | listed["data"][-1].keys()
    one = account(Role.VIEWER, NORTH)
    narrowed = told(await keeper.get(f"/v1/keys?account_id={one}"), 200)
    assert [row["id"] for row in narrowed["data"]] == [str(key_id(Role.VIEWER, NORTH))]
    other = f"/v1/keys/{key_id(Role.VIEWER, SOUTH)}"
    assert told(await keeper.get(other), 404)["code"] == "not_found"
    everyone = await as_(Role.CONSORTIUM_ADMIN).get(f"/v1/keys?district_id={NORTH}")
    assert {row["id"] for row in told(everyone, 200)["data"]} == northern


@pytest.mark.parametrize(("role", "place"), POSTS)
async def test_only_who_keeps_a_roster_keeps_its_keys(as_, role, place):
    caller = as_(role, place)
    own = f"/v1/keys/{key_id(role, place)}"
    draft = {"account_id": str(account(role, place)), "name": "mine"}
    answers = [
        await caller.get("/v1/keys"),
        await caller.get(own),
        await caller.post("/v1/keys", json=draft),
        await caller.post(f"{own}/rotate"),
        await caller.post(f"{own}/revoke"),
    ]
    keeps = role in WHO_MAY[Action.KEY_CREATE]
    assert [answer.status_code for answer in answers] == (
        [200, 200, 201, 201, 200] if keeps else [403] * 5
    )
    if not keeps:
        assert [answer.json()["rule"] for answer in answers] == ["TR-02"] * 5
