import pytest
from conftest import NORTH, SOUTH, account
from paths import told
from rosters import NOWHERE, written

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def membership_of(as_, role, place=NORTH):
    path = f"/v1/memberships?account_id={account(role, place)}"
    (found,) = told(await as_(Role.CONSORTIUM_ADMIN).get(path), 200)["data"]
    return found


async def test_a_revoked_role_is_refused_from_the_next_request_on(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    assert (await viewer.get("/v1/districts")).status_code == 200
    held = await membership_of(as_, Role.VIEWER)
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    body = told(await keeper.post(f"/v1/memberships/{held['id']}/revoke"), 200)
    assert body == held | {"revoked_at": body["revoked_at"], "version": 2}
    refused = told(await viewer.get("/v1/districts"), 403)
    assert (refused["code"], refused["rule"]) == ("forbidden", "TR-02")
    again = told(await keeper.post(f"/v1/memberships/{held['id']}/revoke"), 200)
    assert again == body
    assert [
        (entry["action"], entry["outcome"], entry["district_id"], entry["subject"])
        for entry in await written(owner)
    ] == [
        ("membership:revoke", "done", NORTH, f"membership:{held['id']}"),
        ("district:read", "refused", None, None),
    ]


async def test_a_role_of_another_district_is_not_there(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    theirs = await membership_of(as_, Role.VIEWER, SOUTH)
    staff = await membership_of(as_, Role.ANALYST, None)
    for sought in (theirs["id"], staff["id"], NOWHERE):
        for answer in (
            await keeper.get(f"/v1/memberships/{sought}"),
            await keeper.post(f"/v1/memberships/{sought}/revoke"),
        ):
            assert told(answer, 404)["code"] == "not_found"
    assert (await as_(Role.VIEWER, SOUTH).get("/v1/districts")).status_code == 200


async def test_roles_are_listed_by_role_district_and_account(as_):
    admin = as_(Role.CONSORTIUM_ADMIN)
    stewards = told(await admin.get("/v1/memberships?role=data_steward"), 200)["data"]
    assert {row["account_id"] for row in stewards} == {
        str(account(Role.DATA_STEWARD, place)) for place in (NORTH, SOUTH)
    }
    two = await admin.get(f"/v1/memberships?role=viewer&role=planner&district_id={SOUTH}")
    assert {row["account_id"] for row in told(two, 200)["data"]} == {
        str(account(role, SOUTH)) for role in (Role.VIEWER, Role.PLANNER)
    }
    unknown = await admin.get("/v1/memberships?role=public")
    assert told(unknown, 422)["errors"] == [
        {
            "pointer": "?role",
            "code": "not_one_of",
            "detail": "One of consortium_admin, analyst, facilitator, auditor, superintendent,"
            " board_member, planner, data_steward, action_owner, team_member, viewer.",
        }
    ]
    northern = told(await as_(Role.SUPERINTENDENT, NORTH).get("/v1/memberships"), 200)["data"]
    assert {row["district_id"] for row in northern} == {str(NORTH)}
