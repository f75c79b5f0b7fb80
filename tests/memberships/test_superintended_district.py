"""Once a district keeps its own roster, the consortium lets nobody in there (TR-04)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from conftest import NORTH, SOUTH, a_district, account, key_id
from paths import told
from rosters import bearing, written
from sqlalchemy import text

from app.operations import create_key, rotate_key
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

EAST = UUID(int=3)
REFUSED = "Once a district keeps its own roster, the consortium gives out no role and no key there."


@pytest.fixture
async def admin(as_, given):
    """The consortium's administrator; beside the two districts there is one without anybody."""
    await given(a_district(EAST, "East Invented Unified"))
    return as_(Role.CONSORTIUM_ADMIN)


def a_row(subject, role="data_steward", place=NORTH, **changes):
    named = {"subject": subject, "display_name": subject, "district_id": str(place)}
    return named | {"role": role, "with_key": True} | changes


async def brought(caller, *items, status=200, **envelope):
    once = {"Idempotency-Key": str(uuid4())}
    body = {"items": items} | envelope
    return told(await caller.post("/v1/memberships/batch", json=body, headers=once), status)


async def registered(caller, place):
    draft = {"subject": "ada", "display_name": "Ada", "district_id": str(place)}
    return told(await caller.post("/v1/users", json=draft), 201)["id"]


def a_role(account_id, place, role="data_steward"):
    return {"account_id": str(account_id), "role": role, "district_id": str(place)}


def a_key(account_id):
    return {"account_id": str(account_id), "name": "key"}


async def held(owner):
    async with owner.connect() as connection:
        return [
            await connection.scalar(text(f"select count(*) from {table}"))
            for table in ("accounts", "memberships", "keys")
        ]


async def test_the_consortium_makes_no_key_and_gives_no_role_there(admin, owner):
    steward, viewer = account(Role.DATA_STEWARD, NORTH), account(Role.VIEWER, NORTH)
    before = await held(owner)
    for path, body in (
        (f"/v1/keys/{key_id(Role.DATA_STEWARD, NORTH)}/rotate", {}),
        ("/v1/keys", a_key(steward)),
        ("/v1/memberships", a_role(viewer, NORTH)),
        ("/v1/memberships", a_role(viewer, NORTH, "superintendent")),
    ):
        refused = told(await admin.post(path, json=body), 403)
        assert (refused["code"], refused["rule"], refused["detail"]) == (
            "forbidden",
            "TR-04",
            REFUSED,
        )
    assert await held(owner) == before
    admins = account(Role.CONSORTIUM_ADMIN)
    assert [
        (entry["account_id"], entry["action"], entry["outcome"], entry["rule"])
        for entry in await written(owner)
    ] == [
        (admins, action, "refused", "TR-04")
        for action in ("key:rotate", "key:create", "membership:grant", "membership:grant")
    ]


async def test_the_consortium_lets_nobody_in_there_by_a_batch(admin, owner):
    before = await held(owner)
    for row in (a_row("new"), a_row("new", with_key=False), a_row(f"data_steward-{NORTH}")):
        assert (await brought(admin, row, status=403))["rule"] == "TR-04"
    assert await held(owner) == before
    body = await brought(
        admin, a_row("new"), a_row("new", place=EAST), a_row("new"), mode="best_effort"
    )
    assert [row["status"] for row in body["results"]] == ["failed", "created", "failed"]
    assert [row["problem"] and row["problem"]["rule"] for row in body["results"]] == [
        "TR-04",
        None,
        "TR-04",
    ]
    assert [
        (entry["subject"], entry["rule"], entry["detail"])
        for entry in await written(owner)
        if entry["subject"] == "roster"
    ] == [("roster", "TR-04", {"rows": 2})]


async def test_a_row_that_gives_nothing_is_no_breach(admin):
    known = a_row(f"data_steward-{NORTH}", with_key=False)
    body = await brought(admin, known, a_row("new", place=EAST))
    assert [row["status"] for row in body["results"]] == ["unchanged", "created"]


async def test_the_consortium_ends_roles_and_keys_there_still(admin):
    path = f"/v1/memberships?account_id={account(Role.DATA_STEWARD, NORTH)}"
    (role,) = told(await admin.get(path), 200)["data"]
    ended = told(await admin.post(f"/v1/memberships/{role['id']}/revoke"), 200)
    assert ended["revoked_at"] is not None
    key = told(await admin.post(f"/v1/keys/{key_id(Role.DATA_STEWARD, NORTH)}/revoke"), 200)
    assert key["revoked_at"] is not None


async def test_its_superintendent_gives_roles_and_keys_and_another_districts_does_not(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    ada = await registered(keeper, NORTH)
    told(await keeper.post("/v1/memberships", json=a_role(ada, NORTH)), 201)
    key = told(await keeper.post("/v1/keys", json=a_key(ada)), 201)
    told(await keeper.post(f"/v1/keys/{key['id']}/rotate"), 201)
    assert (await brought(keeper, a_row("new")))["created"] == 1
    other = as_(Role.SUPERINTENDENT, SOUTH)
    told(await other.post(f"/v1/keys/{key['id']}/rotate"), 404)


async def test_everyone_there_makes_keys_of_their_own(as_):
    steward = as_(Role.DATA_STEWARD, NORTH)
    key = told(await steward.post("/v1/me/keys", json={"name": "mine"}), 201)
    told(await steward.post(f"/v1/me/keys/{key['id']}/rotate"), 201)


async def test_the_operator_lets_in_there(as_, app, house):
    place = {"district_id": str(NORTH)}
    made = await create_key(house, Role.DATA_STEWARD, subject="ada", name="Ada", district=place)
    new = await rotate_key(house, made.key_id)
    for secret in (made.secret, new.secret):
        assert (await bearing(app, secret).get("/v1/me")).status_code == 200


async def test_a_district_without_a_superintendent_is_begun_by_the_consortium(admin):
    ada = await registered(admin, EAST)
    told(await admin.post("/v1/memberships", json=a_role(ada, EAST)), 201)
    key = told(await admin.post("/v1/keys", json=a_key(ada)), 201)
    told(await admin.post(f"/v1/keys/{key['id']}/rotate"), 201)


async def test_a_batch_is_judged_by_who_was_there_before_it(admin):
    first = a_row("superintendent", "superintendent", EAST)
    body = await brought(admin, first, a_row("steward", place=EAST))
    assert [row["status"] for row in body["results"]] == ["created", "created"]
    again = await brought(admin, a_row("other", place=EAST), status=403)
    assert again["rule"] == "TR-04"
    body = await brought(admin, first | {"with_key": False})
    assert body["results"][0]["status"] == "unchanged"


async def test_a_superintendent_whose_role_has_not_begun_keeps_no_roster(admin):
    ada = await registered(admin, EAST)
    begins = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    draft = a_role(ada, EAST, "superintendent") | {"valid_from": begins}
    told(await admin.post("/v1/memberships", json=draft), 201)
    told(await admin.post("/v1/keys", json=a_key(ada)), 201)
    told(await admin.post("/v1/memberships", json=a_role(ada, EAST)), 201)
    assert (await brought(admin, a_row("new", place=EAST)))["created"] == 1


@pytest.mark.parametrize("span", ["over", "revoked"])
async def test_the_consortium_does_not_come_back_when_the_superintendent_is_gone(
    admin, owner, span
):
    """Else it could end that role itself, and then let in whom it likes."""
    ada = await registered(admin, EAST)
    draft = a_role(ada, EAST, "superintendent")
    role = told(await admin.post("/v1/memberships", json=draft), 201)
    if span == "revoked":
        told(await admin.post(f"/v1/memberships/{role['id']}/revoke"), 200)
    else:
        past = "valid_from = now() - interval '2 days', valid_until = now() - interval '1 day'"
        async with owner.begin() as connection:
            asked = text(f"update memberships set {past} where id = :id")
            await connection.execute(asked, {"id": role["id"]})
    refused = [
        await admin.post("/v1/keys", json=a_key(ada)),
        await admin.post("/v1/memberships", json=a_role(ada, EAST)),
    ]
    assert [(each.status_code, each.json()["rule"]) for each in refused] == [(403, "TR-04")] * 2
    assert (await brought(admin, a_row("new", place=EAST), status=403))["rule"] == "TR-04"


async def test_the_consortium_keeps_its_own_roster(admin):
    told(await admin.post("/v1/keys", json=a_key(account(Role.ANALYST))), 201)
    told(await admin.post(f"/v1/keys/{key_id(Role.ANALYST)}/rotate"), 201)
