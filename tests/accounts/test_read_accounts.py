import pytest
from conftest import NORTH, POSTS, SOUTH, account

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_superintendent_sees_the_people_of_its_district_by_name(as_):
    answer = await as_(Role.SUPERINTENDENT, NORTH).get("/v1/users")
    names = [f"The {role}" for role, place in POSTS if place == NORTH]
    assert [row["display_name"] for row in answer.json()["data"]] == sorted(names)


async def test_the_consortium_sees_everyone_and_narrows_by_organisation_and_subject(as_):
    keeper = as_(Role.CONSORTIUM_ADMIN)
    everyone = await keeper.get("/v1/users?limit=200")
    assert len(everyone.json()["data"]) == len(POSTS)
    southern = await keeper.get(f"/v1/users?district_id={SOUTH}&subject=viewer-{SOUTH}")
    assert [row["id"] for row in southern.json()["data"]] == [str(account(Role.VIEWER, SOUTH))]
    none = await keeper.get("/v1/users?issuer=https://login.example.org")
    assert none.json() == {"data": [], "next_cursor": None, "has_more": False}


async def test_pages_follow_one_another_to_the_end(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    seen, cursor = [], None
    while True:
        asked = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        body = (await keeper.get("/v1/users", params=asked)).json()
        seen += [row["id"] for row in body["data"]]
        cursor = body["next_cursor"]
        if not body["has_more"]:
            break
    wanted = {str(account(role, place)) for role, place in POSTS if place == NORTH}
    assert (len(seen), set(seen)) == (len(wanted), wanted)


async def test_an_account_of_another_district_is_not_there(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    for sought in (account(Role.VIEWER, SOUTH), account(Role.ANALYST), account(Role.VIEWER, None)):
        answer = await keeper.get(f"/v1/users/{sought}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_user_is_no_service_account_and_the_other_way_round(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    draft = {"display_name": "Exchange", "district_id": str(NORTH)}
    made = (await keeper.post("/v1/service-accounts", json=draft)).json()
    assert (await keeper.get(f"/v1/users/{made['id']}")).status_code == 404
    user = account(Role.VIEWER, NORTH)
    assert (await keeper.get(f"/v1/service-accounts/{user}")).status_code == 404
    listed = await keeper.get("/v1/service-accounts")
    assert listed.json() == {"data": [made], "next_cursor": None, "has_more": False}
    assert made["id"] not in {row["id"] for row in (await keeper.get("/v1/users")).json()["data"]}


async def test_a_user_that_did_not_change_is_not_sent_again(as_):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    path = f"/v1/users/{account(Role.VIEWER, NORTH)}"
    first = await keeper.get(path)
    again = await keeper.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
