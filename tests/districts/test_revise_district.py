"""A district is corrected by who has seen it: merge patches, and upserts by what others call it."""

import pytest
from conftest import NORTH, SOUTH
from paths import ledger_of, told
from wire.answered import problem

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

DISTRICTS = "/v1/districts"
EAST = {
    "name": "East Invented Unified",
    "state": "CA",
    "time_zone": "America/Los_Angeles",
    "nces_id": "0600001",
    "external_ids": {"ca_cds": "99-1", "sis": "E 1"},
    "county": "Butte",
    "enrollment": 700,
}
EMPTY = {"grade_span": None, "locale": None, "administration": None}
UNSEEN = "Send the ETag of what you read in If-Match."
STALE = "It has changed since you read it."
ADMITTED = ("district:admit", "done", None, {"step": "admit"})
CHANGED = ("district:admit", "done", "DR-01", {"administration": "changed"})


def seen(answer):
    """The header of who has seen an answer."""
    return {"if-match": answer.headers["etag"]}


@pytest.fixture
def admin(as_):
    return as_(Role.CONSORTIUM_ADMIN)


@pytest.fixture
async def east(admin):
    """The answer to the admission of a district."""
    answer = await admin.post(DISTRICTS, json=EAST | {"joined_on": "2020-07-01"})
    assert answer.status_code == 201
    return answer


def address(east):
    return f"{DISTRICTS}/{east.json()['id']}"


async def test_an_admission_answers_with_the_tag_of_what_it_made(admin, east):
    assert told(east, 201) == EAST | EMPTY | {
        "id": east.json()["id"],
        "standing": "active",
        "joined_on": "2020-07-01",
        "version": 1,
    }
    read = await admin.get(east.headers["location"])
    assert (read.json(), read.headers["etag"]) == (east.json(), east.headers["etag"])


async def test_a_patch_changes_what_it_names_and_nothing_else(admin, east):
    patch = {"name": "East Unified", "county": None, "enrollment": 0}
    answer = await admin.patch(address(east), json=patch, headers=seen(east))
    assert told(answer, 200) == east.json() | patch | {"version": 2}
    read = await admin.get(address(east))
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    assert answer.headers["etag"] != east.headers["etag"]


async def test_a_patch_is_a_merge_patch_in_its_own_media_type_too(admin, east):
    headers = seen(east) | {"content-type": "application/merge-patch+json"}
    answer = await admin.patch(address(east), content=b'{"county": "Glenn"}', headers=headers)
    assert told(answer, 200) == east.json() | {"county": "Glenn", "version": 2}


async def test_a_patch_adds_and_corrects_identifiers(admin, east):
    patch = {"external_ids": {"ca_cds": "99-2", "state": "E"}}
    answer = await admin.patch(address(east), json=patch, headers=seen(east))
    names = {"ca_cds": "99-2", "sis": "E 1", "state": "E"}
    assert told(answer, 200) == east.json() | {"external_ids": names, "version": 2}
    stale = await admin.get(address(east), headers={"if-none-match": east.headers["etag"]})
    assert told(stale, 200) == answer.json()


async def test_an_identifier_that_is_added_by_an_admission_makes_a_new_version(admin, east):
    again = await admin.post(DISTRICTS, json=EAST | {"external_ids": {"state": "E"}})
    assert (told(again, 200)["version"], again.json()["external_ids"]["state"]) == (2, "E")
    assert again.headers["etag"] != east.headers["etag"]


async def test_a_patch_that_changes_nothing_makes_no_new_version(admin, east):
    for patch in ({}, {"county": "Butte", "external_ids": {"sis": "E 1"}}):
        answer = await admin.patch(address(east), json=patch, headers=seen(east))
        assert (told(answer, 200), answer.headers["etag"]) == (east.json(), east.headers["etag"])


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        ({"name": None}, ("/name", "not_text")),
        ({"state": None}, ("/state", "not_text")),
        ({"time_zone": None}, ("/time_zone", "not_text")),
        ({"external_ids": None}, ("/external_ids", "not_an_object")),
        ({"external_ids": {"sis": None}}, ("/external_ids/sis", "not_text")),
        ({"standing": "paused"}, ("/standing", "unknown_member")),
        ({"joined_on": "2020-07-02"}, ("/joined_on", "unknown_member")),
        ({"version": 7}, ("/version", "unknown_member")),
        ({"enrollment": -1}, ("/enrollment", "out_of_range")),
        ({"nces_id": "0000000"}, ("/nces_id", "malformed")),
        (
            {"external_ids": {f"s{number}": "x" for number in range(19)}},
            ("/external_ids", "too_many"),
        ),
    ],
)
async def test_what_a_district_needs_is_not_taken_away(admin, east, patch, fault):
    answer = await admin.patch(address(east), json=patch, headers=seen(east))
    body = told(answer, 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [fault]
    assert told(await admin.get(address(east)), 200) == east.json()


async def test_a_change_takes_the_tag_of_what_was_seen(admin, east):
    path, patch = address(east), {"county": "Glenn"}
    problem(await admin.patch(path, json=patch), 428, "precondition_required", UNSEEN)
    for wrong in ('"1-0-json"', east.headers["etag"].replace('"1-', '"2-')):
        stale = await admin.patch(path, json=patch, headers={"if-match": wrong})
        problem(stale, 412, "precondition_failed", STALE)
        assert stale.headers["etag"] == east.headers["etag"]
    for malformed in ("1", "W/" + east.headers["etag"], '"1'):
        answer = await admin.patch(path, json=patch, headers={"if-match": malformed})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_header")
    changed = await admin.patch(
        path, json=patch, headers={"if-match": f'"0", {seen(east)["if-match"]}'}
    )
    assert told(changed, 200)["county"] == "Glenn"
    again = await admin.patch(path, json=patch, headers=seen(east))
    problem(again, 412, "precondition_failed", STALE)
    assert again.headers["etag"] == changed.headers["etag"]
    anything = await admin.patch(path, json={"county": "Yuba"}, headers={"if-match": "*"})
    assert told(anything, 200)["version"] == 3


async def test_a_new_administration_is_in_the_ledger_without_its_name(admin, east, owner):
    subject = f"district:{east.json()['id']}"
    patch = {"administration": "first-office"}
    changed = await admin.patch(address(east), json=patch, headers=seen(east))
    await admin.patch(address(east), json=patch | {"county": "Yuba"}, headers=seen(changed))
    assert await ledger_of(owner, subject) == [ADMITTED, CHANGED]


async def test_an_identifier_of_another_district_is_a_conflict(admin, east):
    west = await admin.post(DISTRICTS, json={"name": "West", "state": "CA", "nces_id": "0600002"})
    for patch in ({"nces_id": "0600001"}, {"external_ids": {"sis": "E 1"}}):
        answer = await admin.patch(address(west), json=patch, headers=seen(west))
        detail = "Something with the same key is there already."
        problem(answer, 409, "conflict", detail)
    assert told(await admin.get(address(west)), 200) == west.json()


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.ANALYST, None), (Role.SUPERINTENDENT, NORTH), (Role.AUDITOR, None)],
)
async def test_only_the_consortium_corrects_a_district(as_, admin, role, place):
    read = await admin.get(f"{DISTRICTS}/{NORTH}")
    caller, body = as_(role, place), {"name": "Mine", "state": "CA"}
    answers = [
        await caller.patch(f"{DISTRICTS}/{NORTH}", json={"name": "Mine"}, headers=seen(read)),
        await caller.put(f"{DISTRICTS}/by-nces/0600001", json=body),
        await caller.put(f"{DISTRICTS}/by-external/sis/1", json=body),
    ]
    assert [told(answer, 403)["rule"] for answer in answers] == ["TR-02"] * 3
    assert told(await admin.get(f"{DISTRICTS}/{NORTH}"), 200) == read.json()


async def test_a_district_that_is_not_there_is_not_corrected(admin):
    for path in (f"{DISTRICTS}/{SOUTH.int}", f"{DISTRICTS}/00000000-0000-7000-8000-00000000abcd"):
        answer = await admin.patch(path, json={"name": "X"}, headers={"if-match": "*"})
        assert told(answer, 404)["code"] == "not_found"


NAMED = [
    ("by-nces/0600001", {}),
    ("by-external/ca_cds/99-1", {}),
    ("by-external/sis/E%201", {}),
]


@pytest.mark.parametrize(("name", "_"), NAMED)
async def test_a_district_is_read_by_what_others_call_it(as_, admin, east, name, _):
    read = await as_(Role.VIEWER, NORTH).get(f"{DISTRICTS}/{name}")
    assert (told(read, 200), read.headers["etag"]) == (east.json(), east.headers["etag"])
    known = {"if-none-match": read.headers["etag"]}
    assert (await admin.get(f"{DISTRICTS}/{name}", headers=known)).status_code == 304
    cut = await admin.get(f"{DISTRICTS}/{name}", params={"fields": "name,version"})
    assert told(cut, 200) == {"name": EAST["name"], "version": 1}


@pytest.mark.parametrize(
    "name",
    ["by-nces/0600009", "by-nces/600001", "by-nces/0000000", "by-external/ca_cds/99"]
    + ["by-external/nces/0600001", "by-external/NCES/0600001", "by-external/sis/"],
)
async def test_a_name_that_nothing_has_is_not_found(admin, east, name):
    assert told(await admin.get(f"{DISTRICTS}/{name}"), 404)["code"] == "not_found"


async def test_a_put_makes_the_district_that_is_not_there(admin, owner):
    body = {name: value for name, value in EAST.items() if name != "nces_id"}
    made = await admin.put(f"{DISTRICTS}/by-nces/0600001", json=body)
    district = told(made, 201)
    assert district == EAST | EMPTY | {
        "id": district["id"],
        "standing": "active",
        "joined_on": district["joined_on"],
        "version": 1,
    }
    assert made.headers["location"] == f"{DISTRICTS}/{district['id']}"
    read = await admin.get(made.headers["location"])
    assert (read.json(), read.headers["etag"]) == (district, made.headers["etag"])
    assert await ledger_of(owner, f"district:{district['id']}") == [ADMITTED]


async def test_a_put_makes_the_district_that_another_system_names(admin):
    made = told(
        await admin.put(f"{DISTRICTS}/by-external/sis/W1", json={"name": "W", "state": "NY"}), 201
    )
    assert (made["external_ids"], made["nces_id"]) == ({"sis": "W1"}, None)


@pytest.mark.parametrize(("name", "_"), NAMED)
async def test_a_put_replaces_the_whole_of_a_district_that_was_seen(admin, east, name, _):
    body = {"name": "East", "state": "NV", "nces_id": "0600001"}
    answer = await admin.put(f"{DISTRICTS}/{name}", json=body, headers=seen(east))
    assert told(answer, 200) == {
        **east.json(),
        **EMPTY,
        "name": "East",
        "state": "NV",
        "time_zone": "America/New_York",
        "county": None,
        "enrollment": None,
        "version": 2,
    }


async def test_a_replacement_takes_the_tag_of_what_was_seen_unless_it_changes_nothing(admin, east):
    path = f"{DISTRICTS}/by-nces/0600001"
    again = await admin.put(path, json=EAST)
    assert (told(again, 200), again.headers["etag"]) == (east.json(), east.headers["etag"])
    for change in ({"county": "Glenn"}, {"external_ids": {"state": "E"}}):
        unseen = await admin.put(path, json=EAST | change)
        problem(unseen, 428, "precondition_required", UNSEEN)
        stale = await admin.put(path, json=EAST | change, headers={"if-match": '"0"'})
        problem(stale, 412, "precondition_failed", STALE)
        assert stale.headers["etag"] == east.headers["etag"]
    stale = await admin.put(path, json=EAST, headers={"if-match": '"0"'})
    problem(stale, 412, "precondition_failed", STALE)
    assert told(await admin.get(path), 200) == east.json()


async def test_a_put_that_believes_something_is_there_makes_nothing(admin):
    path = f"{DISTRICTS}/by-nces/0600009"
    body = {"name": "Nine", "state": "CA"}
    for believed in ("*", '"1"'):
        answer = await admin.put(path, json=body, headers={"if-match": believed})
        problem(answer, 412, "precondition_failed", STALE)
    told(await admin.get(path), 404)


async def test_a_put_that_is_to_make_something_replaces_nothing(admin, east):
    path, make = f"{DISTRICTS}/by-nces/0600001", {"if-none-match": "*"}
    for body in (EAST, EAST | {"county": "Glenn"}):
        answer = await admin.put(path, json=body, headers=make)
        problem(answer, 412, "precondition_failed", STALE)
        assert answer.headers["etag"] == east.headers["etag"]
    assert told(await admin.get(path), 200) == east.json()
    other = EAST | {"nces_id": None, "external_ids": {}}
    told(await admin.put(f"{DISTRICTS}/by-nces/0600002", json=other, headers=make), 201)


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("by-nces/0600001", {"nces_id": "0600002"}, ("/nces_id", "differs")),
        (
            "by-external/sis/E%201",
            {"external_ids": {"sis": "E 2"}},
            ("/external_ids/sis", "differs"),
        ),
        ("by-nces/0600001", {"joined_on": "2019-07-01"}, ("/joined_on", "fixed")),
        ("by-nces/0600001", {"name": None}, ("/name", "not_text")),
        ("by-nces/0600001", {"id": "1"}, ("/id", "unknown_member")),
    ],
)
async def test_a_body_that_is_of_another_district_is_refused(admin, east, name, change, fault):
    answer = await admin.put(f"{DISTRICTS}/{name}", json=EAST | change, headers=seen(east))
    body = told(answer, 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [fault]


async def test_a_put_that_names_two_districts_is_a_conflict(admin, east):
    told(await admin.post(DISTRICTS, json={"name": "W", "state": "CA", "nces_id": "0600002"}), 201)
    for path, body in (
        ("by-nces/0600002", EAST | {"nces_id": None}),
        ("by-external/new/1", EAST),
        ("by-nces/0600003", EAST | {"nces_id": None}),
    ):
        answer = await admin.put(f"{DISTRICTS}/{path}", json=body, headers={"if-match": "*"})
        problem(answer, 409, "conflict", "The identifiers name more than one district.")


@pytest.mark.parametrize("name", ["by-nces/600001", "by-nces/0000000", "by-external/S/1"])
async def test_a_name_that_is_not_of_its_form_is_not_found(admin, name):
    answer = await admin.put(f"{DISTRICTS}/{name}", json={"name": "X", "state": "CA"})
    assert told(answer, 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["Ash", "Birch", "North Invented Unified", "South Invented Unified"]),
        ("-name", ["South Invented Unified", "North Invented Unified", "Birch", "Ash"]),
        ("state", ["North Invented Unified", "South Invented Unified", "Birch", "Ash"]),
        ("joined_on", ["North Invented Unified", "South Invented Unified", "Birch", "Ash"]),
        ("-joined_on", ["Ash", "Birch", "South Invented Unified", "North Invented Unified"]),
    ],
)
async def test_districts_are_sorted_as_asked_on_every_page(admin, sort, names):
    for name, state, day in (("Birch", "NY", "2021-07-01"), ("Ash", "WA", "2022-07-01")):
        draft = {"name": name, "state": state, "joined_on": day, "nces_id": f"36000{day[2:4]}"}
        told(await admin.post(DISTRICTS, json=draft), 201)
    found, path = [], f"{DISTRICTS}?sort={sort}&limit=1&include_total=true&fields=name"
    while path:
        answer = await admin.get(path)
        assert told(answer, 200)["total"] == 4
        found += answer.json()["data"]
        following = answer.links.get("next")
        path = None if following is None else DISTRICTS + following["url"]
    assert found == [{"name": name} for name in names]


@pytest.mark.parametrize(
    "query", ["sort=enrollment", "sort=", "sort=name,state", "sort=name&sort=name", "sort=--name"]
)
async def test_an_order_that_is_not_declared_is_refused(admin, query):
    answer = await admin.get(f"{DISTRICTS}?{query}")
    assert [each["pointer"] for each in told(answer, 422)["errors"]] == ["?sort"]
