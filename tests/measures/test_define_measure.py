"""A measure is defined by its own district, once for each code."""

import pytest
from conftest import NORTH, SOUTH, account
from measures.drafts import DEVICES, FILLED, PROFICIENT, defined, draft

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STEWARD = (Role.DATA_STEWARD, NORTH)


async def test_a_measure_is_shown_whole_with_the_first_edition_of_its_definition(as_):
    answer = await as_(*STEWARD).post("/v1/measures", json=draft())
    body = answer.json()
    assert answer.status_code == 201
    assert body == PROFICIENT | {
        "id": body["id"],
        "district_id": str(NORTH),
        "code": "reading-grade-3",
        "name": "Reading in grade 3",
        "edition": 1,
        "era": 1,
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
        "version": 1,
    }
    assert answer.headers["location"] == f"/v1/measures/{body['id']}"
    again = await as_(Role.VIEWER, NORTH).get(answer.headers["location"])
    assert (again.json(), again.headers["etag"]) == (body, answer.headers["etag"])


async def test_what_a_definition_leaves_out_has_a_usual_value(as_):
    made = await defined(as_(*STEWARD), **dict.fromkeys(PROFICIENT) | DEVICES | FILLED)
    told = {"district_id": str(NORTH), "code": "devices", "name": "Devices"} | DEVICES
    answer = await as_(*STEWARD).post("/v1/measures", json=told)
    assert answer.status_code == 201
    own = {"id", "code", "name", "created_at", "updated_at"}
    assert {**answer.json(), **{name: made[name] for name in own}} == made


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_a_measure_is_defined_by_those_who_may(as_, role):
    place = None if role.of_consortium else NORTH
    answer = await as_(role, place).post("/v1/measures", json=draft())
    may = role in WHO_MAY[Action.MEASURE_DEFINE]
    assert (answer.status_code, answer.json().get("rule")) == (
        (201, None) if may else (403, "TR-02")
    )


async def test_another_district_looks_like_none(as_, client):
    theirs = await as_(*STEWARD).post("/v1/measures", json=draft(place=SOUTH))
    nobodys = await as_(*STEWARD).post("/v1/measures", json=draft(place=account(Role.VIEWER)))
    assert [(answer.status_code, answer.json()["errors"]) for answer in (theirs, nobodys)] == [
        (
            422,
            [
                {
                    "pointer": "/district_id",
                    "code": "unknown_reference",
                    "detail": "There is no such district.",
                }
            ],
        )
    ] * 2
    assert (await client.post("/v1/measures", json=draft())).status_code == 401


async def test_a_code_is_given_once_in_a_district(as_):
    await defined(as_(*STEWARD))
    again = await as_(Role.PLANNER, NORTH).post("/v1/measures", json=draft(name="Another"))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    theirs = await as_(Role.DATA_STEWARD, SOUTH).post("/v1/measures", json=draft(place=SOUTH))
    assert theirs.status_code == 201


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"factor": 10}, "/factor", "no_such_factor"),
        ({"factor": None}, "/factor", "required"),
        ({"factor": True}, "/factor", "not_a_whole_number"),
        ({"numerator": None}, "/numerator", "required"),
        ({"denominator": None}, "/denominator", "required"),
        ({"decimals": 7}, "/decimals", "out_of_range"),
        ({"grace_days": -1}, "/grace_days", "out_of_range"),
        ({"dimensions": ["grade", "grade"]}, "/dimensions", "duplicate"),
        ({"dimensions": ["Grade"]}, "/dimensions/0", "malformed"),
        ({"code": "Reading"}, "/code", "malformed"),
        ({"unit": ""}, "/unit", "empty"),
        ({"name": "a\u0000b"}, "/name", "illegible_character"),
        ({"edition": 2}, "/edition", "unknown_member"),
        ({"era_break": True}, "/era_break", "unknown_member"),
    ],
)
async def test_a_definition_that_makes_no_sense_is_refused(as_, changes, pointer, code):
    answer = await as_(*STEWARD).post("/v1/measures", json=draft(**changes))
    faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert (answer.status_code, faults) == (422, [(pointer, code)])


async def test_a_plain_value_has_no_part_of_a_ratio_and_every_one_is_told(as_):
    answer = await as_(*STEWARD).post("/v1/measures", json=draft(kind="count"))
    faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert faults == [(f"/{part}", "no_ratio") for part in ("numerator", "denominator", "factor")]
