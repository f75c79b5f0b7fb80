from asyncio import gather

import pytest
from conftest import NORTH
from paths import CHOICE, EVERY_KIND, PLAIN, RATIO, adopted_topic, an_instrument, ledger_of, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
EMPTY = {
    "unit": None,
    "numerator": None,
    "denominator": None,
    "factor": None,
    "decimals": None,
    "lowest": None,
    "highest": None,
    "options": None,
    "statistic": None,
    "cost": False,
    "counts_students": False,
    "part_of": None,
}


async def test_an_instrument_with_an_item_of_every_kind_is_whole(as_):
    topic = await adopted_topic(as_)
    on_topic = {"topic_id": topic["id"], "disclosure": "public_fact"}
    draft = {
        "code": "school-resources",
        "title": "School resources",
        "items": [item | on_topic for item in EVERY_KIND],
    }
    answer = await as_(Role.ANALYST).post("/v1/instruments", json=draft)
    body = told(answer, 201)
    ids = [item["id"] for item in body["items"]]
    items = [
        EMPTY | {"id": each_id, "position": place} | item | on_topic
        for place, (each_id, item) in enumerate(zip(ids, EVERY_KIND, strict=True), start=1)
    ]
    items[0]["factor"] = 1
    items[0]["statistic"] = items[1]["statistic"] = "mean_of_districts"
    assert body == draft | {"id": body["id"], "edition": 1, "items": items}
    assert answer.headers["location"] == f"/v1/instruments/{body['id']}"
    assert told(await as_(Role.VIEWER, NORTH).get(answer.headers["location"]), 200) == body


async def test_an_item_names_its_topic_by_id_or_by_code_and_is_confidential(as_):
    topic = await adopted_topic(as_)
    by_code = PLAIN | {"topic_code": topic["code"]}
    by_id = RATIO | {"topic_id": topic["id"], "factor": 100}
    made = await an_instrument(as_, by_code, by_id)
    assert [(each["topic_id"], each["disclosure"], each["factor"]) for each in made["items"]] == [
        (topic["id"], "confidential", None),
        (topic["id"], "confidential", 100),
    ]


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"factor": 100}, True),
        ({"factor": 100, "counts_students": False}, False),
        ({"factor": 1}, False),
        ({"counts_students": True}, True),
    ],
)
async def test_a_percentage_counts_students_unless_it_says_otherwise(as_, changes, counts):
    (item,) = (await an_instrument(as_, RATIO | changes))["items"]
    assert item["counts_students"] is counts


async def test_a_ratio_may_be_pooled_and_any_item_be_about_cost(as_):
    items = (await an_instrument(as_, RATIO | {"statistic": "pooled"}, CHOICE | {"cost": True}))[
        "items"
    ]
    assert [(each["statistic"], each["cost"]) for each in items] == [
        ("pooled", False),
        (None, True),
    ]


async def test_the_bounds_of_an_item_are_exact(as_):
    bounds = {"lowest": -0.000001, "highest": 123456789.012345}
    made = await an_instrument(as_, PLAIN | bounds)
    read = await as_(Role.VIEWER, NORTH).get(f"/v1/instruments/{made['id']}")
    (item,) = told(read, 200)["items"]
    assert {name: item[name] for name in bounds} == bounds


async def test_the_same_code_again_is_the_next_edition_and_leaves_the_first(as_):
    first = await an_instrument(as_, PLAIN, code="resources")
    second = await an_instrument(as_, RATIO, code="resources")
    assert (first["edition"], second["edition"]) == (1, 2)
    read = await as_(Role.VIEWER, NORTH).get(f"/v1/instruments/{first['id']}")
    assert told(read, 200) == first


async def test_editions_written_at_once_are_numbered_one_after_the_other(as_):
    topic = await adopted_topic(as_)
    made = await gather(
        *(an_instrument(as_, PLAIN, code="resources", topic_id=topic["id"]) for _ in range(4))
    )
    assert sorted(each["edition"] for each in made) == [1, 2, 3, 4]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_nothing_changes_an_instrument(as_, method):
    made = await an_instrument(as_, PLAIN)
    answer = await as_(Role.ANALYST).request(method, f"/v1/instruments/{made['id']}")
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("role", "place"), [(Role.CONSORTIUM_ADMIN, None), (Role.DATA_STEWARD, NORTH)]
)
async def test_only_an_analyst_writes_an_instrument(as_, role, place):
    body = told(await as_(role, place).post("/v1/instruments", json={}), 403)
    assert body["rule"] == "TR-02"


async def test_the_writing_of_an_instrument_is_in_the_ledger(as_, owner):
    made = await an_instrument(as_, PLAIN, RATIO)
    assert await ledger_of(owner, f"instrument:{made['id']}") == [
        ("instrument:draft", "done", None, {"items": 2})
    ]
