"""A key that somebody makes for themselves does not outlive the key it is made with."""

from uuid import UUID

import pytest
from conftest import NORTH, account
from paths import told
from rosters import bearing

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

SOON, LATER = "2198-01-01T00:00:00Z", "2199-01-01T00:00:00Z"
BEYOND = [
    {
        "pointer": "/expires_at",
        "code": "too_late",
        "detail": "It is after the end of the key that you ask with.",
    }
]


@pytest.fixture
async def ending(as_, app):
    """A superintendent, who calls with a key that ends."""
    draft = {"name": "ending", "expires_at": SOON}
    made = told(await as_(Role.SUPERINTENDENT, NORTH).post("/v1/me/keys", json=draft), 201)
    caller = bearing(app, made["secret"])
    caller.key = made
    return caller


async def made(caller, path="/v1/me/keys", **changes):
    return await caller.post(path, json={"name": "new"} | changes)


async def test_a_new_key_ends_with_the_key_that_makes_it(ending):
    assert told(await made(ending), 201)["expires_at"] == SOON
    assert told(await made(ending, expires_at=SOON), 201)["expires_at"] == SOON
    sooner = "2197-01-01T00:00:00Z"
    assert told(await made(ending, expires_at=sooner), 201)["expires_at"] == sooner


async def test_a_new_key_beyond_the_end_of_its_maker_is_refused(ending):
    assert told(await made(ending, expires_at=LATER), 422)["errors"] == BEYOND


async def test_a_key_that_takes_the_place_of_another_ends_with_the_one_that_asks(ending, as_):
    unending = told(await made(as_(Role.SUPERINTENDENT, NORTH)), 201)
    for old in (ending.key, unending):
        path = f"/v1/me/keys/{old['id']}/rotate"
        asked = {"expires_at": LATER}
        assert told(await ending.post(path, json=asked), 422)["errors"] == BEYOND
    unended = told(await ending.post(f"/v1/me/keys/{unending['id']}/rotate"), 201)
    assert unended["expires_at"] == SOON
    successor = told(await ending.post(f"/v1/me/keys/{ending.key['id']}/rotate"), 201)
    assert successor["expires_at"] == SOON


async def test_a_key_that_was_replaced_makes_none_that_outlives_the_overlap(ending):
    told(await ending.post(f"/v1/me/keys/{ending.key['id']}/rotate"), 201)
    replaced = told(await ending.get(f"/v1/me/keys/{ending.key['id']}"), 200)
    assert told(await made(ending), 201)["expires_at"] == replaced["expires_at"]
    assert replaced["expires_at"] < SOON


async def test_a_token_makes_no_key_that_outlives_the_key_it_was_bought_with(ending, app, issuer):
    mine = str(account(Role.SUPERINTENDENT, NORTH))
    bought = issuer.issue(
        subject=mine,
        client_id=mine,
        key_id=UUID(ending.key["id"]),
        scopes=["own_key:create", "round:read"],
    )
    caller = bearing(app, bought.token)
    assert told(await made(caller), 201)["expires_at"] == SOON
    assert told(await made(caller, expires_at=LATER), 422)["errors"] == BEYOND


async def test_a_keeper_makes_itself_no_key_that_outlives_its_own(ending, as_):
    mine = {"account_id": str(account(Role.SUPERINTENDENT, NORTH))}
    assert told(await made(ending, "/v1/keys", **mine), 201)["expires_at"] == SOON
    assert told(await made(ending, "/v1/keys", expires_at=LATER, **mine), 422)["errors"] == BEYOND
    unending = told(await made(as_(Role.SUPERINTENDENT, NORTH)), 201)
    new = told(await ending.post(f"/v1/keys/{unending['id']}/rotate"), 201)
    assert new["expires_at"] == SOON


async def test_a_key_for_somebody_else_lives_as_long_as_is_asked(ending):
    steward = {"account_id": str(account(Role.DATA_STEWARD, NORTH))}
    assert told(await made(ending, "/v1/keys", **steward), 201)["expires_at"] is None
    later = told(await made(ending, "/v1/keys", expires_at=LATER, **steward), 201)
    assert later["expires_at"] == LATER
