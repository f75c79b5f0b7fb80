"""The export: all that a district answered, opened for itself alone."""

import csv
import io

import pytest
from answers import at, batch, put, read, rows, said, steward
from conftest import NORTH, SOUTH
from paths import open_round, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
HERE = f"/v1/districts/{NORTH}/export"


async def test_every_version_of_every_round_is_exported_with_its_question(as_):
    first, second = await open_round(as_), await open_round(as_)
    await batch(as_, first, rows())
    await put(as_, first, "expenditure", {"value": 6400})
    await put(as_, second, "survey", {"yes": True})
    await put(as_, second, "survey", {"yes": False}, SOUTH)
    page = told(await steward(as_).get(f"{HERE}/answers?include_total=true"), 200)
    newest = {row["item"]: row for row in (await read(as_, first))["answers"]}
    assert [(row["item"], row["version"], row["round_id"]) for row in page["data"]] == [
        *[(code, 1, first["id"]) for code in newest],
        ("expenditure", 2, first["id"]),
        ("survey", 1, second["id"]),
    ]
    exported = page["data"][6]
    where = {name: exported.pop(name) for name in ("round_id", "round", "period", "question")}
    assert exported == newest["expenditure"]
    assert where == {
        "round_id": first["id"],
        "round": first["title"],
        "period": first["period"],
        "question": "What is spent for each student?",
    }
    assert page["total"] == 8


async def test_the_export_as_a_spreadsheet_has_the_same_values(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    sheet = (await steward(as_).get(f"{HERE}/answers?format=csv")).text
    lines = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert [(line["item"], line["value"], line["text"]) for line in lines][:2] == [
        ("students-per-teacher", "", ""),
        ("expenditure", "6385", ""),
    ]
    assert len(lines) == 6


async def test_withdrawals_are_exported_with_their_reasons(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    why = {"reason": "We found 12 schools counted twice."}
    told(await steward(as_).post(f"{at(opened)}/submission/withdraw", json=why), 200)
    (row,) = told(await steward(as_).get(f"{HERE}/withdrawals"), 200)["data"]
    assert (row["reason"], row["round"]) == (why["reason"], opened["title"])


async def test_the_export_is_its_districts_own(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    for tail in ("answers", "withdrawals"):
        told(await as_(Role.SUPERINTENDENT, SOUTH).get(f"{HERE}/{tail}"), 404)
        told(await as_(Role.PLANNER, NORTH).get(f"{HERE}/{tail}"), 403)
        told(await as_(Role.CONSORTIUM_ADMIN).get(f"{HERE}/{tail}"), 403)
        told(await as_(Role.SUPERINTENDENT, NORTH).get(f"{HERE}/{tail}"), 200)
    mine = told(await steward(as_, SOUTH).get(f"/v1/districts/{SOUTH}/export/answers"), 200)
    assert mine["data"] == []


async def test_an_export_says_what_was_answered(as_):
    opened = await open_round(as_)
    await put(as_, opened, "learned", {"text": "To begin in spring."})
    (row,) = told(await steward(as_).get(f"{HERE}/answers"), 200)["data"]
    kept = {
        name: row[name] for name in row if name not in {"round_id", "round", "period", "question"}
    }
    assert said(kept) == {"status": "reported", "text": "To begin in spring."}
