"""What is known of an account is corrected by who keeps the roster and has seen it."""

import pytest
from conftest import NORTH, SOUTH, account
from paths import ledger_of, told
from wire.answered import problem

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
PERSON = f"/v1/users/{account(Role.VIEWER, NORTH)}"
UNSEEN = "Send the ETag of what you read in If-Match."
STALE = "It has changed since you read it."


async def seen(caller, path):
    """The header of who has seen an account."""
    return {"if-match": (await caller.get(path)).headers["etag"]}


@pytest.fixture
def keeper(as_):
    return as_(Role.SUPERINTENDENT, NORTH)


@pytest.fixture
async def service(keeper):
    """The answer to the registration of an integration."""
    draft = {"display_name": "Exchange", "district_id": str(NORTH)}
    return await keeper.post("/v1/service-accounts", json=draft)


async def test_a_registration_is_answered_with_the_tag_of_what_it_made(keeper, service):
    person = {"subject": "ada", "display_name": "Ada Invented", "district_id": str(NORTH)}
    for answer in (service, await keeper.post("/v1/users", json=person)):
        assert answer.status_code == 201
        read = await keeper.get(answer.headers["location"])
        assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])


@pytest.mark.parametrize(
    "patch",
    [
        {"display_name": "Ada Invented", "email": "ada@example.org"},
        {"display_name": "Ada Invented"},
        {"email": "ada@example.org"},
        {},
    ],
)
async def test_a_person_is_corrected_and_the_ledger_holds_none_of_it(keeper, owner, patch):
    before = told(await keeper.get(PERSON), 200)
    answer = await keeper.patch(PERSON, json=patch, headers=await seen(keeper, PERSON))
    assert told(answer, 200) == before | patch | {"version": 2 if patch else 1}
    read = await keeper.get(PERSON)
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    step = ("account:register", "done", None, {"kind": "user", "step": "revise"})
    assert await ledger_of(owner, f"account:{before['id']}") == [step]


async def test_null_takes_an_email_away_and_nothing_that_is_needed(keeper):
    told(
        await keeper.patch(
            PERSON, json={"email": "ada@example.org"}, headers=await seen(keeper, PERSON)
        ),
        200,
    )
    gone = await keeper.patch(PERSON, json={"email": None}, headers=await seen(keeper, PERSON))
    assert told(gone, 200)["email"] is None
    kept = {"display_name": None}
    refused = await keeper.patch(PERSON, json=kept, headers=await seen(keeper, PERSON))
    assert [(each["pointer"], each["code"]) for each in told(refused, 422)["errors"]] == [
        ("/display_name", "not_text")
    ]


@pytest.mark.parametrize("member", ["subject", "issuer", "district_id", "kind", "id", "version"])
async def test_who_a_person_is_stays(keeper, member):
    answer = await keeper.patch(PERSON, json={member: "1"}, headers=await seen(keeper, PERSON))
    assert [(each["pointer"], each["code"]) for each in told(answer, 422)["errors"]] == [
        (f"/{member}", "unknown_member")
    ]


async def test_a_service_account_is_renamed(keeper, service):
    path = service.headers["location"]
    answer = await keeper.patch(
        path, json={"display_name": "Import"}, headers=await seen(keeper, path)
    )
    assert told(answer, 200) == service.json() | {"display_name": "Import", "version": 2}
    assert told(await keeper.get(path), 200) == answer.json()
    refused = await keeper.patch(path, json={"email": "a@b.org"}, headers={"if-match": "*"})
    assert [each["code"] for each in told(refused, 422)["errors"]] == ["unknown_member"]


async def test_each_is_corrected_by_who_has_seen_it(keeper, service):
    for path in (PERSON, service.headers["location"]):
        patch = {"display_name": "Changed"}
        problem(await keeper.patch(path, json=patch), 428, "precondition_required", UNSEEN)
        before = await seen(keeper, path)
        told(await keeper.patch(path, json=patch, headers=before), 200)
        stale = await keeper.patch(path, json=patch, headers=before)
        problem(stale, 412, "precondition_failed", STALE)
        assert {"if-match": stale.headers["etag"]} == await seen(keeper, path)


async def test_an_account_of_another_roster_or_of_another_kind_is_not_there(as_, keeper, service):
    patch, headers = {"display_name": "Mine"}, {"if-match": "*"}
    theirs = account(Role.VIEWER, SOUTH)
    for path in (
        f"/v1/users/{theirs}",
        f"/v1/users/{account(Role.ANALYST)}",
        f"/v1/users/{service.json()['id']}",
        f"/v1/service-accounts/{account(Role.VIEWER, NORTH)}",
    ):
        answer = await keeper.patch(path, json=patch, headers=headers)
        assert told(answer, 404)["code"] == "not_found"
    viewer = as_(Role.VIEWER, NORTH)
    assert told(await viewer.patch(PERSON, json=patch, headers=headers), 403)["rule"] == "TR-02"
    admin = as_(Role.CONSORTIUM_ADMIN)
    told(await admin.patch(f"/v1/users/{theirs}", json=patch, headers=headers), 200)


@pytest.mark.parametrize("list_", ["users", "service-accounts"])
async def test_accounts_are_sorted_and_narrowed_by_when_they_were_registered(keeper, list_):
    first = {"subject": "z"} if list_ == "users" else {}
    second = {"subject": "a"} if list_ == "users" else {}
    made = []
    for name, more in (("Zoe", first), ("Abe", second)):
        draft = {"display_name": name, "district_id": str(NORTH), **more}
        made.append(told(await keeper.post(f"/v1/{list_}", json=draft), 201))
    since = {"created_at_gte": made[0]["created_at"], "fields": "display_name"}
    for sort, names in (
        ("display_name", ["Abe", "Zoe"]),
        ("-display_name", ["Zoe", "Abe"]),
        ("created_at", ["Zoe", "Abe"]),
        ("-created_at", ["Abe", "Zoe"]),
    ):
        asked = since | {"sort": sort, "include_total": "true"}
        body = told(await keeper.get(f"/v1/{list_}", params=asked), 200)
        assert body == {
            "data": [{"display_name": name} for name in names],
            "next_cursor": None,
            "has_more": False,
            "total": 2,
        }
    later = since | {"created_at_gte": made[1]["created_at"]}
    body = told(await keeper.get(f"/v1/{list_}", params=later), 200)
    assert body["data"] == [{"display_name": "Abe"}]


async def test_a_cursor_goes_on_through_times(keeper):
    names, path = [], "/v1/users?sort=-created_at&limit=3&fields=display_name"
    while path:
        answer = await keeper.get(path)
        names += [row["display_name"] for row in told(answer, 200)["data"]]
        link = answer.links.get("next")
        path = None if link is None else f"/v1/users{link['url']}"
    everyone = told(await keeper.get("/v1/users?limit=200"), 200)["data"]
    assert sorted(names) == sorted(row["display_name"] for row in everyone)


@pytest.mark.parametrize("since", ["2026", "yesterday", "2026-11-22T12:00:00"])
async def test_a_time_that_is_none_is_refused(keeper, since):
    answer = await keeper.get("/v1/users", params={"created_at_gte": since})
    assert [each["pointer"] for each in told(answer, 422)["errors"]] == ["?created_at_gte"]
