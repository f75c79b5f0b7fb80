"""A list as CSV and as JSON Lines, of districts as of anything else."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from conftest import NORTH, SOUTH
from sqlalchemy import text
from wire.answered import problem

from app.vocabulary import Role

pytestmark = pytest.mark.anyio

DISTRICTS = "/v1/districts"
CROWD = """
    insert into districts (id, name, state, time_zone, standing, joined_on, version)
    select gen_random_uuid(), 'District ' || n, 'NY', 'America/New_York', 'active', '2020-01-01', 1
    from generate_series(1, {number}) n
"""


async def crowd(owner: Any, number: int) -> None:
    """Add that many districts."""
    async with owner.begin() as connection:
        await connection.execute(text(CROWD.format(number=number)))


def rows(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def in_a_cell(value):
    """How a cell shows what JSON has."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, dict) else str(value)


async def test_a_list_is_the_same_as_csv_json_lines_and_json(as_):
    analyst = as_(Role.ANALYST)
    data = (await analyst.get(DISTRICTS)).json()["data"]
    sheet = await analyst.get(DISTRICTS, params={"format": "csv"})
    lines = await analyst.get(DISTRICTS, params={"format": "jsonl"})
    assert [json.loads(line) for line in lines.text.splitlines()] == data
    assert rows(sheet) == [{name: in_a_cell(each[name]) for name in each} for each in data]
    assert [each["id"] for each in rows(sheet)] == [str(NORTH), str(SOUTH)]


@pytest.mark.parametrize(
    ("headers", "query", "media_type"),
    [
        ({}, "", "application/json"),
        ({"accept": "text/csv"}, "", "text/csv; charset=utf-8"),
        ({"accept": "application/jsonl"}, "", "application/jsonl"),
        ({"accept": "text/csv;q=0.1, application/json"}, "", "application/json"),
        ({"accept": "text/csv"}, "?format=json", "application/json"),
        ({"accept": "application/json"}, "?format=csv", "text/csv; charset=utf-8"),
        ({"accept": "application/pdf"}, "", "application/json"),
    ],
)
async def test_a_form_is_asked_for_by_name_or_by_accept(as_, headers, query, media_type):
    answer = await as_(Role.ANALYST).get(DISTRICTS + query, headers=headers)
    named = 'attachment; filename="districts.csv"' if media_type.startswith("text/csv") else None
    told = [answer.headers.get(name) for name in ("content-type", "vary", "content-disposition")]
    assert (answer.status_code, told) == (200, [media_type, "Accept", named])
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_two_lines_of_accept_are_one(as_):
    asked = [("accept", "application/pdf"), ("accept", "text/csv")]
    answer = await as_(Role.ANALYST).get(DISTRICTS, headers=asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


async def test_a_sheet_is_cut_to_the_members_that_are_wanted(as_):
    asked = {"fields": "name,id"}
    analyst = as_(Role.ANALYST)
    sheet = await analyst.get(DISTRICTS, params=asked | {"format": "csv"})
    lines = await analyst.get(DISTRICTS, params=asked | {"format": "jsonl"})
    north, south = "North Invented Unified", "South Invented Unified"
    assert sheet.text == f"id,name\r\n{NORTH},{north}\r\n{SOUTH},{south}\r\n"
    assert lines.text == (
        f'{{"id":"{NORTH}","name":"{north}"}}\n{{"id":"{SOUTH}","name":"{south}"}}\n'
    )


async def test_a_sheet_is_narrowed_as_the_list_is_and_goes_on_where_its_link_says(as_, owner):
    await crowd(owner, 5)
    analyst = as_(Role.ANALYST)
    asked = {"state": "NY", "limit": "2", "format": "csv", "fields": "name"}
    found, address = [], f"{DISTRICTS}?state=NY&limit=2&format=csv&fields=name"
    pages = 0
    while address:
        answer = await analyst.get(address)
        found += [row["name"] for row in rows(answer)]
        pages += 1
        following = answer.links.get("next", {}).get("url")
        address = following and DISTRICTS + following
        if address:
            assert dict(answer.request.url.params) | asked == dict(answer.request.url.params)
    assert (pages, found) == (3, [f"District {number}" for number in range(1, 6)])


async def test_a_sheet_has_ten_thousand_rows_where_nothing_is_told_and_says_that_there_are_more(
    as_, owner
):
    await crowd(owner, 10_001)
    analyst = as_(Role.ANALYST)
    sheet = await analyst.get(DISTRICTS, params={"format": "csv", "state": "NY"})
    rest = await analyst.get(DISTRICTS + sheet.links["next"]["url"])
    first, last = rows(sheet), rows(rest)
    assert (len(first), len(last), rest.links) == (10_000, 1, {})
    assert len({each["id"] for each in first + last}) == 10_001
    names = [each["name"] for each in first + last]
    assert names == sorted(names)


async def test_a_cursor_goes_on_in_another_form(as_, owner):
    await crowd(owner, 3)
    analyst = as_(Role.ANALYST)
    first = (await analyst.get(DISTRICTS, params={"limit": "1"})).json()
    rest = {"cursor": first["next_cursor"], "format": "csv", "fields": "id"}
    everything = (await analyst.get(DISTRICTS)).json()["data"]
    ids = [each["id"] for each in rows(await analyst.get(DISTRICTS, params=rest))]
    assert ids == [each["id"] for each in everything[1:]]


async def test_only_json_has_a_place_for_the_total(as_):
    asked = {"include_total": "true"}
    counted = await as_(Role.ANALYST).get(DISTRICTS, params=asked)
    assert counted.json()["total"] == 2
    for form in ("csv", "jsonl"):
        answer = await as_(Role.ANALYST).get(DISTRICTS, params=asked | {"format": form})
        told = {"pointer": "?include_total", "code": "no_place"}
        told["detail"] = "Only JSON has a place for the total."
        detail = "The request is not as it has to be."
        problem(answer, 422, "validation_failed", detail, errors=[told])


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("format=xml", "?format", "not_one_of"),
        ("format=CSV", "?format", "not_one_of"),
        ("format=csv&format=csv", "?format", "repeated_parameter"),
        ("format=csv&fields=nothing", "?fields", "no_such_member"),
        ("format=csv&limit=201", "?limit", "out_of_range"),
    ],
)
async def test_what_is_wrong_is_told_as_a_problem_in_any_form(as_, query, pointer, code):
    answer = await as_(Role.ANALYST).get(f"{DISTRICTS}?{query}", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (
        422,
        "application/problem+json",
    )
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        (pointer, code)
    ]


async def test_no_text_of_a_district_is_a_live_formula(as_, owner):
    async with owner.begin() as connection:
        await connection.execute(text("update districts set county = '=1+1', name = '+' || name"))
    sheet = await as_(Role.ANALYST).get(DISTRICTS, params={"format": "csv"})
    assert [(each["name"][:3], each["county"]) for each in rows(sheet)] == [
        ("'+N", "'=1+1"),
        ("'+S", "'=1+1"),
    ]
