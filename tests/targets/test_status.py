"""A status comes with all that it was computed from, for every reason there is."""

from datetime import date

import pytest
from conftest import NORTH
from measures.drafts import PROFICIENT
from paths import told
from planning import faults, planner
from targets.aimed import BACK_LOADED, BAND, COUNTED, WAY, a_target, observe

from app.measuring.words import Reason
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
LESS = {
    "baseline_period": "2021-22",
    "baseline_value": 500,
    "aim_value": 250,
    "due_in": "2026-27",
}
"""From 500 students for each counsellor to 250."""
COUNSELLORS = {"kind": "mean", "direction": "decrease", "unit": "students", "factor": 1}
NUMBER = dict.fromkeys(PROFICIENT) | COUNTED
OF_AIMS = ["direction", "edition", *WAY, "baseline_edition", "low", "high", "starts_in"]


def counted(value: float) -> dict[str, float]:
    """A percentage of 1000 students."""
    return {"numerator": round(value * 10), "denominator": 1000}


async def status(as_, target, on="2026-11-22"):
    path = f"/v1/targets/{target['id']}/status?on={on}"
    return told(await as_(Role.VIEWER, NORTH).get(path), 200)


async def measure_of(as_, target):
    path = f"/v1/measures/{target['measure_id']}"
    return told(await as_(Role.VIEWER, NORTH).get(path), 200)


async def redefine(as_, target, **changes):
    path = f"/v1/measures/{target['measure_id']}/editions"
    edition = PROFICIENT | {"definition": "Anew.", "era_break": False, "reason": "New."} | changes
    return told(await as_(Role.DATA_STEWARD, NORTH).post(path, json=edition), 201)


async def test_a_status_is_told_whole(as_):
    target = await a_target(as_, WAY | {"milestones": BACK_LOADED[:2]})
    measure = await measure_of(as_, target)
    await observe(as_, target, "2024-25", numerator=40, denominator=100)
    observation = await observe(as_, target, "2025-26", numerator=467, denominator=1001)
    assert await status(as_, target) == {
        "status": "at_risk",
        "reason": "within_tolerance",
        "rule_version": 1,
        "on": "2026-11-22",
        "actual": 46.653347,
        "expected": 47.333333,
        "expected_from": "interpolated",
        "between": [{"period": "2023-24", "value": 42}, {"period": "2026-27", "value": 50}],
        "difference": -0.679987,
        "tolerance": 1,
        "progress": 0.665335,
        "fresh_until": "2027-12-27",
        "target_id": target["id"],
        "indicator_id": target["indicator_id"],
        "measure": {
            name: measure[name]
            for name in ("id", "code", "name", "unit", "decimals", "direction", "frequency")
        }
        | {"grace_days": None, "eras": [1]},
        "target": {name: target[name] for name in (*OF_AIMS, "tolerance")},
        "observation": {
            "id": observation,
            "period": "2025-26",
            "ends": "2026-06-30",
            "edition": 1,
            "status": "reported",
            "value": 46.653347,
            "numerator": 467,
            "denominator": 1001,
            "factor": 100,
        },
        "override": None,
    }


@pytest.mark.parametrize(
    ("period", "value", "expected", "source", "difference", "progress", "reason"),
    [
        ("2021-22", 40, 40, "baseline", 0, 0, "at_or_past_expected"),
        ("2022-23", 41, 41, "milestone", 0, 0.1, "at_or_past_expected"),
        ("2022-23", 40.2, 41, "milestone", -0.8, 0.02, "within_tolerance"),
        ("2022-23", 40, 41, "milestone", -1, 0, "within_tolerance"),
        ("2022-23", 38, 41, "milestone", -3, -0.2, "beyond_tolerance"),
        ("2024-25", 44, 44, "milestone", 0, 0.4, "at_or_past_expected"),
        ("2025-26", 51, 47, "milestone", 4, 1.1, "at_or_past_aim"),
        ("2026-27", 49, 50, "aim", -1, 0.9, "within_tolerance"),
    ],
)
async def test_a_back_loaded_way_is_judged_by_its_milestones(
    as_, period, value, expected, source, difference, progress, reason
):
    target = await a_target(as_)
    await observe(as_, target, period, **counted(value))
    answer = await status(as_, target, on="2028-06-30")
    compared = (expected, source, difference, progress)
    names = ("expected", "expected_from", "difference", "progress")
    assert tuple(answer[name] for name in names) == compared
    until = answer["fresh_until"]
    overdue = until is not None and until < "2028-06-30"
    assert answer["reason"] == ("overdue" if overdue else reason)
    at_its_end = await status(as_, target, on=answer["observation"]["ends"])
    assert at_its_end["reason"] == reason


async def test_between_two_milestones_a_half_year_is_half_the_way(as_):
    target = await a_target(as_, frequency="semester")
    await observe(as_, target, "2023-24-S1", **counted(41.5))
    answer = await status(as_, target, on="2024-01-01")
    names = ("expected", "expected_from", "progress", "reason", "between")
    assert [answer[name] for name in names] == [
        41.5,
        "interpolated",
        0.15,
        "at_or_past_expected",
        BACK_LOADED[:2],
    ]


@pytest.mark.parametrize(
    ("value", "difference", "progress", "name"),
    [(49, -1, 0.9, "at_risk"), (48.9, -1.1, 0.89, "off_track"), (50, 0, 1, "met")],
)
async def test_after_the_aim_is_due_the_aim_is_expected(as_, value, difference, progress, name):
    target = await a_target(as_, WAY | {"milestones": [], "due_in": "2024-25"})
    await observe(as_, target, "2025-26", **counted(value))
    answer = await status(as_, target)
    assert (answer["expected"], answer["expected_from"], answer["fresh_until"]) == (50, "aim", None)
    told_of = (answer["difference"], answer["progress"], answer["status"])
    assert told_of == (difference, progress, name)


@pytest.mark.parametrize(
    ("period", "students", "counsellors", "difference", "progress", "name"),
    [
        ("2022-23", 450, 1, 0, 0.2, "on_track"),
        ("2023-24", 390, 1, 10, 0.44, "on_track"),
        ("2023-24", 1275, 3, -25, 0.3, "at_risk"),
        ("2023-24", 426, 1, -26, 0.296, "off_track"),
        ("2023-24", 1276, 3, -25.333333, 0.298667, "off_track"),
        ("2024-25", 525, 1, -175, -0.1, "off_track"),
        ("2026-27", 1000, 4, 0, 1, "met"),
    ],
)
async def test_less_is_better_from_500_to_1_down(
    as_, period, students, counsellors, difference, progress, name
):
    target = await a_target(as_, LESS, **COUNSELLORS)
    await observe(as_, target, period, numerator=students, denominator=counsellors)
    answer = await status(as_, target, on=f"{int(period[:4]) + 1}-06-30")
    told_of = (answer["difference"], answer["progress"], answer["status"])
    assert told_of == (difference, progress, name)


@pytest.mark.parametrize(
    ("period", "value", "difference", "name"),
    [
        ("2023-24", 95, 1, "on_track"),
        ("2023-24", 94, 0, "on_track"),
        ("2023-24", 93.8, -0.2, "at_risk"),
        ("2023-24", 96.3, -0.3, "off_track"),
        ("2026-27", 95.5, 0.5, "met"),
    ],
)
async def test_a_band_is_kept_on_both_sides(as_, period, value, difference, name):
    target = await a_target(as_, BAND, direction="maintain")
    await observe(as_, target, period, **counted(value))
    answer = await status(as_, target, on=f"{int(period[:4]) + 1}-06-30")
    assert (answer["difference"], answer["status"]) == (difference, name)
    assert (answer["expected"], answer["progress"], answer["tolerance"]) == (None, None, 0.2)


@pytest.mark.parametrize(("value", "name"), [(40, "met"), (39.9, "off_track"), (41, "met")])
async def test_a_way_to_where_one_is_has_no_progress(as_, value, name):
    target = await a_target(as_, WAY | {"aim_value": 40, "milestones": []})
    await observe(as_, target, "2023-24", **counted(value))
    answer = await status(as_, target, on="2024-06-30")
    told_of = (answer["status"], answer["progress"], answer["tolerance"], answer["expected"])
    assert told_of == (name, None, 0, 40)


async def test_plain_values_are_judged_as_they_are(as_):
    aims = WAY | {"milestones": [], "baseline_value": 400, "aim_value": 500, "tolerance": 3}
    told_of = {"direction": "increase", "frequency": "school_year"}
    target = await a_target(as_, aims, **NUMBER | told_of)
    await observe(as_, target, "2022-23", value=417)
    answer = await status(as_, target, on="2023-06-30")
    assert (answer["actual"], answer["expected"], answer["status"]) == (417, 420, "at_risk")
    names = ("value", "numerator", "denominator", "factor")
    assert [answer["observation"][name] for name in names] == [417, None, None, None]


NOT_COMPARED = dict.fromkeys(
    ["expected", "expected_from", "between", "difference", "tolerance", "progress"]
)


@pytest.mark.parametrize(
    ("said", "reason", "on"),
    [
        (None, "before_start", "2022-06-29"),
        (None, "never_observed", "2022-06-30"),
        (("2025-26", {"numerator": 0, "denominator": 0}), "no_value", "2026-11-22"),
        (("2025-26", {"status": "not_collected"}), "not_collected", "2026-11-22"),
        (("2025-26", {"status": "not_applicable"}), "not_applicable", "2026-11-22"),
        (("2025-26", {"status": "suppressed"}), "suppressed", "2026-11-22"),
        (("2020-21", counted(40)), "observed_before_start", "2022-12-27"),
        (("2020-21", counted(40)), "overdue", "2022-12-28"),
    ],
)
async def test_what_is_not_compared_has_its_reason_and_no_number(as_, said, reason, on):
    target = await a_target(as_)
    if said is not None:
        await observe(as_, target, said[0], **said[1])
    answer = await status(as_, target, on=on)
    assert (answer["reason"], answer["status"]) == (reason, Reason(reason).status.value)
    assert answer.items() >= NOT_COMPARED.items()


async def test_a_value_grows_old_and_says_what_was_expected_of_it(as_):
    target = await a_target(as_)
    await observe(as_, target, "2023-24", **counted(42))
    fresh, old = [await status(as_, target, on=f"2025-12-{day}") for day in (27, 28)]
    assert (fresh["status"], fresh["fresh_until"]) == ("on_track", "2025-12-27")
    assert old == fresh | {"status": "stale", "reason": "overdue", "on": "2025-12-28"}


async def test_days_of_grace_are_those_of_the_measure(as_):
    target = await a_target(as_, grace_days=10)
    await observe(as_, target, "2023-24", **counted(42))
    answer = await status(as_, target)
    assert (answer["fresh_until"], answer["measure"]["grace_days"]) == ("2025-07-10", 10)


async def test_an_era_break_is_never_crossed(as_):
    """Without the rule (TR-15) the old target would be compared with what is measured now."""
    target = await a_target(as_)
    await redefine(as_, target, era_break=True)
    old = await observe(as_, target, "2024-25", edition=1, **counted(44))
    before = await status(as_, target)
    await observe(as_, target, "2025-26", **counted(60))
    after = await status(as_, target)
    assert (before["status"], before["observation"]["id"]) == ("on_track", old)
    assert (after["status"], after["reason"], after["actual"]) == (
        "not_comparable",
        "era_break",
        60,
    )
    assert after["measure"]["eras"] == [1, 2]
    assert after.items() >= NOT_COMPARED.items()
    again = WAY | {"reason": "New test.", "decided_by": "Board, June 12"}
    path = f"/v1/targets/{target['id']}/rebaseline"
    told(await planner(as_).post(path, json=again), 201)
    assert (await status(as_, target))["status"] == "met"


async def test_an_edition_that_is_no_break_goes_on(as_):
    target = await a_target(as_)
    await redefine(as_, target)
    await observe(as_, target, "2025-26", **counted(47))
    answer = await status(as_, target)
    assert (answer["status"], answer["measure"]["eras"]) == ("on_track", [1, 1])


async def test_of_one_period_the_newest_edition_counts(as_):
    target = await a_target(as_)
    await redefine(as_, target)
    await observe(as_, target, "2025-26", edition=2, **counted(47))
    await observe(as_, target, "2025-26", edition=1, **counted(10))
    answer = await status(as_, target)
    assert (answer["observation"]["edition"], answer["actual"]) == (2, 47)


async def test_a_measure_that_turned_round_is_not_compared(as_):
    target = await a_target(as_)
    await redefine(as_, target, direction="decrease")
    await observe(as_, target, "2025-26", **counted(47))
    answer = await status(as_, target)
    assert (answer["status"], answer["reason"]) == ("not_comparable", "direction_changed")
    assert (answer["measure"]["direction"], answer["target"]["direction"]) == (
        "decrease",
        "increase",
    )


async def test_a_measure_that_became_neutral_is_watched(as_):
    target = await a_target(as_)
    await redefine(as_, target, direction="neutral")
    await observe(as_, target, "2025-26", **counted(47))
    answer = await status(as_, target)
    assert (answer["status"], answer["reason"], answer["actual"]) == ("no_target", "neutral", 47)


async def test_the_total_of_the_district_counts_and_no_part_of_it(as_):
    target = await a_target(as_)
    whole = await observe(as_, target, "2024-25", **counted(44))
    await observe(as_, target, "2025-26", breakdown={"grade": "3"}, **counted(10))
    school = {"district_id": str(NORTH), "code": "001", "name": "Invented Elementary"}
    told(await planner(as_).post("/v1/schools", json=school), 201)
    await observe(as_, target, "2025-26", school="001", **counted(20))
    assert (await status(as_, target))["observation"]["id"] == whole


async def test_on_a_day_only_periods_that_had_begun_count(as_):
    target = await a_target(as_)
    await observe(as_, target, "2023-24", **counted(42))
    await observe(as_, target, "2025-26", **counted(47))
    days = ["2025-06-30", "2025-07-01"]
    found = [(await status(as_, target, on=day))["observation"]["period"] for day in days]
    assert found == ["2023-24", "2025-26"]


async def test_without_a_day_it_is_today(as_):
    target = await a_target(as_)
    answer = await as_(Role.VIEWER, NORTH).get(f"/v1/targets/{target['id']}/status")
    today = date.fromisoformat(told(answer, 200)["on"])
    assert abs((today - date.today()).days) <= 1  # noqa: DTZ011 - near enough in any zone


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2026-13-01", "no_such_date"),
        ("today", "malformed"),
        ("2026", "malformed"),
        ("", "malformed"),
    ],
)
async def test_a_day_that_is_none_is_refused(as_, on, code):
    target = await a_target(as_)
    answer = await planner(as_).get(f"/v1/targets/{target['id']}/status?on={on}")
    assert faults(answer) == [("?on", code)]
