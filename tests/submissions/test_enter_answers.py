import re
from pathlib import Path

import pytest
from answers import FULL, at, batch, faults, once, put, read, rows, said, steward
from conftest import NORTH
from paths import open_round, step
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.audit import LedgerEntry
from app.submissions.models import Answer, DistrictKey, Submission
from app.vocabulary import LedgerOutcome, Role

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[2] / "docs" / "answering.md"
(CSV,) = re.findall(r"```csv\n(.*?)```", PAGE.read_text(), re.DOTALL)
FAULTY = [
    {"item": "survey", "yes": True},
    {"item": "advisory", "level": 9},
    {"item": "no-such-item", "yes": True},
    {"item": "survey", "yes": False},
    {"item": "expenditure", "value": "much"},
    {"item": "advisory", "level": 2},
]
WRONG = [
    ("/items/1/level", "out_of_range"),
    ("/items/2/item", "unknown_reference"),
    ("/items/3/item", "repeated"),
    ("/items/4/value", "not_a_number"),
]
TWICE = ("/items/5/item", "repeated")
"""Of the item that row 1 does not answer as it should: told where all rows stand or fall together."""


async def stored(owner) -> dict[str, int]:
    async with AsyncSession(owner) as session:
        return {
            table.__tablename__: await session.scalar(select(func.count()).select_from(table))
            for table in (Answer, Submission, DistrictKey)
        }


async def test_all_answers_are_entered_at_once(as_):
    opened = await open_round(as_)
    done = await batch(as_, opened, rows())
    body = done.json()
    results = body.pop("results")
    assert (done.status_code, body) == (
        200,
        {"mode": "atomic", "dry_run": False, "created": 6, "updated": 0, "failed": 0},
    )
    whole = await read(as_, opened)
    assert [each["id"] for each in results] == [each["id"] for each in whole["answers"]]
    assert (whole["items_answered"], whole["missing"]) == (6, [])


async def test_a_spreadsheet_says_the_same(as_):
    opened = await open_round(as_)
    headers = once() | {"Content-Type": "text/csv"}
    path = f"{at(opened)}/answers/batch"
    done = await steward(as_).post(path, content=CSV, headers=headers)
    assert (done.status_code, done.json()["created"]) == (200, 6)
    whole = await read(as_, opened)
    assert {answer["item"]: said(answer) for answer in whole["answers"]} == {
        code: {"status": "reported"} | answer for code, answer in FULL.items()
    }


async def test_an_atomic_batch_with_faults_stores_nothing_and_tells_them_all(as_, owner):
    opened = await open_round(as_)
    assert faults(await batch(as_, opened, FAULTY)) == [*WRONG, TWICE]
    assert await stored(owner) == {"answers": 0, "submissions": 0, "district_keys": 0}


async def test_a_best_effort_stores_what_fits(as_):
    opened = await open_round(as_)
    done = (await batch(as_, opened, FAULTY, mode="best_effort")).json()
    told = [
        (fault["pointer"], fault["code"])
        for result in done["results"]
        if result["problem"]
        for fault in result["problem"]["errors"]
    ]
    assert ((done["created"], done["failed"]), told) == ((2, 4), WRONG)
    stored = [each["item"] for each in (await read(as_, opened))["answers"]]
    assert stored == ["advisory", "survey"]


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_dry_run_stores_nothing(as_, owner, mode):
    opened = await open_round(as_)
    done = await batch(as_, opened, rows(), mode=mode, dry_run=True)
    assert (done.status_code, done.json()["created"]) == (200, 6)
    assert await stored(owner) == {"answers": 0, "submissions": 0, "district_keys": 0}


async def test_a_dry_run_leaves_an_attested_submission_attested(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    await steward(as_).post(f"{at(opened)}/submission/attest")
    await batch(as_, opened, rows({"survey": {"yes": True}}), dry_run=True)
    whole = await read(as_, opened)
    assert (whole["state"], whole["revision"]) == ("attested", 1)


async def test_a_batch_needs_an_idempotency_key_and_is_done_once(as_, owner):
    opened = await open_round(as_)
    path, body = f"{at(opened)}/answers/batch", {"items": rows()}
    without = await steward(as_).post(path, json=body)
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_required")
    key = once()
    first = await steward(as_).post(path, json=body, headers=key)
    again = await steward(as_).post(path, json=body, headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert (await stored(owner))["answers"] == 6


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_corrections_in_review_give_a_reason_each(as_, mode):
    opened = await open_round(as_)
    await put(as_, opened, "survey", {"yes": True})
    await step(as_, opened["id"], "close", "review")
    corrections = [
        {"item": "survey", "yes": False, "reason": "Asked again."},
        {"item": "advisory", "level": 1},
    ]
    done = await batch(as_, opened, corrections, mode=mode)
    if mode == "atomic":
        assert (done.status_code, done.json()["rule"]) == (409, "TR-21")
    else:
        problem = done.json()["results"][1]["problem"]
        assert (problem["status"], problem["rule"], done.json()["updated"]) == (409, "TR-21", 1)


@pytest.mark.parametrize("dry_run", [False, True])
async def test_the_ledger_counts_the_rows_that_a_rule_refused(as_, owner, dry_run):
    """The first row is stored, the next two break a rule, and the last is no answer."""
    opened = await open_round(as_)
    await step(as_, opened["id"], "close", "review")
    corrections = [
        {"item": "survey", "yes": False, "reason": "Asked again."},
        {"item": "advisory", "level": 1},
        {"item": "expenditure", "value": 6385},
        {"item": "learned", "text": 7, "reason": "Written anew."},
    ]
    done = (await batch(as_, opened, corrections, mode="best_effort", dry_run=dry_run)).json()
    assert (done["created"], done["failed"]) == (1, 3)
    async with AsyncSession(owner) as session:
        entries = await session.execute(
            select(
                LedgerEntry.action, LedgerEntry.rule, LedgerEntry.district_id, LedgerEntry.detail
            )
            .where(LedgerEntry.outcome == LedgerOutcome.REFUSED)
            .where(LedgerEntry.subject == f"round:{opened['id']}")
        )
    assert [tuple(entry) for entry in entries] == [
        ("submission:enter", "TR-21", NORTH, {"rows": 2})
    ]


async def test_a_closed_round_takes_no_batch(as_):
    opened = await open_round(as_)
    await step(as_, opened["id"], "close")
    done = await batch(as_, opened, rows())
    assert (done.status_code, done.json()["rule"]) == (409, "TR-21")


async def test_only_a_data_steward_enters(as_):
    opened = await open_round(as_)
    path = f"{at(opened)}/answers/batch"
    superintendent = as_(Role.SUPERINTENDENT, NORTH)
    answer = await superintendent.post(path, json={"items": rows()}, headers=once())
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")
