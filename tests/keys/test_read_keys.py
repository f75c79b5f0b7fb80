"""Keys as their owner and their keepers list them: sorted, narrowed, cut, and never a secret."""

import pytest
from conftest import NORTH, POSTS, account, key_id
from paths import told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.fixture
async def viewer(as_):
    """A viewer with two keys beside the one it came with."""
    caller = as_(Role.VIEWER, NORTH)
    for name in ("zeta", "alpha"):
        told(await caller.post("/v1/me/keys", json={"name": name}), 201)
    return caller


@pytest.mark.parametrize("path", ["/v1/me/keys", "/v1/keys"])
@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["alpha", "test", "zeta"]),
        ("-name", ["zeta", "test", "alpha"]),
        ("created_at", ["test", "zeta", "alpha"]),
        ("-created_at", ["alpha", "zeta", "test"]),
    ],
)
async def test_keys_are_sorted_as_asked_on_every_page(as_, viewer, path, sort, names):
    caller = viewer if path == "/v1/me/keys" else as_(Role.SUPERINTENDENT, NORTH)
    whose = "" if caller is viewer else f"&account_id={account(Role.VIEWER, NORTH)}"
    found, at = [], f"{path}?sort={sort}&limit=2&fields=name&include_total=true{whose}"
    while at:
        answer = await caller.get(at)
        assert told(answer, 200)["total"] == 3
        found += answer.json()["data"]
        link = answer.links.get("next")
        at = None if link is None else path + link["url"]
    assert found == [{"name": name} for name in names]


async def test_keys_are_narrowed_by_when_they_were_made(viewer):
    keys = told(await viewer.get("/v1/me/keys", params={"sort": "created_at"}), 200)["data"]
    since = {"created_at_gte": keys[1]["created_at"], "sort": "created_at"}
    assert told(await viewer.get("/v1/me/keys", params=since), 200)["data"] == keys[1:]


async def test_no_sheet_of_keys_holds_a_secret_or_a_digest(as_, viewer):
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    sheet = (await keeper.get("/v1/keys", params={"format": "csv"})).text.splitlines()
    assert sheet[0] == (
        "id,account_id,district_id,name,scopes,created_at,expires_at,revoked_at,replaced_by,version"
    )
    northern = [place for _, place in POSTS if place == NORTH]
    assert len(sheet) == 1 + len(northern) + 2
    wanted = await keeper.get("/v1/keys", params={"fields": "digest"})
    assert [each["code"] for each in told(wanted, 422)["errors"]] == ["no_such_member"]


async def test_a_key_is_cut_to_the_members_that_are_wanted(as_, viewer):
    own = key_id(Role.VIEWER, NORTH)
    for caller, path in ((viewer, "/v1/me/keys"), (as_(Role.SUPERINTENDENT, NORTH), "/v1/keys")):
        answer = await caller.get(f"{path}/{own}", params={"fields": "name"})
        assert told(answer, 200) == {"name": "test"}
        known = {"if-none-match": answer.headers["etag"]}
        again = await caller.get(f"{path}/{own}", params={"fields": "name"}, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert (await caller.get(f"{path}/{own}", headers=known)).status_code == 200
