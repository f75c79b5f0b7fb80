"""How far a district is from what the members aim for is told to that district alone."""

from uuid import UUID, uuid4

import pytest
from answers import attested, put, read
from conftest import NORTH, SOUTH
from paths import PLAIN, RATIO, adopted_motion, adopted_topic, an_instrument, open_round, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
OWN = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}
PERIOD = "2026-27"


@pytest.fixture
async def asked(as_):
    """An instrument with a plain value and a ratio on an adopted topic."""
    topic = await adopted_topic(as_)
    return await an_instrument(as_, PLAIN, RATIO, topic_id=topic["id"])


async def target(as_, instrument, direction="increase", aim=6000, item="expenditure"):
    """A target that a meeting adopted."""
    await adopted_motion(
        as_,
        kind="set_target",
        topic_id=instrument["items"][0]["topic_id"],
        instrument_code=instrument["code"],
        item_code=item,
        period=PERIOD,
        direction=direction,
        aim=aim,
    )
    path = f"/v1/consortium-targets?instrument_code={instrument['code']}&item_code={item}"
    (found,) = told(await as_(Role.VIEWER, NORTH).get(path), 200)["data"]
    return found


async def distance(as_, of, district=NORTH, role=Role.SUPERINTENDENT):
    path = f"/v1/consortium-targets/{of['id']}/position"
    return await as_(role, district).get(path, params={"district_id": str(district)})


async def answered(as_, instrument, **answers):
    """A round in which North attested what is given, by the code of the item."""
    round_ = await open_round(as_, instrument=instrument)
    given = {"expenditure": {"value": 6385}} | {
        code.replace("_", "-"): answer for code, answer in answers.items()
    }
    silent = {"status": "not_collected", "comment": "Next year."}
    items = [each["code"] for each in instrument["items"]]
    await attested(as_, round_, {code: given.get(code, silent) for code in items})
    return round_


async def test_the_own_answer_stands_beside_the_aim(as_, asked):
    round_ = await answered(as_, asked)
    aimed = await target(as_, asked)
    assert told(await distance(as_, aimed), 200) == {
        "target_id": aimed["id"],
        "district_id": str(NORTH),
        "instrument_code": asked["code"],
        "item_code": "expenditure",
        "period": PERIOD,
        "unit": "USD per student",
        "direction": "increase",
        "aim": 6000,
        "round_id": round_["id"],
        "figure": 6385,
        "distance": 385,
        "met": True,
    }


@pytest.mark.parametrize(
    ("direction", "met"),
    [
        ("increase", {6384: True, 6385: True, 6386: False}),
        ("decrease", {6384: False, 6385: True, 6386: True}),
        ("maintain", {6384: False, 6385: True, 6386: False}),
    ],
)
async def test_whether_it_is_met_goes_by_the_direction(as_, asked, direction, met):
    await answered(as_, asked)
    found = {}
    for aim in met:
        aimed = await target(as_, asked, direction, aim)
        body = told(await distance(as_, aimed), 200)
        found[aim] = body["met"]
        assert body["distance"] == 6385 - aim
    assert found == met


async def test_a_ratio_is_rounded_as_it_is_released(as_, asked):
    """195 for 10.9 is 17.88…: 17.9 with one decimal, less 18.5."""
    await answered(as_, asked, students_per_teacher={"numerator": 195, "denominator": 10.9})
    aimed = await target(as_, asked, "decrease", 18.5, "students-per-teacher")
    body = told(await distance(as_, aimed), 200)
    assert (body["figure"], body["distance"], body["met"]) == (17.9, -0.6, True)


async def test_without_a_figure_there_is_no_distance(as_, asked):
    aimed = await target(as_, asked, "decrease", 18.5, "students-per-teacher")
    none = {"round_id": None, "figure": None, "distance": None, "met": None}
    before = told(await distance(as_, aimed), 200)
    assert {name: before[name] for name in none} == none
    assert before["unit"] == "students per teacher"
    round_ = await answered(as_, asked)
    after = told(await distance(as_, aimed), 200)
    assert after == before | {"round_id": round_["id"]}


async def test_what_was_not_attested_counts_for_nothing(as_, asked):
    round_ = await answered(as_, asked)
    told(await put(as_, round_, "expenditure", {"value": 1, "reason": "A slip."}), 200)
    aimed = await target(as_, asked)
    assert told(await distance(as_, aimed), 200)["figure"] == 6385
    withdraw = f"/v1/rounds/{round_['id']}/districts/{NORTH}/submission/withdraw"
    steward = as_(Role.DATA_STEWARD, NORTH)
    told(await steward.post(withdraw, json={"reason": "Not now."}), 200)
    assert told(await distance(as_, aimed), 200)["figure"] is None
    assert (await read(as_, round_))["state"] == "withdrawn"


async def test_of_two_rounds_the_answer_counts_that_was_attested_last(as_, asked):
    await answered(as_, asked)
    later = await answered(as_, asked, expenditure={"value": 7000})
    body = told(await distance(as_, await target(as_, asked)), 200)
    assert (body["round_id"], body["figure"]) == (later["id"], 7000)


async def test_an_answer_in_another_unit_has_no_distance(as_, asked):
    """A new edition of the instrument asks in another unit, and the aim is read in that one."""
    await answered(as_, asked)
    aimed = await target(as_, asked)
    in_euro = PLAIN | {"unit": "EUR per student"}
    await an_instrument(as_, in_euro, topic_id=asked["items"][0]["topic_id"], code=asked["code"])
    body = told(await distance(as_, aimed), 200)
    assert (body["unit"], body["figure"], body["met"]) == ("EUR per student", None, None)


async def test_another_districts_distance_and_an_absent_target_are_the_same(as_, asked):
    await answered(as_, asked)
    aimed, seen = await target(as_, asked), []
    for target_id, district in (
        (aimed["id"], SOUTH),
        (aimed["id"], uuid4()),
        (UUID(int=7), NORTH),
        (UUID(int=7), SOUTH),
    ):
        path = f"/v1/consortium-targets/{target_id}/position?district_id={district}"
        answer = await as_(Role.SUPERINTENDENT, NORTH).get(path)
        seen.append((answer.status_code, answer.json() | {"instance": "", "request_id": ""}))
    assert seen == [(404, seen[0][1])] * 4


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.PUBLIC])
async def test_who_sees_the_districts_figures_sees_it_and_nobody_else(as_, asked, role):
    await answered(as_, asked)
    path = f"/v1/consortium-targets/{(await target(as_, asked))['id']}/position"
    caller = as_(role, None if role.of_consortium else NORTH)
    answer = await caller.get(path, params={"district_id": str(NORTH)})
    expected = (200, None) if role in OWN else (403, "TR-02")
    assert (answer.status_code, answer.json().get("rule")) == expected
