import pytest
from paths import told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
EAST = {"name": "East", "state": "CA", "nces_id": "0600001", "external_ids": {"state": "E-1"}}


async def admitted(as_, key: str, *rows: dict) -> dict:
    """What became of rows that are done each for itself."""
    body = {"mode": "best_effort", "items": rows}
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        headers = {"idempotency-key": key}
        return told(await admin.post("/v1/districts/batch", json=body, headers=headers), 200)


async def test_a_row_goes_on_where_another_of_the_same_district_failed(as_):
    first = await admitted(as_, "first", EAST)
    again = await admitted(
        as_,
        "again",
        EAST | {"name": "Elsewhere", "external_ids": {"state": "E-2"}},
        EAST | {"name": "East Unified"},
    )
    assert [(row["status"], row["id"]) for row in again["results"]] == [
        ("failed", None),
        ("updated", first["results"][0]["id"]),
    ]
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        district = told(await admin.get(f"/v1/districts/{first['results'][0]['id']}"), 200)
    assert (district["name"], district["external_ids"]) == ("East Unified", {"state": "E-1"})


async def test_what_a_failed_row_says_of_a_district_is_not_kept(as_):
    first = await admitted(as_, "first", EAST)
    await admitted(
        as_, "again", EAST | {"name": "Elsewhere", "external_ids": {"state": "E-2", "other": "9"}}
    )
    async with as_(Role.CONSORTIUM_ADMIN) as admin:
        district = told(await admin.get(f"/v1/districts/{first['results'][0]['id']}"), 200)
    assert (district["name"], district["external_ids"], district["version"]) == (
        "East",
        {"state": "E-1"},
        1,
    )
