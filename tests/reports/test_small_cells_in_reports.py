"""TR-17 over what a district published, whatever became of it since."""

from decimal import Decimal

import pytest
from conftest import NORTH, SOUTH, account
from measured import (
    Planned,
    a_goal,
    a_measure,
    a_plan,
    an_edition,
    an_indicator,
    an_observation,
    tells,
)
from paths import told
from reports.published import (
    PERIOD,
    a_school,
    cells_of,
    measure_of,
    observed,
    once,
    preview,
    publish,
    superintendent,
    withdraw,
)
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.measures.models import MeasureEdition
from app.observations.models import Observation
from app.targets.models import StatusOverride
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.fixture
def correct(owner):
    """Write other numbers into an observation."""

    async def put(row: Observation, numerator: int | None, denominator: int | None, **more) -> None:
        numbers = {
            name: None if number is None else Decimal(number)
            for name, number in (("numerator", numerator), ("denominator", denominator))
        }
        async with AsyncSession(owner) as session, session.begin():
            found = update(Observation).where(Observation.id == row.id)
            await session.execute(found.values(**numbers, **more))

    return put


@pytest.fixture
async def grades(given, planned, correct) -> dict[str, Observation]:
    """600 students in three grades, of whom 7, 193 and 100 reach the level."""
    rate = planned.rate
    made = {
        "4": observed(rate, 7, 100, grade="4"),
        "5": observed(rate, 193, 300, grade="5"),
        "6": observed(rate, 100, 200, grade="6"),
    }
    await given(*made.values())
    await correct(planned.observation, 300, 600)
    return made | {"": planned.observation}


WITHHELD = {
    "": (300, 600),
    "grade=4": "withheld",
    "grade=5": "withheld",
    "grade=6": (100, 200),
}


async def test_the_next_report_withholds_the_same(as_, planned, grades):
    for _ in range(2):
        assert cells_of(await publish(as_, planned.plan)) == WITHHELD


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_a_correction_does_not_give_away_what_was_withheld(
    as_, planned, grades, correct, withdrawn
):
    """Alone, the second report could show grade 5: with the first, that would tell the 7 of 100.

    That the first was withdrawn does not make anybody forget it.
    """
    first = await publish(as_, planned.plan)
    if withdrawn:
        await withdraw(as_, first)
    await correct(grades["4"], 47, 100)
    await correct(grades[""], 340, 600)
    assert cells_of(await publish(as_, planned.plan)) == {
        "": (340, 600),
        "grade=4": "withheld",
        "grade=5": "withheld",
        "grade=6": (100, 200),
    }


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_what_was_shown_counts_for_good(as_, planned, grades, correct, withdrawn):
    """Before the correction grade 4 was shown beside the others; now the total goes with it."""
    await correct(grades["4"], 47, 100)
    await correct(grades[""], 340, 600)
    first = await publish(as_, planned.plan)
    assert cells_of(first)["grade=4"] == (47, 100)
    if withdrawn:
        await withdraw(as_, first)
    await correct(grades["4"], 7, 100)
    await correct(grades[""], 300, 600)
    second = await publish(as_, planned.plan)
    assert cells_of(second) == {
        "": "withheld",
        "grade=4": "withheld",
        "grade=5": (193, 300),
        "grade=6": (100, 200),
    }


async def test_what_another_plan_of_the_district_showed_counts_too(
    as_, given, planned, grades, correct
):
    other = a_plan()
    goal = a_goal(other, 1)
    indicator = an_indicator(goal, 1)
    await given(other, goal, indicator, tells(indicator, planned.rate))
    assert cells_of(await publish(as_, planned.plan)) == WITHHELD
    await correct(grades["4"], 47, 100)
    await correct(grades[""], 340, 600)
    assert cells_of(await publish(as_, other))["grade=5"] == "withheld"


async def test_what_another_district_showed_does_not_count(as_, given, planned, grades):
    theirs = Planned(SOUTH)
    await given(*theirs.rows)
    await publish(as_, planned.plan)
    assert cells_of(await publish(as_, theirs.plan)) == {"": (459, 1000)}


async def test_a_group_that_comes_later_does_not_give_away_what_was_withheld(as_, given, planned):
    """English learners stood alone; all others come later, and are the total without them."""
    await given(observed(planned.rate, 5, 60, program="el"))
    assert cells_of(await publish(as_, planned.plan)) == {
        "": (459, 1000),
        "program=el": "withheld",
    }
    await given(observed(planned.rate, 454, 940, program="not_el"))
    assert cells_of(await publish(as_, planned.plan)) == {
        "": (459, 1000),
        "program=el": "withheld",
        "program=not_el": "withheld",
    }


async def test_schools_add_up_to_their_district(as_, given, planned):
    one, two, three = (a_school(code) for code in "123")
    await given(one, two, three)
    await given(observed(planned.rate, 3, 200, one), observed(planned.rate, 156, 300, two))
    await given(observed(planned.rate, 300, 500, three))
    shown = cells_of(await publish(as_, planned.plan))
    assert shown[""] == (459, 1000)
    assert shown["1/"] == "withheld"
    assert sorted(map(str, (shown["2/"], shown["3/"]))) != ["(156, 300)", "(300, 500)"]
    assert [shown["2/"], shown["3/"]].count("withheld") == 1


async def test_a_withheld_total_has_no_status_that_would_tell_of_it(
    as_, given, planned, grades, correct
):
    """Expected and target stay; actual, difference, progress and the flag beside it do not."""
    await given(
        StatusOverride(
            district_id=NORTH,
            target_id=planned.target.id,
            says="met",
            reason="Six of seven.",
            by=account(Role.PLANNER, NORTH),
            by_name="A Planner",
        )
    )
    for row in (grades["4"], grades["5"], grades["6"]):
        await correct(row, None, None, status="not_collected")
    await correct(grades[""], 6, 7)
    told_of = measure_of(await publish(as_, planned.plan))
    assert told_of["observation"]["status"] == "withheld"
    assert told_of["standing"] == {
        "status": "no_data",
        "reason": "suppressed",
        "rule_version": 1,
        "on": "2026-11-22",
        "actual": None,
        "expected": 47,
        "expected_from": "milestone",
        "between": None,
        "difference": None,
        "tolerance": 1,
        "progress": None,
        "fresh_until": "2027-12-27",
    }
    assert (told_of["override"], told_of["target"]["baseline_value"]) == (None, 40)


async def test_a_baseline_of_few_students_is_withheld_with_all_that_tells_of_it(
    as_, given, planned
):
    await given(
        an_observation(
            planned.rate, "2021-22", numerator=Decimal(8), denominator=Decimal(20), breakdown={}
        )
    )
    told_of = measure_of(await publish(as_, planned.plan))
    assert told_of["observation"]["value"] == 45.9
    target = told_of["target"]
    assert (target["baseline_value"], target["baseline_withheld"]) == (None, True)
    assert (target["aim_value"], target["baseline_period"]) == (50, "2021-22")
    standing = told_of["standing"]
    assert (standing["status"], standing["reason"]) == ("no_data", "suppressed")
    told_numbers = ("actual", "expected", "between", "difference", "tolerance", "progress")
    assert [standing[name] for name in told_numbers] == [None] * 6
    seen = await preview(as_, planned.plan)
    assert seen["withheld"] == [
        {
            "measure": "rate",
            "edition": 1,
            "period": "2021-22",
            "school": None,
            "breakdown": {},
            "why": "small",
        }
    ]


async def test_a_baseline_is_kept_where_an_earlier_report_kept_it(
    as_, given, planned, grades, correct, owner
):
    """The total of 2025-26 was withheld for grade 4; now a target begins with it."""
    await correct(grades["4"], 47, 100)
    await correct(grades[""], 340, 600)
    await publish(as_, planned.plan)
    await correct(grades["4"], 7, 100)
    await correct(grades[""], 300, 600)
    assert cells_of(await publish(as_, planned.plan))[""] == "withheld"
    await given(an_observation(planned.rate, "2026-27"))
    async with owner.begin() as connection:
        change = "baseline_period = '2025-26', baseline_value = 50, milestones = '[]'"
        await connection.execute(text(f"update targets set {change}, due_in = '2027-28'"))
    told_of = measure_of(await publish(as_, planned.plan))
    assert told_of["observation"]["numerator"] == 459
    target = told_of["target"]
    assert (target["baseline_value"], target["baseline_withheld"]) == (None, True)
    assert told_of["standing"]["reason"] == "suppressed"
    (kept,) = (await preview(as_, planned.plan))["withheld"]
    assert (kept["period"], kept["breakdown"], kept["why"]) == (PERIOD, {}, "complementary")


async def test_a_band_of_few_students_keeps_its_ends(as_, given, planned, correct, owner):
    async with owner.begin() as connection:
        await connection.execute(
            text(
                "update targets set direction = 'maintain', low = 90, high = 95, starts_in ="
                " '2021-22', baseline_period = null, baseline_value = null, baseline_edition ="
                " null, aim_value = null, milestones = '[]'"
            )
        )
        await connection.execute(text("update measure_editions set direction = 'maintain'"))
    await correct(planned.observation, 9, 10)
    told_of = measure_of(await publish(as_, planned.plan))
    standing = told_of["standing"]
    assert (standing["reason"], standing["expected"]) == ("suppressed", None)
    assert (standing["tolerance"], told_of["target"]["low"]) == (0.5, 90)


async def test_a_value_of_another_era_is_not_expected_of(as_, given, planned, correct, owner):
    async with owner.begin() as connection:
        await connection.execute(text("update measures set edition = 2 where code = 'rate'"))
    await given(an_edition(planned.rate, 2, era=2, era_break=True))
    await given(
        an_observation(
            planned.rate, edition=2, numerator=Decimal(3), denominator=Decimal(9), breakdown={}
        )
    )
    standing = measure_of(await publish(as_, planned.plan))["standing"]
    assert (standing["reason"], standing["expected"], standing["tolerance"]) == (
        "suppressed",
        None,
        None,
    )


async def test_what_does_not_count_students_is_shown_however_small(
    as_, given, planned, correct, owner
):
    await given(observed(planned.rate, 1, 2, building="gym"))
    await correct(planned.observation, 2, 3)
    async with owner.begin() as connection:
        await connection.execute(text("update measure_editions set counts_students = false"))
    report = await publish(as_, planned.plan)
    assert cells_of(report) == {"": (2, 3), "building=gym": (1, 2)}
    async with owner.connect() as connection:
        assert await connection.scalar(text("select count(*) from report_cells")) == 0


async def test_what_the_source_suppressed_is_not_given_away_either(
    as_, given, planned, grades, correct
):
    await correct(grades["4"], None, None, status="suppressed")
    assert cells_of(await publish(as_, planned.plan)) == {
        "": (300, 600),
        "grade=4": "suppressed",
        "grade=5": "withheld",
        "grade=6": (100, 200),
    }


async def test_an_observation_without_its_parts_shows_neither(as_, planned, correct):
    """A numerator alone is no value, and might be small."""
    await correct(planned.observation, 3, None)
    told_of = measure_of(await publish(as_, planned.plan))
    assert told_of["observation"] == {
        "period": PERIOD,
        "status": "reported",
        "value": None,
        "numerator": None,
        "denominator": None,
        "source": None,
        "as_of": None,
    }
    assert told_of["standing"]["reason"] == "no_value"


async def test_a_period_that_has_not_begun_is_not_told(as_, given, planned):
    await given(an_observation(planned.rate, "2027-28", numerator=Decimal(900)))
    report = await publish(as_, planned.plan)
    assert measure_of(report)["observation"]["period"] == PERIOD


async def test_counts_and_means_are_kept_too(as_, given, planned, owner):
    score = a_measure("score")
    await given(score, an_edition(score, kind="mean", factor=1, unit="points"))
    await given(tells(planned.indicators[0], score))
    for number, code in ((9, "count"), (900, "score")):
        measure = {"count": planned.count, "score": score}[code]
        plain = {"value": Decimal(number), "numerator": None, "denominator": None}
        parts = {"numerator": Decimal(number), "denominator": Decimal(9)}
        await given(an_observation(measure, **(plain if code == "count" else parts)))
    report = await publish(as_, planned.plan)
    assert cells_of(report, "count") == {"": "withheld"}
    assert cells_of(report, "score") == {"": "withheld"}


async def test_a_report_is_refused_where_nothing_can_be_taken_back(
    as_, given, planned, grades, correct, owner
):
    """The other grades and the total were shown; with the sixth gone, they tell what 7 is."""
    await correct(grades["6"], 120, 220)  # which leaves over what nobody has
    first = await publish(as_, planned.plan)
    assert cells_of(first)["grade=5"] == (193, 300)
    await correct(grades[""], 200, 400)
    await publish(as_, planned.plan)
    await correct(grades["6"], None, None, status="not_collected")
    path = f"/v1/plans/{planned.plan.id}/progress-reports"
    made = await superintendent(as_).post(path, json={"title": "Now"}, headers=once())
    assert (told(made, 409)["code"], made.json()["rule"]) == ("conflict", "TR-17")
    assert told(await superintendent(as_).get(f"{path}/preview"), 409)["rule"] == "TR-17"


async def test_a_preview_shows_what_publishing_then_shows(as_, planned, grades):
    seen = await preview(as_, planned.plan)
    report = await publish(as_, planned.plan)
    assert seen["content"] == report["content"]
    of_rate = {"measure": "rate", "edition": 1, "period": PERIOD, "school": None}
    assert sorted(seen["withheld"], key=lambda each: each["breakdown"]["grade"]) == [
        of_rate | {"breakdown": {"grade": "4"}, "why": "small"},
        of_rate | {"breakdown": {"grade": "5"}, "why": "complementary"},
    ]
    assert await preview(as_, planned.plan) == seen


async def test_nothing_of_a_preview_is_stored(as_, planned, grades, owner):
    await preview(as_, planned.plan)
    async with owner.connect() as connection:
        for table in ("progress_reports", "report_cells", "changes", "ledger"):
            counted = await connection.scalar(text(f"select count(*) from {table}"))
            assert (table, counted) == (table, 0)


async def test_the_edition_decides_whether_students_are_counted(as_, planned, grades, owner):
    async with AsyncSession(owner) as session, session.begin():
        await session.execute(update(MeasureEdition).values(counts_students=False))
    assert (await preview(as_, planned.plan))["withheld"] == []
