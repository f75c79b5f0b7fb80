import pytest
from conftest import NORTH, PLACES, SOUTH

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_member_reads_the_districts_by_name(as_):
    answer = await as_(Role.VIEWER, NORTH).get("/v1/districts")
    assert answer.status_code == 200
    body = answer.json()
    assert [row["name"] for row in body["data"]] == sorted(PLACES.values())
    assert (body["next_cursor"], body["has_more"]) == (None, False)


async def test_a_district_is_whole(as_):
    answer = await as_(Role.VIEWER, SOUTH).get(f"/v1/districts/{NORTH}")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": str(NORTH),
            "nces_id": None,
            "external_ids": {},
            "name": PLACES[NORTH],
            "state": "CA",
            "time_zone": "America/Los_Angeles",
            "standing": "active",
            "joined_on": "2018-04-25",
            "county": None,
            "grade_span": None,
            "enrollment": None,
            "locale": None,
            "administration": None,
            "version": 1,
        },
    )


async def test_a_caller_without_a_key_is_not_told_anything(client):
    answer = await client.get("/v1/districts")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_only_the_consortium_admits_a_district(as_):
    draft = {"name": "East Invented Unified", "state": "CA", "external_ids": {"ca_cds": "99"}}
    refused = await as_(Role.SUPERINTENDENT, NORTH).post("/v1/districts", json=draft)
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")
    made = await as_(Role.CONSORTIUM_ADMIN).post("/v1/districts", json=draft)
    assert made.status_code == 201
    again = await as_(Role.CONSORTIUM_ADMIN).post("/v1/districts", json=draft | {"county": "Butte"})
    assert (again.status_code, again.json()["county"], again.json()["version"]) == (200, "Butte", 2)
