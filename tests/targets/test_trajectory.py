"""A trajectory is what is expected period by period, and what was observed beside it."""

from datetime import date

import pytest
from conftest import NORTH
from measures.drafts import PROFICIENT
from paths import told
from planning import faults, planner
from targets.aimed import BACK_LOADED, BAND, WAY, a_target, observe

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def trajectory(as_, target, asked=""):
    path = f"/v1/targets/{target['id']}/trajectory{asked}"
    return told(await as_(Role.VIEWER, NORTH).get(path), 200)


async def test_a_trajectory_is_told_whole(as_):
    target = await a_target(as_, WAY | {"milestones": BACK_LOADED[:3]})
    measure = told(await planner(as_).get(f"/v1/measures/{target['measure_id']}"), 200)
    await observe(as_, target, "2020-21", numerator=39, denominator=100)
    second = await observe(as_, target, "2023-24", numerator=43, denominator=100)
    first = await observe(as_, target, "2021-22", numerator=2, denominator=5)
    of_one = {"edition": 1, "status": "reported", "factor": 100, "comparable": True}
    expected = [
        ("2021-22", "2022-06-30", 40, "baseline"),
        ("2022-23", "2023-06-30", 41, "milestone"),
        ("2023-24", "2024-06-30", 42, "milestone"),
        ("2024-25", "2025-06-30", 44, "milestone"),
        ("2025-26", "2026-06-30", 47, "interpolated"),
        ("2026-27", "2027-06-30", 50, "aim"),
    ]
    names = ("period", "ends", "value", "expected_from")
    assert await trajectory(as_, target) == {
        "target_id": target["id"],
        "measure": {
            name: measure[name]
            for name in ("id", "code", "name", "unit", "decimals", "direction", "frequency")
        }
        | {"grace_days": None, "eras": [1]},
        "every": "school_year",
        "low": None,
        "high": None,
        "expected": [dict(zip(names, each, strict=True)) for each in expected],
        "observed": [
            of_one
            | {"id": first, "period": "2021-22", "ends": "2022-06-30"}
            | {"value": 40, "numerator": 2, "denominator": 5, "expected": 40},
            of_one
            | {"id": second, "period": "2023-24", "ends": "2024-06-30"}
            | {"value": 43, "numerator": 43, "denominator": 100, "expected": 42},
        ],
    }


async def test_the_periods_are_as_long_as_is_asked_for(as_):
    target = await a_target(as_, WAY | {"milestones": [], "due_in": "2022-23"})
    halves = await trajectory(as_, target, "?every=semester")
    told_of = [(each["period"], each["value"]) for each in halves["expected"]]
    assert told_of == [("2021-22-S2", 40), ("2022-23-S1", 45), ("2022-23-S2", 50)]
    assert halves["every"] == "semester"
    months = await trajectory(as_, target, "?every=month")
    assert [each["period"] for each in months["expected"][::6]] == ["2022-06", "2022-12", "2023-06"]
    assert months["expected"][1]["value"] == 40.833333


async def test_too_many_periods_are_refused(as_):
    target = await a_target(as_)
    answer = await planner(as_).get(f"/v1/targets/{target['id']}/trajectory?every=day")
    assert faults(answer) == [("?every", "too_many")]
    unknown = await planner(as_).get(f"/v1/targets/{target['id']}/trajectory?every=week")
    assert faults(unknown) == [("?every", "not_one_of")]


async def test_a_band_expects_no_single_value(as_):
    target = await a_target(as_, BAND, direction="maintain")
    await observe(as_, target, "2022-23", numerator=95, denominator=100)
    answer = await trajectory(as_, target)
    assert (answer["low"], answer["high"]) == (94, 96)
    assert [each["period"] for each in answer["expected"]] == [
        f"20{year}-{year + 1}" for year in range(21, 27)
    ]
    assert {(each["value"], each["expected_from"]) for each in answer["expected"]} == {(None, None)}
    assert [(each["value"], each["expected"]) for each in answer["observed"]] == [(95, None)]


async def test_a_band_without_an_end_goes_on_to_today(as_):
    target = await a_target(as_, BAND | {"due_in": None}, direction="maintain")
    last = (await trajectory(as_, target))["expected"][-1]
    today = date.today().isoformat()  # noqa: DTZ011 - near enough in any zone
    assert last["ends"] >= today
    assert last["period"] == f"{int(last['ends'][:4]) - 1}-{last['ends'][2:4]}"


async def test_what_is_of_another_era_stands_in_the_series_and_is_not_compared(as_):
    target = await a_target(as_)
    await observe(as_, target, "2022-23", numerator=41, denominator=100)
    edition = PROFICIENT | {"definition": "Anew.", "era_break": True, "reason": "New test."}
    path = f"/v1/measures/{target['measure_id']}/editions"
    told(await as_(Role.DATA_STEWARD, NORTH).post(path, json=edition), 201)
    await observe(as_, target, "2023-24", numerator=60, denominator=100)
    observed = (await trajectory(as_, target))["observed"]
    names = ("period", "edition", "value", "comparable", "expected")
    assert [tuple(each[name] for name in names) for each in observed] == [
        ("2022-23", 1, 41, True, 41),
        ("2023-24", 2, 60, False, None),
    ]


async def test_an_observation_without_a_value_is_a_gap_and_not_a_zero(as_):
    target = await a_target(as_)
    await observe(as_, target, "2022-23", status="not_collected")
    await observe(as_, target, "2023-24", numerator=0, denominator=0)
    observed = (await trajectory(as_, target))["observed"]
    told_of = [(each["status"], each["value"], each["expected"]) for each in observed]
    assert told_of == [("not_collected", None, 41), ("reported", None, 42)]
