from uuid import UUID

import pytest
from conftest import NORTH
from paths import CHOICE, NARRATIVE, PLAIN, RATIO, RUBRIC, YES_NO, adopted_topic, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
ABSENT = object()
MANY = [f"level {number}" for number in range(1, 22)]


@pytest.mark.parametrize(
    ("item", "change", "faults"),
    [
        (RATIO, {"denominator": ABSENT}, [("/denominator", "required")]),
        (RATIO, {"numerator": ABSENT}, [("/denominator", "no_numerator")]),
        (RATIO, {"numerator": ""}, [("/numerator", "empty")]),
        (RATIO, {"factor": 10}, [("/factor", "not_one_of")]),
        (RATIO, {"factor": True}, [("/factor", "not_a_whole_number")]),
        (RATIO, {"factor": 1.0}, [("/factor", "not_a_whole_number")]),
        (PLAIN, {"factor": 100}, [("/factor", "no_ratio")]),
        (PLAIN, {"statistic": "pooled"}, [("/statistic", "no_ratio")]),
        (PLAIN, {"counts_students": True}, [("/counts_students", "no_ratio")]),
        (RATIO, {"statistic": "median"}, [("/statistic", "not_one_of")]),
        (PLAIN, {"unit": ABSENT}, [("/unit", "required")]),
        (PLAIN, {"decimals": ABSENT}, [("/decimals", "required")]),
        (PLAIN, {"decimals": 7}, [("/decimals", "out_of_range")]),
        (PLAIN, {"decimals": -1}, [("/decimals", "out_of_range")]),
        (PLAIN, {"lowest": 5, "highest": 5}, [("/highest", "out_of_range")]),
        (PLAIN, {"lowest": 5, "highest": 4.5}, [("/highest", "out_of_range")]),
        (PLAIN, {"lowest": "5"}, [("/lowest", "not_a_number")]),
        (PLAIN, {"lowest": 0.0000001}, [("/lowest", "too_many_decimals")]),
        (PLAIN, {"highest": 10**13}, [("/highest", "out_of_range")]),
        (PLAIN, {"options": ["a", "b"]}, [("/options", "unknown_member")]),
        (RUBRIC, {"options": ABSENT}, [("/options", "required")]),
        (RUBRIC, {"options": ["one"]}, [("/options", "too_few")]),
        (RUBRIC, {"options": MANY[:11]}, [("/options", "too_many")]),
        (RUBRIC, {"options": ["one", ""]}, [("/options/1", "empty")]),
        (RUBRIC, {"options": ["one", "One"]}, [("/options", "duplicate")]),
        (RUBRIC, {"options": "one"}, [("/options", "not_a_list")]),
        (RUBRIC, {"decimals": 2}, [("/decimals", "unknown_member")]),
        (CHOICE, {"options": MANY}, [("/options", "too_many")]),
        (YES_NO, {"options": ["yes", "no"]}, [("/options", "unknown_member")]),
        (NARRATIVE, {"unit": "words"}, [("/unit", "unknown_member")]),
        (YES_NO, {"code": "Ask Them"}, [("/code", "malformed")]),
        (YES_NO, {"prompt": ABSENT}, [("/prompt", "required")]),
        (YES_NO, {"disclosure": "secret"}, [("/disclosure", "not_one_of")]),
        (YES_NO, {"position": 3}, [("/position", "unknown_member")]),
        (YES_NO, {"kind": ABSENT}, [("/kind", "required")]),
        (YES_NO, {"kind": "date"}, [("/kind", "not_one_of")]),
        (YES_NO, {"kind": []}, [("/kind", "not_one_of")]),
        (YES_NO, {"kind": None}, [("/kind", "not_one_of")]),
        (YES_NO, {"topic_code": ABSENT}, [("/topic_code", "required")]),
        (YES_NO, {"topic_id": str(UUID(int=7))}, [("/topic_code", "named_twice")]),
        (YES_NO, {"topic_code": "nothing"}, [("/topic_code", "unknown_reference")]),
        (
            YES_NO,
            {"topic_code": ABSENT, "topic_id": str(UUID(int=7))},
            [("/topic_id", "unknown_reference")],
        ),
    ],
)
async def test_a_faulty_item_is_told_where_and_what(as_, item, change, faults):
    await adopted_topic(as_, code="time")
    changed = item | {"topic_code": "time"} | change
    sent = {name: value for name, value in changed.items() if value is not ABSENT}
    other = YES_NO | {"topic_code": "time", "code": "other"}
    draft = {"code": "resources", "title": "Resources", "items": [other, sent]}
    body = told(await as_(Role.ANALYST).post("/v1/instruments", json=draft), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        (f"/items/1{pointer}", code) for pointer, code in faults
    ]


async def test_the_faults_of_every_item_are_told_at_once(as_):
    draft = {
        "code": "Resources",
        "items": [
            RATIO | {"denominator": None, "topic_code": "time"},
            RUBRIC | {"options": []},
            PLAIN | {"highest": 1, "lowest": 2, "decimals": 9, "topic_code": "time"},
            3,
        ],
    }
    body = told(await as_(Role.ANALYST).post("/v1/instruments", json=draft), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/code", "malformed"),
        ("/title", "required"),
        ("/items/0/denominator", "required"),
        ("/items/1/topic_code", "required"),
        ("/items/1/options", "too_few"),
        ("/items/2/decimals", "out_of_range"),
        ("/items/2/highest", "out_of_range"),
        ("/items/3", "not_an_object"),
    ]


async def test_repeated_codes_and_unknown_topics_are_told_at_once_and_nothing_is_kept(as_):
    await adopted_topic(as_, code="time")
    known, unknown = {"topic_code": "time"}, {"topic_code": "nothing"}
    draft = {
        "code": "resources",
        "title": "Resources",
        "items": [PLAIN | known, PLAIN | unknown, YES_NO | unknown],
    }
    async with as_(Role.ANALYST) as analyst:
        body = told(await analyst.post("/v1/instruments", json=draft), 422)
        kept = told(await analyst.get("/v1/instruments"), 200)["data"]
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/items/1/code", "duplicate"),
        ("/items/1/topic_code", "unknown_reference"),
        ("/items/2/topic_code", "unknown_reference"),
    ]
    assert kept == []


@pytest.mark.parametrize(
    ("count", "code"), [(0, "too_few"), (201, "too_many")], ids=["none", "too many"]
)
async def test_an_instrument_has_from_one_item_to_two_hundred(as_, count, code):
    await adopted_topic(as_, code="time")
    items = [YES_NO | {"code": f"q{n}", "topic_code": "time"} for n in range(count)]
    draft = {"code": "resources", "title": "Resources", "items": items}
    body = told(await as_(Role.ANALYST).post("/v1/instruments", json=draft), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [("/items", code)]


async def test_two_hundred_items_are_taken(as_):
    await adopted_topic(as_, code="time")
    items = [YES_NO | {"code": f"q{n}", "topic_code": "time"} for n in range(200)]
    draft = {"code": "resources", "title": "Resources", "items": items}
    made = told(await as_(Role.ANALYST).post("/v1/instruments", json=draft), 201)
    read = told(await as_(Role.VIEWER, NORTH).get(f"/v1/instruments/{made['id']}"), 200)
    assert [item["code"] for item in read["items"]] == [f"q{n}" for n in range(200)]
