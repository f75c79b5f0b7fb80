from asyncio import gather
from datetime import datetime, timedelta

import pytest
from conftest import NORTH, SOUTH, account, key_id
from paths import told
from rosters import NOWHERE, bearing, end, written
from sqlalchemy import text

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def a_key(caller, **changes):
    return told(await caller.post("/v1/me/keys", json={"name": "laptop"} | changes), 201)


def moment(told_at):
    return datetime.fromisoformat(told_at)


async def test_a_key_that_is_replaced_holds_for_the_overlap(as_, app, owner):
    viewer = as_(Role.VIEWER, NORTH)
    old = await a_key(viewer, scopes=["round:read"])
    answer = await viewer.post(f"/v1/me/keys/{old['id']}/rotate")
    new = told(answer, 201)
    assert answer.headers["location"] == f"/v1/me/keys/{new['id']}"
    assert new == old | {
        "id": new["id"],
        "secret": new["secret"],
        "created_at": new["created_at"],
    }
    assert new["secret"] != old["secret"]
    replaced = told(await viewer.get(f"/v1/me/keys/{old['id']}"), 200)
    ends = moment(replaced["expires_at"]) - moment(new["created_at"])
    assert timedelta(hours=23, minutes=59) < ends < timedelta(hours=24, minutes=1)
    assert (replaced["replaced_by"], replaced["revoked_at"]) == (new["id"], None)
    for key in (old, new):
        assert (await bearing(app, key["secret"]).get("/v1/me")).status_code == 200
    assert (await written(owner))[-1] == {
        "account_id": account(Role.VIEWER, NORTH),
        "action": "own_key:rotate",
        "outcome": "done",
        "rule": None,
        "district_id": NORTH,
        "subject": f"key:{old['id']}",
        "detail": {
            "account_id": str(account(Role.VIEWER, NORTH)),
            "replaced_by": new["id"],
            "overlap_hours": 24,
        },
    }


async def test_a_key_that_is_replaced_without_overlap_ends_at_once(as_, app):
    old = await a_key(as_(Role.VIEWER, NORTH))
    itself = bearing(app, old["secret"])
    new = told(await itself.post(f"/v1/me/keys/{old['id']}/rotate", json={"overlap_hours": 0}), 201)
    assert told(await itself.get("/v1/me"), 401)["code"] == "unauthenticated"
    successor = bearing(app, new["secret"])
    ended = told(await successor.get(f"/v1/me/keys/{old['id']}"), 200)
    assert ended["revoked_at"] == ended["expires_at"]


async def test_an_overlap_does_not_make_a_key_live_longer(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    old = await a_key(viewer, expires_at="2199-01-01T00:00:00Z")
    async with owner.begin() as connection:
        asked = "update keys set expires_at = now() + interval '1 hour' where id = :id"
        await connection.execute(text(asked), {"id": old["id"]})
    before = told(await viewer.get(f"/v1/me/keys/{old['id']}"), 200)
    new = told(
        await viewer.post(f"/v1/me/keys/{old['id']}/rotate", json={"overlap_hours": 168}), 201
    )
    after = told(await viewer.get(f"/v1/me/keys/{old['id']}"), 200)
    assert after["expires_at"] == before["expires_at"]
    life = moment(new["expires_at"]) - moment(new["created_at"])
    assert timedelta(minutes=59) < life < timedelta(minutes=61)


async def test_the_end_of_the_new_key_can_be_told(as_):
    viewer = as_(Role.VIEWER, NORTH)
    old = await a_key(viewer)
    path = f"/v1/me/keys/{old['id']}/rotate"
    new = told(await viewer.post(path, json={"expires_at": "2199-01-01T00:00:00Z"}), 201)
    assert new["expires_at"] == "2199-01-01T00:00:00Z"
    over = await viewer.post(
        f"/v1/me/keys/{new['id']}/rotate", json={"expires_at": "2020-01-01T00:00:00Z"}
    )
    assert [fault["code"] for fault in told(over, 422)["errors"]] == ["not_in_future"]


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "24", True])
async def test_an_overlap_is_of_whole_hours_within_a_week(as_, hours):
    path = f"/v1/me/keys/{key_id(Role.VIEWER, NORTH)}/rotate"
    answer = await as_(Role.VIEWER, NORTH).post(path, json={"overlap_hours": hours})
    assert [fault["pointer"] for fault in told(answer, 422)["errors"]] == ["/overlap_hours"]


async def test_a_key_is_replaced_once_and_not_after_its_end(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    replaced, revoked, over = [await a_key(viewer) for _ in range(3)]
    told(await viewer.post(f"/v1/me/keys/{replaced['id']}/rotate"), 201)
    told(await viewer.post(f"/v1/me/keys/{revoked['id']}/revoke"), 200)
    await end(owner, over["id"])
    for key in (replaced, revoked, over):
        answer = await viewer.post(f"/v1/me/keys/{key['id']}/rotate")
        assert told(answer, 409)["code"] == "invalid_transition"


async def test_of_many_who_replace_a_key_at_once_one_does(as_):
    viewer = as_(Role.VIEWER, NORTH)
    old = await a_key(viewer)
    path = f"/v1/me/keys/{old['id']}/rotate"
    answers = await gather(*(viewer.post(path) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    listed = told(await viewer.get("/v1/me/keys"), 200)["data"]
    assert len(listed) == 3


async def test_a_narrow_credential_does_not_come_by_a_wide_key(as_):
    narrow = as_(Role.VIEWER, NORTH, scopes="own_key:rotate round:read")
    refused = await narrow.post(f"/v1/me/keys/{key_id(Role.VIEWER, NORTH)}/rotate")
    assert told(refused, 403)["rule"] == "TR-01"


async def test_a_revoked_key_ends_with_the_next_request(as_, app, owner):
    viewer = as_(Role.VIEWER, NORTH)
    key = await a_key(viewer)
    bearer = bearing(app, key["secret"])
    assert (await bearer.get("/v1/me")).status_code == 200
    revoked = told(await viewer.post(f"/v1/me/keys/{key['id']}/revoke"), 200)
    assert revoked == {
        **{name: value for name, value in key.items() if name != "secret"},
        "revoked_at": revoked["revoked_at"],
        "version": 2,
    }
    refused = await bearer.get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    again = told(await viewer.post(f"/v1/me/keys/{key['id']}/revoke"), 200)
    assert again == revoked
    mine = account(Role.VIEWER, NORTH)
    assert [
        (entry["account_id"], entry["action"], entry["outcome"], entry["rule"])
        for entry in await written(owner)
    ] == [
        (mine, "own_key:create", "done", None),
        (mine, "own_key:revoke", "done", None),
        (mine, "me:read", "refused", None),
    ]


async def test_a_key_that_has_ended_lets_nobody_in(as_, app, owner):
    key = await a_key(as_(Role.VIEWER, NORTH))
    bearer = bearing(app, key["secret"])
    assert (await bearer.get("/v1/me")).status_code == 200
    await end(owner, key["id"])
    assert told(await bearer.get("/v1/me"), 401)["code"] == "unauthenticated"


async def test_a_keeper_ends_the_keys_of_its_own_district_and_no_other(as_, app):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    key = await a_key(as_(Role.VIEWER, NORTH))
    new = told(await keeper.post(f"/v1/keys/{key['id']}/rotate"), 201)
    assert told(await keeper.post(f"/v1/keys/{new['id']}/revoke"), 200)["revoked_at"] is not None
    for sought in (key_id(Role.VIEWER, SOUTH), key_id(Role.CONSORTIUM_ADMIN), NOWHERE):
        for verb in ("rotate", "revoke"):
            answer = await keeper.post(f"/v1/keys/{sought}/{verb}")
            assert told(answer, 404)["code"] == "not_found"
    ours = as_(Role.VIEWER, SOUTH)
    assert (await ours.get("/v1/me")).status_code == 200


async def test_ones_own_keys_are_not_the_keys_one_keeps(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    for verb in ("rotate", "revoke"):
        answer = await keeper.post(f"/v1/me/keys/{key_id(Role.VIEWER, NORTH)}/{verb}")
        assert told(answer, 404)["code"] == "not_found"
