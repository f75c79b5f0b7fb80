import pytest
from conftest import NORTH, POSTS, SOUTH, account, key_id
from paths import told
from rosters import written

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def rights_change(as_, place=NORTH):
    """A superintendent makes a key for a viewer, and the viewer is refused another's keys."""
    keeper, viewer = as_(Role.SUPERINTENDENT, place), as_(Role.VIEWER, place)
    draft = {"account_id": str(account(Role.VIEWER, place)), "name": "laptop"}
    answer = await keeper.post("/v1/keys", json=draft, headers={"X-Request-Id": "change-of-rights"})
    key = told(answer, 201)
    told(await viewer.get("/v1/keys"), 403)
    return key


async def listed(as_, query=""):
    return told(await as_(Role.AUDITOR).get(f"/v1/ledger{query}"), 200)["data"]


async def test_the_auditor_reads_entries_as_they_were_written(as_):
    key = await rights_change(as_)
    done, refused = await listed(as_)
    assert done == {
        "id": done["id"],
        "at": done["at"],
        "account_id": str(account(Role.SUPERINTENDENT, NORTH)),
        "key_id": str(key_id(Role.SUPERINTENDENT, NORTH)),
        "action": "key:create",
        "outcome": "done",
        "rule": None,
        "district_id": str(NORTH),
        "subject": f"key:{key['id']}",
        "detail": {"account_id": str(account(Role.VIEWER, NORTH)), "scopes": None},
        "request_id": "change-of-rights",
    }
    assert refused == {
        "id": refused["id"],
        "at": refused["at"],
        "account_id": str(account(Role.VIEWER, NORTH)),
        "key_id": str(key_id(Role.VIEWER, NORTH)),
        "action": "key:read",
        "outcome": "refused",
        "rule": "TR-02",
        "district_id": None,
        "subject": None,
        "detail": {},
        "request_id": refused["request_id"],
    }
    assert done["at"] < refused["at"]


async def test_entries_are_narrowed_by_what_they_say(as_):
    for place in (NORTH, SOUTH):
        await rights_change(as_, place)
    everything = await listed(as_)
    assert len(everything) == 4
    viewer = account(Role.VIEWER, SOUTH)
    for query, chosen in (
        ("action=key:create", [0, 2]),
        ("action=key:create&action=key:read", [0, 1, 2, 3]),
        ("outcome=refused", [1, 3]),
        (f"district_id={SOUTH}", [2]),
        (f"account_id={viewer}", [3]),
        (f"account_id={viewer}&outcome=done", []),
    ):
        assert await listed(as_, f"?{query}") == [everything[index] for index in chosen]
    unknown = await as_(Role.AUDITOR).get("/v1/ledger?action=everything:do&outcome=maybe")
    assert [fault["pointer"] for fault in told(unknown, 422)["errors"]] == ["?action", "?outcome"]


async def test_pages_of_the_ledger_follow_one_another(as_):
    for place in (NORTH, SOUTH):
        await rights_change(as_, place)
    everything = await listed(as_)
    auditor = as_(Role.AUDITOR)
    first = told(await auditor.get("/v1/ledger?limit=3"), 200)
    assert (first["data"], first["has_more"]) == (everything[:3], True)
    rest = told(
        await auditor.get("/v1/ledger", params={"limit": 3, "cursor": first["next_cursor"]}), 200
    )
    assert rest == {"data": everything[3:], "next_cursor": None, "has_more": False}


@pytest.mark.parametrize(("role", "place"), POSTS)
async def test_only_the_auditor_reads_the_ledger_and_a_refusal_is_in_it(as_, owner, role, place):
    answer = await as_(role, place).get("/v1/ledger")
    reads = role in WHO_MAY[Action.LEDGER_READ]
    assert (answer.status_code, answer.json().get("rule")) == (
        (200, None) if reads else (403, "TR-02")
    )
    entries = [(entry["account_id"], entry["action"]) for entry in await written(owner)]
    assert entries == ([] if reads else [(account(role, place), "ledger:read")])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nobody_writes_to_the_ledger_over_http(as_, method):
    answer = await as_(Role.AUDITOR).request(method, "/v1/ledger")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_the_newest_entries_come_first_where_that_is_asked(as_):
    for place in (NORTH, SOUTH):
        await rights_change(as_, place)
    everything = await listed(as_)
    found, path = [], "/v1/ledger?sort=-at&limit=3&include_total=true"
    while path:
        answer = await as_(Role.AUDITOR).get(path)
        assert told(answer, 200)["total"] == 4
        found += answer.json()["data"]
        link = answer.links.get("next")
        path = None if link is None else f"/v1/ledger{link['url']}"
    assert found == everything[::-1]
    assert await listed(as_, "?sort=at") == everything


async def test_entries_are_read_from_a_time_on(as_):
    await rights_change(as_)
    everything = await listed(as_)
    since = {"at_gte": everything[1]["at"]}
    answer = await as_(Role.AUDITOR).get("/v1/ledger", params=since)
    assert told(answer, 200)["data"] == everything[1:]


async def test_the_ledger_is_given_as_lines_and_cut_to_what_is_wanted(as_):
    await rights_change(as_)
    asked = {"format": "jsonl", "fields": "action,outcome"}
    answer = await as_(Role.AUDITOR).get("/v1/ledger", params=asked)
    assert answer.text == (
        '{"action":"key:create","outcome":"done"}\n{"action":"key:read","outcome":"refused"}\n'
    )
