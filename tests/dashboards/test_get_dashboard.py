from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from conftest import NORTH, SOUTH
from measured import (
    ON,
    Planned,
    a_goal,
    a_measure,
    a_plan,
    a_target,
    an_edition,
    an_indicator,
    an_observation,
    tells,
)
from paths import told

from app.clock import now
from app.dashboards.schemas import DashboardView
from app.schools.models import School
from app.targets.models import StatusOverride
from app.vocabulary import CONSORTIUM_ROLES, Role

pytestmark = pytest.mark.anyio


def at(district=NORTH, **asked) -> str:
    query = "&".join(f"{name}={value}" for name, value in ({"on": ON} | asked).items())
    return f"/v1/districts/{district}/dashboard?{query}"


async def dashboard(as_, **asked):
    return told(await as_(Role.VIEWER, NORTH).get(at(**asked)), 200)


def measures_of(whole):
    return [
        measure
        for goal in whole["goals"]
        for indicator in goal["indicators"]
        for measure in indicator["measures"]
    ]


async def test_a_dashboard_shows_a_plan_whole(as_, planned):
    plan, (later, first), (second, one) = planned.plan, planned.goals, planned.indicators
    assert await dashboard(as_) == {
        "district_id": str(NORTH),
        "on": "2026-11-22",
        "cohort": None,
        "plan": {
            "id": str(plan.id),
            "code": plan.code,
            "title": "Every student known",
            "first_year": "2021-22",
            "last_year": "2026-27",
            "lifecycle": "active",
            "school_id": None,
            "version": 1,
        },
        "goals": [
            {
                "id": str(first.id),
                "code": "g1",
                "focus_area": "teaching_and_learning",
                "title": "Goal 1",
                "statement": None,
                "population": None,
                "version": 1,
                "indicators": [
                    {
                        "id": str(one.id),
                        "code": "i1",
                        "statement": "More students read.",
                        "version": 1,
                        "measures": [rate_of(planned), count_of(planned)],
                    },
                    {
                        "id": str(second.id),
                        "code": "i2",
                        "statement": "More students read.",
                        "version": 1,
                        "measures": [],
                    },
                ],
            },
            {
                "id": str(later.id),
                "code": "g2",
                "focus_area": "teaching_and_learning",
                "title": "=Later",
                "statement": None,
                "population": None,
                "version": 1,
                "indicators": [],
            },
        ],
    }


def rate_of(planned):
    """45.9 of 100 where 47 are expected, and a tenth of the way is 1: off track."""
    return {
        "id": str(planned.rate.id),
        "code": "rate",
        "name": "Measure rate",
        "version": 1,
        "edition": 1,
        "era": 1,
        "kind": "rate",
        "direction": "increase",
        "unit": "percent",
        "factor": 100,
        "decimals": 1,
        "frequency": "school_year",
        "observation": {
            "id": str(planned.observation.id),
            "period": "2025-26",
            "edition": 1,
            "breakdown": {},
            "status": "reported",
            "value": 45.9,
            "numerator": 459,
            "denominator": 1000,
            "factor": 100,
            "source": None,
            "as_of": None,
            "version": 1,
        },
        "target": {
            "id": str(planned.target.id),
            "direction": "increase",
            "edition": 1,
            "baseline_period": "2021-22",
            "baseline_value": 40,
            "baseline_edition": 1,
            "aim_value": 50,
            "low": None,
            "high": None,
            "starts_in": None,
            "due_in": "2026-27",
            "milestones": [
                {"period": "2022-23", "value": 41},
                {"period": "2025-26", "value": 47},
            ],
            "tolerance": None,
            "version": 1,
        },
        "status": {
            "status": "off_track",
            "reason": "beyond_tolerance",
            "rule_version": 1,
            "on": "2026-11-22",
            "actual": 45.9,
            "expected": 47,
            "expected_from": "milestone",
            "between": None,
            "difference": -1.1,
            "tolerance": 1,
            "progress": 0.59,
            "fresh_until": "2027-12-27",
        },
        "override": None,
        "released": [],
    }


def count_of(planned):
    nothing = {
        "actual": None,
        "expected": None,
        "expected_from": None,
        "between": None,
        "difference": None,
        "tolerance": None,
        "progress": None,
        "fresh_until": None,
    }
    return {
        "id": str(planned.count.id),
        "code": "count",
        "name": "Measure count",
        "version": 1,
        "edition": 1,
        "era": 1,
        "kind": "count",
        "direction": "increase",
        "unit": "students",
        "factor": None,
        "decimals": 0,
        "frequency": "school_year",
        "observation": None,
        "target": None,
        "status": {
            "status": "no_target",
            "reason": "none_set",
            "rule_version": 1,
            "on": "2026-11-22",
            **nothing,
        },
        "override": None,
        "released": [],
    }


async def test_what_is_written_is_what_the_contract_says(as_, planned, written):
    """The bytes are made without the model: it takes them, and writes the same again."""
    await written(an_override(planned), a_band(planned))
    answer = await as_(Role.VIEWER, NORTH).get(at())
    again = DashboardView.model_validate_json(answer.content, strict=False)
    assert DashboardView.model_validate(again).model_dump(mode="json") == answer.json()
    assert answer.headers["content-type"] == "application/json"


def an_override(planned, **changes):
    told = {
        "says": "on_track",
        "reason": "The test was given late.",
        "by": uuid4(),
        "by_name": "A Planner",
        "at": now(),
    }
    of = {"district_id": NORTH, "target_id": planned.target.id}
    return StatusOverride(id=uuid4(), **of, **(told | changes))


def a_band(planned):
    none = dict.fromkeys(["baseline_period", "baseline_value", "baseline_edition", "aim_value"])
    band = {"low": Decimal("94.5"), "high": Decimal(96), "starts_in": "2021-22", "due_in": None}
    return a_target(
        *(planned.indicators[1], planned.count),
        **(none | band | {"direction": "maintain", "milestones": []}),
    )


async def test_an_override_stands_beside_the_computed_status_until_it_is_lifted(
    as_, planned, written, changed
):
    lifted = an_override(planned, at=now() - timedelta(days=1), says="met", lifted_at=now())
    flag = an_override(planned)
    await written(lifted, flag)
    rate = measures_of(await dashboard(as_))[0]
    assert rate["status"]["status"] == "off_track"
    at_ = rate["override"].pop("at")
    assert at_.endswith("Z")
    assert rate["override"] == {
        "id": str(flag.id),
        "says": "on_track",
        "reason": "The test was given late.",
        "by": str(flag.by),
        "by_name": "A Planner",
        "version": 1,
    }
    await changed(flag, lifted_at=now())
    assert measures_of(await dashboard(as_))[0]["override"] is None


async def test_the_newest_observation_is_the_total_of_the_district_that_ends_last(
    as_, planned, written
):
    school = School(id=uuid4(), district_id=NORTH, code="s", name="A school")
    await written(
        school,
        an_observation(planned.rate, "2026-27-Q1", school_id=school.id),
        an_observation(planned.rate, "2026-27-Q1", breakdown={"grade": "5"}, class_of=2034),
        an_observation(planned.rate, "2025-26-Q4"),  # ends with the year, and is a part of it
    )
    rate = measures_of(await dashboard(as_))[0]
    assert rate["observation"]["id"] == str(planned.observation.id)
    quarter = an_observation(planned.rate, "2026-27-Q1", numerator=Decimal("0.5"))
    await written(quarter)
    rate = measures_of(await dashboard(as_))[0]
    assert (rate["observation"]["id"], rate["observation"]["numerator"]) == (str(quarter.id), 0.5)


async def test_of_two_editions_in_one_period_the_newer_one_counts(as_, planned, written, changed):
    broken = an_edition(planned.rate, 2, era=2, era_break=True, reason="Another test.")
    newer = an_observation(planned.rate, edition=2)
    await written(broken, newer)
    await changed(planned.rate, edition=2)
    rate = measures_of(await dashboard(as_))[0]
    assert (rate["edition"], rate["era"], rate["observation"]["id"]) == (2, 2, str(newer.id))
    status = rate["status"]
    assert (status["status"], status["reason"]) == ("not_comparable", "era_break")


async def test_the_day_that_is_asked_about_decides_what_is_overdue(as_, planned):
    for on, status in (("2027-12-27", "off_track"), ("2027-12-28", "stale")):
        rate = measures_of(await dashboard(as_, on=on))[0]
        assert (rate["status"]["status"], rate["status"]["on"]) == (status, on)


async def test_what_was_observed_of_a_later_period_is_not_yet_there(as_, planned):
    for on, period in (("2025-07-01", "2025-26"), ("2025-06-30", "2024-25")):
        assert measures_of(await dashboard(as_, on=on))[0]["observation"]["period"] == period
    assert measures_of(await dashboard(as_, on="2024-06-30"))[0]["observation"] is None


async def test_a_status_is_that_of_the_target_itself(as_, planned):
    path = f"/v1/targets/{planned.target.id}/status?on={ON}"
    whole = told(await as_(Role.VIEWER, NORTH).get(path), 200)
    rate = measures_of(await dashboard(as_))[0]
    assert rate["status"] == {name: whole[name] for name in rate["status"]}


async def test_without_a_day_it_is_today(as_, planned):
    answer = await as_(Role.VIEWER, NORTH).get(f"/v1/districts/{NORTH}/dashboard")
    assert told(answer, 200)["on"] == now().date().isoformat()


async def test_a_class_is_shown_by_the_grades_it_was_in(as_, planned, written):
    fourth = {"breakdown": {"grade": "4"}, "class_of": 2034}
    fifth = {"breakdown": {"grade": "5"}, "class_of": 2033}
    shown = an_observation(planned.rate, "2025-26", numerator=Decimal(480), **fourth)
    await written(
        shown,
        an_observation(planned.rate, "2024-25", breakdown={"grade": "3"}, class_of=2034),
        an_observation(planned.rate, "2025-26", **fifth),
        an_observation(
            planned.count,
            "2025-26",
            **{"value": Decimal(5), **fourth} | {"numerator": None, "denominator": None},
        ),
    )
    whole = await dashboard(as_, cohort=2034)
    assert whole["cohort"] == 2034
    (rate,) = measures_of(whole)  # the count is not told by grade
    assert rate["observation"] == rate_of(planned)["observation"] | {
        "id": str(shown.id),
        "breakdown": {"grade": "4"},
        "value": 48,
        "numerator": 480,
    }
    assert (rate["status"]["actual"], rate["status"]["status"]) == (48, "on_track")


async def test_a_class_that_was_never_observed_has_no_data(as_, planned):
    (rate,) = measures_of(await dashboard(as_, cohort=2031))
    assert (rate["observation"], rate["status"]["reason"]) == (None, "never_observed")


@pytest.mark.parametrize("cohort", ["1949", "2101", "34", "x"])
async def test_a_class_that_cannot_be_is_refused(as_, planned, cohort):
    answer = await as_(Role.VIEWER, NORTH).get(at(cohort=cohort))
    assert [each["pointer"] for each in told(answer, 422)["errors"]] == ["?cohort"]


async def test_the_plan_in_force_comes_before_others(as_, written):
    """Active, in review, approved, the newest that is being made; a school's comes last."""
    school = School(id=uuid4(), district_id=NORTH, code="s", name="A school")
    old = now() - timedelta(days=9)
    in_order = [
        a_plan(),
        a_plan(lifecycle="in_review"),
        a_plan(lifecycle="approved"),
        a_plan(lifecycle="drafting"),
        a_plan(lifecycle="recommended", created_at=old),
        a_plan(school_id=school.id, created_at=old),
        a_plan(lifecycle="superseded"),
    ]
    await written(school)
    for plan in reversed(in_order[:-1]):
        await written(plan)
        assert (await dashboard(as_))["plan"]["id"] == str(plan.id)
    await written(in_order[-1])
    for plan in in_order:
        assert (await dashboard(as_, plan_id=plan.id))["plan"]["id"] == str(plan.id)


async def test_a_district_without_a_plan_has_an_empty_dashboard(as_, written):
    await written(a_plan(lifecycle="superseded"))
    whole = await dashboard(as_)
    assert (whole["plan"], whole["goals"]) == (None, [])


async def test_a_plan_without_goals_is_shown(as_, written):
    plan = a_plan()
    await written(plan)
    whole = await dashboard(as_)
    assert (whole["plan"]["id"], whole["goals"]) == (str(plan.id), [])


async def test_a_measure_that_two_indicators_share_stands_by_each_target(as_, written):
    plan, measure = a_plan(), a_measure("shared")
    goal = a_goal(plan, 1)
    one, two = an_indicator(goal, 1), an_indicator(goal, 2)
    low = a_target(two, measure, aim_value=Decimal(45), milestones=[])
    await written(
        *(plan, goal, one, two, measure, an_edition(measure), tells(one, measure)),
        *(tells(two, measure), a_target(one, measure), low, an_observation(measure)),
    )
    statuses = [each["status"]["status"] for each in measures_of(await dashboard(as_))]
    assert statuses == ["off_track", "met"]


async def test_another_districts_dashboard_looks_as_if_it_were_not_there(as_, planned, written):
    theirs = Planned(SOUTH)
    await written(*theirs.rows, district=SOUTH)
    caller, seen = as_(Role.SUPERINTENDENT, NORTH), []
    for address in (
        at(SOUTH),
        at(uuid4()),
        at(SOUTH, plan_id=theirs.plan.id),
        at(plan_id=theirs.plan.id),
        at(plan_id=uuid4()),
    ):
        for headers in ({}, {"If-None-Match": "*"}, {"Accept": "text/csv"}):
            if headers == {"If-None-Match": "*"} and address.startswith(f"/v1/districts/{NORTH}"):
                continue  # it asks about the dashboard of one's own, which is there
            answer = await caller.get(address, headers=headers)
            seen.append((answer.status_code, answer.json() | {"instance": "", "request_id": ""}))
    assert seen == [(404, seen[0][1])] * len(seen)


@pytest.mark.parametrize("role", Role)
async def test_every_role_of_the_district_reads_it_and_no_other(as_, client, planned, role):
    if role is Role.PUBLIC:
        assert (await client.get(at())).status_code == 401
        return
    answer = await as_(role, None if role.of_consortium else NORTH).get(at())
    expected = (403, "TR-02") if role in CONSORTIUM_ROLES else (200, None)
    assert (answer.status_code, answer.json().get("rule")) == expected
