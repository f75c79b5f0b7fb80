"""The plans of the demo: one that is complete, and smaller ones of neighbours, all invented."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from processes import Demo
from twelve import expected

from app.measuring.words import TargetStatus

ON = "2026-11-15"
"""A day between the school year 2025-26, which is observed, and the end of 2026-27."""
STANDS = [
    ("reading-grade-3", "on_track", "47.368421", "47"),
    ("reading", "at_risk", "57.040309", "57.812"),
    ("library-visits", "stale", "4610", "4600"),
    ("math-grade-8", "off_track", "43.75", "50"),
    ("attendance", "on_track", "94.681092", None),
    ("chronic-absence", "not_comparable", "12.45614", None),
    ("belonging", "no_target", "69.139619", None),
    ("suspensions", "on_track", "6.596491", "6.666667"),
    ("arts-participation", "no_data", None, None),
    ("students-per-teacher", "on_track", "18.269231", "18.358"),
    ("enrollment", "no_target", "2850", None),
    ("bus-minutes", "not_started", "30.666667", None),
    ("devices-at-home", "on_track", "1905", "1841.25"),
    ("family-conferences", "no_data", None, None),
    ("graduation", "met", "91.262136", "89.1"),
    ("teachers-staying", "on_track", "86.708861", "86.4"),
    ("mentoring-level", "at_risk", "3", "3.25"),
]
"""Each measure of the complete plan: its status, and what was compared."""


@pytest.fixture(params=["california", "invented"])
def demo(request: pytest.FixtureRequest) -> Demo:
    made: Demo = request.getfixturevalue(request.param)
    return made


def own(demo: Demo, noun: str, **asked: str) -> list[Any]:
    """A list of the district that plans, as its planner reads it."""
    return demo.every(demo.variables["PLAN_PLANNER"], f"/v1/{noun}", **asked)


def target_of(demo: Demo, code: str) -> str:
    """The address of the target of a measure."""
    (measure,) = own(demo, "measures", code=code)
    (target,) = own(demo, "targets", measure_id=measure["id"])
    return f"targets/{target['id']}"


def observed(demo: Demo, **asked: str) -> list[Any]:
    return own(demo, f"districts/{demo.variables['PLAN_DISTRICT']}/observations", **asked)


def measures_of(dashboard: Any) -> list[Any]:
    return [
        measure
        for goal in dashboard["goals"]
        for indicator in goal["indicators"]
        for measure in indicator["measures"]
    ]


@pytest.mark.parametrize("role", ["SUPERINTENDENT", "BOARD_MEMBER", "PLANNER", "DATA_STEWARD"])
def test_the_dashboard_has_every_status(demo: Demo, role: str) -> None:
    keys = demo.variables
    path = f"/v1/districts/{keys['PLAN_DISTRICT']}/dashboard"
    dashboard = demo.told(keys[f"PLAN_{role}"], path, on=ON)
    told = [
        (
            each["code"],
            each["status"]["status"],
            each["status"]["actual"],
            each["status"]["expected"],
        )
        for each in measures_of(dashboard)
    ]

    assert told == [
        (code, status, *(None if number is None else Decimal(number) for number in numbers))
        for code, status, *numbers in STANDS
    ]
    assert {status for _, status, *_ in STANDS} == set(TargetStatus)
    assert (dashboard["plan"]["id"], dashboard["plan"]["lifecycle"]) == (keys["PLAN"], "active")
    assert len({goal["focus_area"] for goal in dashboard["goals"]}) == 5


def test_it_is_observed_for_six_school_years_and_into_a_seventh(demo: Demo) -> None:
    years = Counter(each["period"][:7] for each in observed(demo))

    assert sorted(years) == [
        *("2020-21", "2021-22", "2022-23", "2023-24", "2024-25", "2025-26", "2026-27")
    ]
    assert min(years.values()) >= 1
    assert sum(years.values()) == 175


def test_the_class_of_2034_is_followed_from_grade_to_grade(demo: Demo) -> None:
    told = [
        (each["period"], each["breakdown"]["grade"], each["numerator"], each["denominator"])
        for each in observed(demo, class_of="2034")
    ]

    assert told == [
        ("2021-22", "K", 99, 191),
        ("2022-23", "1", 103, 191),
        ("2023-24", "2", 106, 191),
        ("2024-25", "3", 110, 191),
        ("2025-26", "4", 114, 191),
    ]


def test_most_of_the_way_from_40_to_50_comes_late(demo: Demo) -> None:
    target = demo.told(demo.variables["PLAN_PLANNER"], f"/v1/{target_of(demo, 'reading-grade-3')}")

    assert (target["baseline_value"], target["aim_value"]) == (40, 50)
    assert [each["value"] for each in target["milestones"]] == [41, 42, 44, 47]


def test_a_target_was_given_a_new_baseline_after_the_break_of_an_era(demo: Demo) -> None:
    (event,) = own(demo, f"{target_of(demo, 'suspensions')}/rebaselinings")

    assert event["reason"] == (
        "The new definition counts more; the old baseline says nothing of it."
    )
    assert [(event[side]["edition"], event[side]["baseline_value"]) for side in ("old", "new")] == [
        (1, Decimal("5.69")),
        (2, 8),
    ]


def test_a_break_of_an_era_shows_in_a_series(demo: Demo) -> None:
    keys = demo.variables
    (measure,) = own(demo, "measures", code="chronic-absence")
    path = f"/v1/districts/{keys['PLAN_DISTRICT']}/measures/{measure['id']}/series"
    points = demo.told(keys["PLAN_VIEWER"], path)["points"]

    assert [(each["period"], each["era"], each["breaks"]) for each in points] == [
        ("2020-21", 1, False),
        ("2021-22", 1, False),
        ("2022-23", 1, False),
        ("2023-24", 1, False),
        ("2024-25", 2, True),
        ("2025-26", 2, False),
    ]


def test_a_flag_stands_beside_a_status(demo: Demo) -> None:
    (flag,) = own(demo, f"{target_of(demo, 'math-grade-8')}/overrides")

    assert (flag["says"], flag["by_name"], flag["lifted_at"]) == (
        "at_risk",
        "Planner of z-06",
        None,
    )


def test_a_correction_keeps_what_was_said_before(demo: Demo) -> None:
    (measure,) = own(demo, "measures", code="graduation")
    (now,) = observed(demo, measure_id=measure["id"], period="2021-22")
    path = f"districts/{demo.variables['PLAN_DISTRICT']}/observations/{now['id']}/corrections"
    (before,) = own(demo, path)

    assert (now["numerator"], now["denominator"], now["version"]) == (171, 200, 2)
    assert (before["numerator"], before["denominator"], before["reason"]) == (
        183,
        214,
        "The students of one school had been counted twice.",
    )


def test_a_plan_follows_a_plan_and_a_school_has_one_of_its_own(demo: Demo) -> None:
    plans = {each["code"]: each for each in own(demo, "plans")}
    (decision,) = own(demo, f"plans/{plans['prairie-2']['id']}/decisions")

    assert {code: plan["lifecycle"] for code, plan in plans.items()} == {
        "prairie-1": "superseded",
        "prairie-2": "active",
        "middle-school": "drafting",
    }
    assert plans["prairie-2"]["supersedes_id"] == plans["prairie-1"]["id"]
    assert plans["prairie-2"]["mission"] == plans["prairie-1"]["mission"]
    assert plans["middle-school"]["school_id"] in {each["id"] for each in own(demo, "schools")}
    assert (decision["carried"], decision["votes_for"], decision["votes_against"]) == (True, 6, 1)


@pytest.mark.parametrize(
    ("code", "title", "state"),
    [
        ("z-02", "What we owe our students", "out_for_feedback"),
        ("z-08", "Every day counts", "drafting"),
    ],
)
def test_neighbours_have_smaller_plans(demo: Demo, code: str, title: str, state: str) -> None:
    key = demo.keys[f"planner of {code}"]

    assert [(each["title"], each["lifecycle"]) for each in demo.every(key, "/v1/plans")] == [
        (title, state)
    ]
    assert len(demo.every(key, "/v1/goals")) == 1
    assert len(demo.every(key, "/v1/targets")) == 1


def test_nobody_outside_a_district_sees_its_plan(demo: Demo) -> None:
    keys = demo.variables
    other = demo.keys["planner of z-02"]
    refused = {
        role: demo.get(keys[role], "/v1/plans").status_code
        for role in ("CONSORTIUM_ADMIN", "ANALYST", "FACILITATOR", "AUDITOR")
    }

    assert demo.get(other, f"/v1/plans/{keys['PLAN']}").status_code == 404
    assert demo.get(other, f"/v1/districts/{keys['PLAN_DISTRICT']}/dashboard").status_code == 404
    assert refused == dict.fromkeys(refused, 403)


def test_no_real_district_has_a_plan_or_a_figure_that_is_invented(california: Demo) -> None:
    keys = california.variables
    listed = california.every(keys["ANALYST"], "/v1/districts", state="ZZ")
    path = f"/v1/districts/{keys['DISTRICT']}/observations"

    assert [each["name"] for each in listed] == [
        "Example Prairie Schools (invented)",
        "Lower Imaginary Schools (invented)",
        "Port Hypothetical Schools (invented)",
    ]
    for noun in ("plans", "goals", "measures", "schools"):
        assert california.every(keys["PLANNER"], f"/v1/{noun}") == []
    assert california.every(keys["PLANNER"], path) == []


def test_anybody_reads_what_is_published_and_few_students_are_withheld(demo: Demo) -> None:
    district = demo.variables["PLAN_DISTRICT"]
    (listed,) = demo.http.get(f"/v1/districts/{district}/progress-reports").json()["data"]
    report = demo.http.get(f"/v1/progress-reports/{listed['id']}").json()
    cells = {
        each["code"]: [(cell["breakdown"], cell["status"]) for cell in each["cells"]]
        for each in measures_of(report["content"])
    }

    assert report["title"] == "How our plan stands"
    assert cells["graduation"] == [
        ({"language_status": "english_learner"}, "withheld"),
        ({"language_status": "other"}, "withheld"),
    ]
    assert {status for _, status in cells["reading"]} == {"reported"}
    assert [code for code, *_ in STANDS] == list(cells)


def test_a_measure_answers_an_item_of_the_benchmark(demo: Demo) -> None:
    keys = demo.variables
    (link,) = demo.every(keys["PLAN_DATA_STEWARD"], f"/v1/districts/{keys['PLAN_DISTRICT']}/links")
    (measure,) = own(demo, "measures", code="students-per-teacher")

    assert (link["item_code"], link["measure_id"]) == ("students-per-teacher", measure["id"])


def test_what_the_benchmark_released_stands_beside_the_measure(invented: Demo) -> None:
    """The figures that ``twelve`` computes by hand, and 2,875 students with 150 teachers."""
    keys = invented.variables
    path = f"/v1/districts/{keys['PLAN_DISTRICT']}/dashboard"
    told = {each["code"]: each for each in measures_of(invented.told(keys["PLAN_PLANNER"], path))}
    (beside,) = told["students-per-teacher"]["released"]
    cells = [each for each in expected() if each["item"] == "students-per-teacher"]
    mine = {None: "above", "On the plain": "above", "Small": "withheld"}

    assert (beside["item"], beside["period"], beside["figure"]) == (
        "students-per-teacher",
        "2023-24",
        Decimal("19.2"),
    )
    assert [(each["group"], each["value"], each["band"]) for each in beside["figures"]] == [
        (each["group"], each["value"], mine[each["group"]])
        for each in cells
        if each["group"] in mine
    ]
    assert [code for code, each in told.items() if each["released"]] == ["students-per-teacher"]
