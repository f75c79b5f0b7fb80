import pytest
from conftest import NORTH, POSTS, SOUTH, account, key_id
from paths import told
from rosters import bearing, end
from sqlalchemy import text

from app.policy.actions import WHO_MAY
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


def may(*roles):
    return sorted(
        action.value for action, who in WHO_MAY.items() if who & ({Role.PUBLIC} | set(roles))
    )


@pytest.mark.parametrize(("role", "place"), POSTS)
async def test_a_caller_learns_what_it_is_and_may_do(as_, role, place):
    body = told(await as_(role, place).get("/v1/me"), 200)
    organisation = place and str(place)
    assert body == {
        "account": {
            "id": str(account(role, place)),
            "kind": "user",
            "display_name": f"The {role}",
            "email": None,
            "district_id": organisation,
            "created_at": body["account"]["created_at"],
        },
        "roles": [{"role": role, "district_id": organisation}],
        "districts": [organisation] if place else [],
        "whole_consortium": role in {Role.CONSORTIUM_ADMIN, Role.ANALYST, Role.AUDITOR},
        "scopes": None,
        "actions": may(role),
    }


async def test_what_an_auditor_may_do_is_written_out_once():
    """By hand: the other tests read the same table as the application."""
    assert sorted(set(may(Role.AUDITOR)) - set(may())) == [
        "charter:explain",
        "checkpoint:read",
        "ledger:read",
        "me:read",
        "own_job:cancel",
        "own_job:read",
        "own_key:create",
        "own_key:read",
        "own_key:revoke",
        "own_key:rotate",
        "release:audit",
    ]


async def test_several_roles_are_told_together(as_):
    draft = {
        "account_id": str(account(Role.VIEWER, NORTH)),
        "role": "data_steward",
        "district_id": str(NORTH),
    }
    told(await as_(Role.SUPERINTENDENT, NORTH).post("/v1/memberships", json=draft), 201)
    body = told(await as_(Role.VIEWER, NORTH).get("/v1/me"), 200)
    assert body["roles"] == [
        {"role": "data_steward", "district_id": str(NORTH)},
        {"role": "viewer", "district_id": str(NORTH)},
    ]
    assert body["districts"] == [str(NORTH)]
    assert body["actions"] == may(Role.DATA_STEWARD, Role.VIEWER)


async def test_a_scope_narrows_what_the_roles_allow(as_):
    planner = as_(Role.PLANNER, NORTH, scopes="round:read not:one")
    body = told(await planner.get("/v1/me"), 200)
    assert body["scopes"] == ["round:read"]
    assert body["actions"] == sorted({*may(), "me:read", "round:read"})
    refused = told(await planner.get("/v1/districts"), 403)
    assert (refused["code"], refused["rule"]) == ("insufficient_scope", "TR-01")


async def test_a_scope_beyond_the_roles_gives_nothing(as_):
    planner = as_(Role.PLANNER, NORTH, scopes="ledger:read")
    body = told(await planner.get("/v1/me"), 200)
    assert body["actions"] == sorted({*may(), "me:read"})
    assert told(await planner.get("/v1/ledger"), 403)["rule"] == "TR-02"


async def test_nobody_is_told_nothing(client):
    answer = await client.get("/v1/me")
    assert (answer.headers["www-authenticate"], told(answer, 401)["code"]) == (
        "Bearer",
        "unauthenticated",
    )


async def test_who_holds_nothing_any_more_is_told_so(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    told(await viewer.get("/v1/me"), 200)
    async with owner.begin() as connection:
        asked = text("update memberships set revoked_at = now() where account_id = :id")
        await connection.execute(asked, {"id": account(Role.VIEWER, NORTH)})
    refused = told(await viewer.get("/v1/me"), 403)
    assert (refused["code"], refused["rule"]) == ("forbidden", "TR-02")


async def test_a_key_that_ended_lets_nobody_in(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    told(await viewer.get("/v1/me"), 200)
    await end(owner, key_id(Role.VIEWER, NORTH))
    assert told(await viewer.get("/v1/me"), 401)["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "secret",
    [
        "c34_",
        "c34_" + "0" * 32 + "_" + "a" * 49,
        "c34_" + "F" * 32 + "_" + "a" * 49,
        "c34_" + "0" * 5000,
        "not a token",
        "a.b.c",
    ],
)
async def test_what_is_no_key_and_no_token_lets_nobody_in(as_, app, secret):
    answers = [await bearing(app, secret).get("/v1/me"), await bearing(app, "").get("/v1/me")]
    bodies = [told(answer, 401) for answer in answers]
    for body in bodies:
        del body["request_id"]
    assert bodies[0] == bodies[1]


async def test_a_key_with_another_ones_secret_lets_nobody_in(as_, app):
    """Well formed and with a good checksum: only the digest tells."""
    from app.identity.keys import new_key

    as_(Role.VIEWER, NORTH)
    forged = new_key(key_id(Role.VIEWER, NORTH)).shown
    assert told(await bearing(app, forged).get("/v1/me"), 401)["code"] == "unauthenticated"


async def test_a_token_of_another_accounts_key_lets_nobody_in(as_, app, issuer):
    token = issuer.issue(
        subject=str(account(Role.SUPERINTENDENT, SOUTH)),
        client_id=str(account(Role.SUPERINTENDENT, SOUTH)),
        key_id=key_id(Role.VIEWER, NORTH),
        scopes=["me:read"],
    ).token
    assert told(await bearing(app, token).get("/v1/me"), 401)["code"] == "unauthenticated"
