import csv
import json
from io import StringIO

import pytest
from conftest import NORTH
from dashboards.test_get_dashboard import at, measures_of
from paths import told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def sheet(as_, headers=None, **asked):
    return await as_(Role.VIEWER, NORTH).get(at(**asked), headers=headers)


@pytest.mark.parametrize(
    ("asked", "headers"), [({"format": "csv"}, {}), ({}, {"Accept": "text/csv"})]
)
async def test_a_dashboard_as_csv_has_a_line_for_each_measure_of_an_indicator(
    as_, planned, asked, headers
):
    """What has none of the next is a line too; no text is a formula."""
    answer = await sheet(as_, headers, **asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["content-disposition"] == 'attachment; filename="dashboard.csv"'
    rows = list(csv.DictReader(StringIO(answer.text, newline="")))
    names = ("goal.code", "goal.title", "indicator.code", "measure.code", "status.status")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("g1", "Goal 1", "i1", "rate", "off_track"),
        ("g1", "Goal 1", "i1", "count", "no_target"),
        ("g1", "Goal 1", "i2", "", ""),
        ("g2", "'=Later", "", "", ""),
    ]
    numbers = {
        "observation.numerator": "459",
        "target.baseline_value": "40",
        "target.milestones": '[{"period":"2022-23","value":41},{"period":"2025-26","value":47}]',
        "status.actual": "45.9",
        "status.difference": "-1.1",
        "status.rule_version": "1",
        "override.reason": "",
        "released": "[]",
    }
    assert {name: rows[0][name] for name in numbers} == numbers


async def test_lines_of_json_say_what_the_dashboard_says(as_, planned):
    whole = told(await sheet(as_), 200)
    answer = await sheet(as_, format="jsonl")
    assert answer.headers["content-type"] == "application/jsonl"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    shown = [line for line in lines if line["measure"] is not None]
    parts = ("observation", "target", "status", "override", "released")
    measures = measures_of(whole)
    assert [{part: line[part] for part in parts} for line in shown] == [
        {part: measure[part] for part in parts} for measure in measures
    ]
    assert [line["measure"] for line in shown] == [
        {name: value for name, value in measure.items() if name not in parts}
        for measure in measures
    ]
    assert [line["goal"]["code"] for line in lines] == ["g1", "g1", "g1", "g2"]


async def test_a_district_without_a_plan_has_a_heading_alone(as_, roster):
    assert len((await sheet(as_, format="csv")).text.splitlines()) == 1
