from asyncio import gather
from datetime import UTC, datetime, timedelta

import pytest
from conftest import NORTH, POSTS, SOUTH, account
from paths import told
from rosters import NOWHERE, an_integration, bearing, written
from sqlalchemy import text

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import CONSORTIUM_ROLES, Role

pytestmark = pytest.mark.anyio

VIEWER = account(Role.VIEWER, NORTH)


def draft(role=Role.DATA_STEWARD, place=NORTH, whom=VIEWER, **changes):
    told_place = None if place is None else str(place)
    return {"account_id": str(whom), "role": role, "district_id": told_place} | changes


def pointers(body):
    return [(fault["pointer"], fault["code"]) for fault in body["errors"]]


async def test_a_superintendent_gives_a_role_in_its_district(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    before = told(await viewer.get("/v1/me"), 200)
    assert [role["role"] for role in before["roles"]] == ["viewer"]
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    made = await keeper.post("/v1/memberships", json=draft())
    body = told(made, 201)
    assert body == {
        "id": body["id"],
        "account_id": str(VIEWER),
        "role": "data_steward",
        "district_id": str(NORTH),
        "valid_from": body["valid_from"],
        "valid_until": None,
        "granted_by": str(account(Role.SUPERINTENDENT, NORTH)),
        "revoked_at": None,
        "version": 1,
    }
    assert made.headers["location"] == f"/v1/memberships/{body['id']}"
    assert told(await keeper.get(f"/v1/memberships/{body['id']}"), 200) == body
    after = told(await viewer.get("/v1/me"), 200)
    assert [role["role"] for role in after["roles"]] == ["data_steward", "viewer"]
    assert await written(owner) == [
        {
            "account_id": account(Role.SUPERINTENDENT, NORTH),
            "action": "membership:grant",
            "outcome": "done",
            "rule": None,
            "district_id": NORTH,
            "subject": f"membership:{body['id']}",
            "detail": {"account_id": str(VIEWER), "role": "data_steward"},
        }
    ]


async def test_a_role_is_held_once_and_given_again_after_its_end(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    first = told(await keeper.post("/v1/memberships", json=draft()), 201)
    again = await keeper.post("/v1/memberships", json=draft())
    assert told(again, 409)["code"] == "conflict"
    told(await keeper.post(f"/v1/memberships/{first['id']}/revoke"), 200)
    assert told(await keeper.post("/v1/memberships", json=draft()), 201)["id"] != first["id"]


async def test_a_role_that_many_give_at_once_is_given_once(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    row = {
        "subject": f"viewer-{NORTH}",
        "display_name": "The viewer",
        "role": "data_steward",
        "district_id": str(NORTH),
    }
    batch = keeper.post(
        "/v1/memberships/batch", json={"items": [row]}, headers={"Idempotency-Key": "together"}
    )
    answers = await gather(batch, *(keeper.post("/v1/memberships", json=draft()) for _ in range(5)))
    brought = told(answers[0], 200)
    codes = sorted(answer.status_code for answer in answers[1:])
    by_batch = brought["created"] == 1
    assert codes == ([409] * 5 if by_batch else [201, *[409] * 4])
    path = f"/v1/memberships?account_id={VIEWER}&role=data_steward"
    assert len(told(await keeper.get(path), 200)["data"]) == 1


@pytest.mark.parametrize("role", sorted(CONSORTIUM_ROLES))
async def test_only_the_consortium_gives_its_roles(as_, owner, role):
    wanted = draft(role, None, account(Role.SUPERINTENDENT, NORTH))
    refused = await as_(Role.SUPERINTENDENT, NORTH).post("/v1/memberships", json=wanted)
    assert told(refused, 403)["rule"] == "TR-02"
    assert [(entry["outcome"], entry["rule"]) for entry in await written(owner)] == [
        ("refused", "TR-02")
    ]


async def test_the_consortium_gives_its_roles_to_its_own(as_):
    admin = as_(Role.CONSORTIUM_ADMIN)
    wanted = draft(Role.AUDITOR, None, account(Role.ANALYST))
    assert told(await admin.post("/v1/memberships", json=wanted), 201)["district_id"] is None
    theirs = draft(Role.AUDITOR, None, VIEWER)
    answer = await admin.post("/v1/memberships", json=theirs)
    assert pointers(told(answer, 422)) == [("/account_id", "other_organisation")]
    elsewhere = draft(Role.VIEWER, SOUTH, VIEWER)
    answer = await admin.post("/v1/memberships", json=elsewhere)
    assert pointers(told(answer, 422)) == [("/account_id", "other_organisation")]


async def test_the_database_keeps_an_account_to_its_organisation_too(as_, owner):
    """The second lock: what a keeper may make a key for holds nothing beyond its district."""
    from sqlalchemy.exc import IntegrityError

    for table, more, values in (
        ("memberships", "role, valid_from, version", "'viewer', now(), 1"),
        ("keys", "name, digest, created_at, version", "'key', '', now(), 1"),
    ):
        asked = text(
            f"insert into {table} (id, account_id, district_id, {more})"
            f" values (gen_random_uuid(), :account, :district, {values})"
        )
        with pytest.raises(IntegrityError, match="district_id_account_id"):
            async with owner.begin() as connection:
                await connection.execute(asked, {"account": VIEWER, "district": SOUTH})


async def test_a_role_is_held_where_it_belongs(as_):
    admin = as_(Role.CONSORTIUM_ADMIN)
    nowhere = await admin.post(
        "/v1/memberships", json=draft(Role.VIEWER, None, account(Role.ANALYST))
    )
    assert pointers(told(nowhere, 422)) == [("/district_id", "required")]
    in_district = await admin.post("/v1/memberships", json=draft(Role.ANALYST, NORTH))
    assert pointers(told(in_district, 422)) == [("/district_id", "not_allowed")]
    public = await admin.post("/v1/memberships", json=draft("public"))
    assert pointers(told(public, 422)) == [("/role", "not_one_of")]


async def test_what_is_beyond_the_reach_is_as_unknown_as_what_is_not_there(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    southern = account(Role.VIEWER, SOUTH)
    for place, whom in ((SOUTH, southern), (NOWHERE, NOWHERE), (SOUTH, NOWHERE)):
        answer = await keeper.post("/v1/memberships", json=draft(Role.VIEWER, place, whom))
        assert told(answer, 422)["errors"] == [
            {
                "pointer": "/district_id",
                "code": "unknown_reference",
                "detail": "There is no such district.",
            },
            {
                "pointer": "/account_id",
                "code": "unknown_reference",
                "detail": "There is no such account.",
            },
        ]
    for whom in (southern, NOWHERE):
        answer = await keeper.post("/v1/memberships", json=draft(whom=whom))
        assert pointers(told(answer, 422)) == [("/account_id", "unknown_reference")]


async def test_a_role_holds_from_its_day_to_its_day(as_, owner):
    keeper, viewer = as_(Role.SUPERINTENDENT, NORTH), as_(Role.VIEWER, NORTH)
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = told(await keeper.post("/v1/memberships", json=draft(valid_from=later)), 201)
    held = told(await viewer.get("/v1/me"), 200)
    assert [role["role"] for role in held["roles"]] == ["viewer"]
    for span, roles in (
        ("valid_from = now() - interval '2 seconds'", ["data_steward", "viewer"]),
        ("valid_until = now() - interval '1 second'", ["viewer"]),
    ):
        async with owner.begin() as connection:
            asked = text(f"update memberships set {span} where id = :id")
            await connection.execute(asked, {"id": body["id"]})
        held = told(await viewer.get("/v1/me"), 200)
        assert [role["role"] for role in held["roles"]] == roles


async def test_a_role_does_not_end_before_it_begins(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    for span in (
        {"valid_until": "2020-01-01T00:00:00Z"},
        {"valid_from": "2199-01-02T00:00:00Z", "valid_until": "2199-01-01T00:00:00Z"},
    ):
        answer = await keeper.post("/v1/memberships", json=draft(**span))
        assert pointers(told(answer, 422)) == [("/valid_until", "too_early")]


async def test_an_integration_holds_a_role_as_a_person_does(as_, app):
    key = await an_integration(as_, role=Role.VIEWER)
    me = told(await bearing(app, key["secret"]).get("/v1/me"), 200)
    assert (me["account"]["kind"], me["roles"]) == (
        "service",
        [{"role": "viewer", "district_id": str(NORTH)}],
    )


@pytest.mark.parametrize(("role", "place"), POSTS)
async def test_only_who_keeps_a_roster_gives_reads_and_ends_roles(as_, role, place):
    caller = as_(role, place)
    mine = account(role, place)
    answers = [
        await caller.get("/v1/memberships"),
        await caller.post("/v1/memberships", json=draft(Role.VIEWER, place, mine)),
        await caller.post(f"/v1/memberships/{NOWHERE}/revoke"),
        await caller.post(
            "/v1/memberships/batch", json={"items": []}, headers={"Idempotency-Key": "12345678"}
        ),
    ]
    keeps = role in WHO_MAY[Action.MEMBERSHIP_GRANT]
    granted = 422 if place is None else 201
    assert [answer.status_code for answer in answers] == (
        [200, granted, 404, 422] if keeps else [403] * 4
    )
    if not keeps:
        assert [answer.json()["rule"] for answer in answers] == ["TR-02"] * 4
