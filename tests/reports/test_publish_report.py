"""Publishing: what a report shows, to whom it belongs, and that it happens once."""

from decimal import Decimal
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH, account
from measured import Planned
from paths import told
from reports.published import a_school, observed, once, publish, superintendent
from sqlalchemy import text

from app.reports.schemas import ReportView
from app.targets.models import StatusOverride
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

STANDING = {
    "status": "at_risk",
    "reason": "within_tolerance",
    "rule_version": 1,
    "on": "2026-11-22",
    "actual": 46.5,
    "expected": 47,
    "expected_from": "milestone",
    "between": None,
    "difference": -0.5,
    "tolerance": 1,
    "progress": 0.65,
    "fresh_until": "2027-12-27",
}
WITHHELD = {
    "status": "withheld",
    "value": None,
    "numerator": None,
    "denominator": None,
    "source": None,
    "as_of": None,
}


@pytest.fixture
async def broken_down(given, planned: Planned) -> Planned:
    """The rate by grade and by school: one grade is small, and takes another with it."""
    school = a_school("7")
    rate = planned.rate
    planned.observation.numerator = Decimal(465)
    await given(
        school,
        observed(rate, 7, 40, grade="4"),
        observed(rate, 300, 640, grade="5"),
        observed(rate, 158, 320, grade="6"),
        observed(rate, 200, 480, school),
        StatusOverride(
            district_id=NORTH,
            target_id=planned.target.id,
            says="on_track",
            reason="The state changed the test.",
            by=account(Role.PLANNER, NORTH),
            by_name="A Planner",
        ),
    )
    return planned


@pytest.fixture
async def whole(owner, broken_down) -> Planned:
    """The same, with a total that its grades add up to."""
    async with owner.begin() as connection:
        await connection.execute(
            text("update observations set numerator = 465 where id = :id"),
            {"id": broken_down.observation.id},
        )
    return broken_down


async def test_a_report_shows_a_plan_whole_and_withholds_small_cells(as_, whole):
    report = await publish(as_, whole.plan, title="Spring", narrative="We are on the way.")
    plan, indicators = whole.plan, whole.indicators
    of_rate = {"period": "2025-26", "status": "reported", "source": None, "as_of": None}
    assert report == {
        "id": report["id"],
        "district_id": str(NORTH),
        "plan_id": str(plan.id),
        "title": "Spring",
        "narrative": "We are on the way.",
        "published_at": "2026-11-22T12:01:00Z",
        "version": 1,
        "content": {
            "on": "2026-11-22",
            "plan": {
                "code": plan.code,
                "title": "Every student known",
                "mission": None,
                "first_year": "2021-22",
                "last_year": "2026-27",
                "lifecycle": "active",
            },
            "goals": [
                {
                    "code": "g1",
                    "focus_area": "teaching_and_learning",
                    "title": "Goal 1",
                    "statement": None,
                    "population": None,
                    "indicators": [
                        {
                            "code": indicators[1].code,
                            "statement": "More students read.",
                            "measures": [
                                {
                                    "code": "rate",
                                    "name": "Measure rate",
                                    "edition": 1,
                                    "definition": "Of the students assessed, those who reach the"
                                    " level.",
                                    "kind": "rate",
                                    "direction": "increase",
                                    "unit": "percent",
                                    "factor": 100,
                                    "decimals": 1,
                                    "counts_students": True,
                                    "observation": of_rate
                                    | {"value": 46.5, "numerator": 465, "denominator": 1000},
                                    "cells": [
                                        {
                                            "school": None,
                                            "school_name": None,
                                            "breakdown": {"grade": "4"},
                                            "period": "2025-26",
                                            **WITHHELD,
                                        },
                                        {
                                            "school": None,
                                            "school_name": None,
                                            "breakdown": {"grade": "5"},
                                            "period": "2025-26",
                                            **WITHHELD,
                                        },
                                        {
                                            "school": None,
                                            "school_name": None,
                                            "breakdown": {"grade": "6"},
                                            **of_rate,
                                            "value": 49.375,
                                            "numerator": 158,
                                            "denominator": 320,
                                        },
                                        {
                                            "school": "7",
                                            "school_name": "Invented School 7",
                                            "breakdown": {},
                                            **of_rate,
                                            "value": 41.666667,
                                            "numerator": 200,
                                            "denominator": 480,
                                        },
                                    ],
                                    "target": {
                                        "direction": "increase",
                                        "baseline_period": "2021-22",
                                        "baseline_value": 40,
                                        "baseline_withheld": False,
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
                                    },
                                    "standing": STANDING,
                                    "override": {
                                        "says": "on_track",
                                        "reason": "The state changed the test.",
                                        "by_name": "A Planner",
                                        "at": report["content"]["goals"][0]["indicators"][0][
                                            "measures"
                                        ][0]["override"]["at"],
                                    },
                                },
                                {
                                    "code": "count",
                                    "name": "Measure count",
                                    "edition": 1,
                                    "definition": "Of the students assessed, those who reach the"
                                    " level.",
                                    "kind": "count",
                                    "direction": "increase",
                                    "unit": "students",
                                    "factor": None,
                                    "decimals": 0,
                                    "counts_students": True,
                                    "observation": None,
                                    "cells": [],
                                    "target": None,
                                    "standing": dict.fromkeys(STANDING)
                                    | {
                                        "status": "no_target",
                                        "reason": "none_set",
                                        "rule_version": 1,
                                        "on": "2026-11-22",
                                    },
                                    "override": None,
                                },
                            ],
                        },
                        {
                            "code": indicators[0].code,
                            "statement": "More students read.",
                            "measures": [],
                        },
                    ],
                },
                {
                    "code": "g2",
                    "focus_area": "teaching_and_learning",
                    "title": "=Later",
                    "statement": None,
                    "population": None,
                    "indicators": [],
                },
            ],
        },
    }
    ReportView.model_validate(report)


async def test_a_new_report_names_its_place_and_its_version(as_, planned, client):
    path = f"/v1/plans/{planned.plan.id}/progress-reports"
    made = await superintendent(as_).post(path, json={"title": "Now"}, headers=once())
    at = f"/v1/progress-reports/{told(made, 201)['id']}"
    assert made.headers["location"] == at
    read = await client.get(at)
    assert (read.json(), read.headers["etag"]) == (made.json(), made.headers["etag"])


async def test_it_happens_once(as_, planned, client):
    path, headers = f"/v1/plans/{planned.plan.id}/progress-reports", once()
    caller = superintendent(as_)
    answers = [await caller.post(path, json={"title": "Now"}, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    missing = await caller.post(path, json={"title": "Now"})
    assert told(missing, 400)["code"] == "idempotency_key_required"
    listed = await client.get(f"/v1/districts/{NORTH}/progress-reports")
    assert len(told(listed, 200)["data"]) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC, Role.SUPERINTENDENT}))
async def test_nobody_else_publishes(as_, planned, role):
    caller = as_(role, None if role.of_consortium else NORTH)
    for path, method in (
        (f"/v1/plans/{planned.plan.id}/progress-reports", "POST"),
        (f"/v1/plans/{planned.plan.id}/progress-reports/preview", "GET"),
        (f"/v1/progress-reports/{UUID(int=7)}/withdraw", "POST"),
    ):
        body = {"json": {"title": "Now"}} if path.endswith("reports") else {}
        answer = await caller.request(method, path, headers=once(), **body)
        assert (path, told(answer, 403)["rule"]) == (path, "TR-02")


async def test_a_plan_of_another_district_is_not_there(as_, planned):
    caller = superintendent(as_, SOUTH)
    for plan in (planned.plan.id, UUID(int=7)):
        path = f"/v1/plans/{plan}/progress-reports"
        made = await caller.post(path, json={"title": "Theirs"}, headers=once())
        assert told(made, 404)["code"] == "not_found"
        assert told(await caller.get(f"{path}/preview"), 404)["code"] == "not_found"


async def test_what_is_published_is_in_the_ledger_and_in_the_feed(as_, whole, owner):
    report = await publish(as_, whole.plan)
    async with owner.connect() as connection:
        asked = "select subject, rule, detail, district_id from ledger where action = :action"
        entries = await connection.execute(text(asked), {"action": "report:publish"})
        assert [tuple(each) for each in entries] == [
            (
                f"progress_report:{report['id']}",
                "TR-17",
                {"step": "publish", "withheld": 2},
                NORTH,
            )
        ]
        asked = "select type, op, version, district_id from changes where subject_id = :id"
        changes = await connection.execute(text(asked), {"id": report["id"]})
        assert [tuple(each) for each in changes] == [("progress_report", "upsert", 1, NORTH)]


async def test_the_memory_of_a_report_is_its_districts_own(as_, whole, owner):
    """The numbers that were withheld stand nowhere but there."""
    report = await publish(as_, whole.plan)
    async with owner.connect() as connection:
        cells = await connection.execute(
            text(
                "select breakdown ->> 'grade', school_id is null, numerator, denominator, value,"
                " shown from report_cells where report_id = :id and district_id = :d order by 1, 2"
            ),
            {"id": report["id"], "d": NORTH},
        )
        assert sorted(map(tuple, cells), key=repr) == sorted(
            [
                ("4", True, 7, 40, None, False),
                ("5", True, 300, 640, None, False),
                ("6", True, 158, 320, None, True),
                (None, False, 200, 480, None, True),
                (None, True, 465, 1000, None, True),
            ],
            key=repr,
        )


@pytest.mark.parametrize(
    ("draft", "pointer"),
    [({}, "/title"), ({"title": ""}, "/title"), ({"title": "Now", "content": {}}, "/content")],
)
async def test_a_draft_that_says_anything_else_is_refused(as_, planned, draft, pointer):
    path = f"/v1/plans/{planned.plan.id}/progress-reports"
    made = await superintendent(as_).post(path, json=draft, headers=once())
    assert [each["pointer"] for each in told(made, 422)["errors"]] == [pointer]
