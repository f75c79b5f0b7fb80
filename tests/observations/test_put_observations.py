"""Many observations at once, as JSON and as CSV: all or none, or each for itself, and once."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from observating import (
    RIGHT,
    YEAR,
    at,
    batch,
    cells,
    faults,
    id_of,
    listed,
    once,
    put,
    spreadsheet,
    steward,
)
from sqlalchemy import text

from app.jobs.kinds import kinds_of_jobs
from app.policy.working import Worker
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

ROWS: list[dict[str, Any]] = [
    RIGHT,
    RIGHT | {"school": "elm", "breakdown": {"grade": "5"}, "source": "State test"},
    {"measure": "graduates", "period": YEAR, "value": 101},
    {"measure": "reading", "period": "2023-24", "status": "suppressed"},
]
SHEET = """\
measure,edition,school,period,status,value,numerator,denominator,source,as_of,breakdown.grade
reading,,,2024-25,,,41,80,,,
reading,,elm,2024-25,reported,,41,80,State test,,5
graduates,1,,2024-25,reported,101,,,,,
reading,3,,2023-24,suppressed,,,,,,
"""
FAULTY: list[Any] = [
    RIGHT,
    RIGHT | {"school": "ash"},
    RIGHT | {"numerator": "41"},
    RIGHT | {"denominator": 80, "numerator": 41},
    7,
]
WRONG = [
    ("/items/1/school", "unknown_reference"),
    ("/items/2/numerator", "not_a_number"),
    ("/items/3", "repeated"),
    ("/items/4", "not_an_object"),
]


def without_ids(answer) -> dict[str, Any]:
    body = answer.json()
    for each in body["results"]:
        each["id"] = None if each["id"] is None else "an id"
    return body


def result(index: int, status: str, **told: Any) -> dict[str, Any]:
    shown = None if status == "failed" else "an id"
    return {"index": index, "status": status, "id": shown, "problem": None} | told


def counts(**told: int) -> dict[str, int]:
    return {"created": 0, "updated": 0, "unchanged": 0, "failed": 0} | told


async def stored(owner) -> dict[str, int]:
    counted = {}
    async with owner.connect() as connection:
        for table in ("observations", "corrections", "changes"):
            only = "where type = 'observation'" if table == "changes" else ""
            counted[table] = await connection.scalar(text(f"select count(*) from {table} {only}"))
    return counted


def rows(observations: int, corrections: int, changes: int) -> dict[str, int]:
    return {"observations": observations, "corrections": corrections, "changes": changes}


async def test_rows_are_entered_corrected_or_left_as_they_are(as_, owner):
    first = await batch(as_, ROWS)
    assert (first.status_code, without_ids(first)) == (
        200,
        {"mode": "atomic", "dry_run": False}
        | counts(created=4)
        | {"results": [result(n, "created") for n in range(4)]},
    )
    assert await stored(owner) == rows(4, 0, 4)
    again = await batch(as_, [ROWS[1] | {"source": None}, ROWS[0], RIGHT | {"period": "2022-23"}])
    statuses = ["updated", "unchanged", "created"]
    assert without_ids(again) == (
        {"mode": "atomic", "dry_run": False}
        | counts(created=1, updated=1, unchanged=1)
        | {"results": [result(n, status) for n, status in enumerate(statuses)]}
    )
    assert [each["id"] for each in again.json()["results"][:2]] == [
        first.json()["results"][n]["id"] for n in (1, 0)
    ]
    assert await stored(owner) == rows(5, 1, 6)


async def test_a_correction_of_a_batch_keeps_what_was_said_with_one_reason(as_):
    first = await batch(as_, ROWS)
    changed = [ROWS[0] | {"numerator": 40}, ROWS[2] | {"value": 102}]
    await batch(as_, changed, query={"reason": "Counted again."})
    told = []
    for n in (0, 2):
        path = f"{at()}/{first.json()['results'][n]['id']}"
        whole = (await as_(Role.VIEWER, NORTH).get(path)).json()
        (kept,) = (await as_(Role.VIEWER, NORTH).get(f"{path}/corrections")).json()["data"]
        told.append((whole["value"], whole["version"], kept["value"], kept["version"]))
        assert kept["reason"] == "Counted again."
    assert told == [(50, 2, 51.25, 1), (102, 2, 101, 1)]


async def test_a_spreadsheet_says_the_same_as_json(as_):
    await batch(as_, ROWS)
    for body in (SHEET, "\ufeff" + SHEET, SHEET.replace("\n", "\r\n") + "\r\n"):
        answer = await spreadsheet(as_, body)
        assert answer.status_code == 200, answer.text
        told = without_ids(answer)
        assert told == (
            {"mode": "atomic", "dry_run": False}
            | counts(unchanged=4)
            | {"results": [result(n, "unchanged") for n in range(4)]}
        )


async def test_one_fault_keeps_every_row_of_an_atomic_batch_out(as_, owner):
    assert faults(await batch(as_, FAULTY)) == WRONG
    assert await stored(owner) == rows(0, 0, 0)


async def test_best_effort_stores_the_rows_that_fit(as_, owner):
    answer = await batch(as_, FAULTY, mode="best_effort")
    told = without_ids(answer)
    results = told.pop("results")
    assert told == {"mode": "best_effort", "dry_run": False} | counts(created=1, failed=4)
    problems = [each.pop("problem") for each in results]
    plain = [{"index": n, "status": "failed", "id": None} for n in range(1, 5)]
    assert results == [{"index": 0, "status": "created", "id": "an id"}, *plain]
    errors = [error for problem in problems[1:] for error in problem["errors"]]
    assert [(each["pointer"], each["code"]) for each in errors] == WRONG
    assert problems[3] == {
        "type": "/problems/validation_failed",
        "title": "Validation failed",
        "status": 422,
        "detail": "One fault in the request.",
        "code": "validation_failed",
        "rule": None,
        "errors": [
            {
                "pointer": "/items/3",
                "code": "repeated",
                "detail": "The same observation is in a row before.",
                "row": None,
                "column": None,
            }
        ],
    }
    assert await stored(owner) == rows(1, 0, 1)


async def test_a_fault_of_a_spreadsheet_is_told_with_its_row_and_column(as_, owner):
    body = SHEET.replace("elm", "ash").replace(",101,", ",1O1,") + "reading,,,2024-25,,,1,2,,,\n"
    answer = await spreadsheet(as_, body)
    assert cells(answer) == [
        (3, "school", "unknown_reference"),
        (4, "value", "not_a_number"),
        (6, None, "repeated"),
    ]
    wrong = "measure,period,numerator,denominator,breakdown.race,breakdown.grade\n"
    wrong += "reading,2024-25,1,2,x,13\n"
    assert cells(await spreadsheet(as_, wrong)) == [
        (2, "breakdown.grade", "not_one_of"),
        (2, "breakdown.race", "unknown_dimension"),
    ]
    assert await stored(owner) == rows(0, 0, 0)


HEADING = "measure,period,numerator,denominator\n"
BAD_FILES = {
    "a short row": (HEADING + "reading,2024-25,41\n", [(2, None, "short_row")]),
    "a long row": (HEADING + "reading,2024-25,41,80,1\n", [(2, None, "long_row")]),
    "a bad number": (HEADING + "reading,2024-25,4 1,80\n", [(2, "numerator", "not_a_number")]),
    "not a number": (HEADING + "reading,2024-25,NaN,80\n", [(2, "numerator", "not_a_number")]),
    "a comma for a point": (
        HEADING + 'reading,2024-25,"41,5",80\n',
        [(2, "numerator", "not_a_number")],
    ),
    "full-width digits": (
        HEADING + "reading,2024-25,\uff14\uff11,80\n",
        [(2, "numerator", "not_a_number")],
    ),
    "NUL": (HEADING + "read\x00ing,2024-25,41,80\n", [(2, "measure", "illegible_character")]),
    "an open quote": (HEADING + 'reading,"2024-25,41,80\n', [(2, None, "malformed_row")]),
    "another encoding": (
        (HEADING + "léa,2024-25,1,2\n").encode("latin-1"),
        [(2, None, "not_utf8")],
    ),
    "a missing column": ("period,numerator\n2024-25,1\n", [(1, "measure", "missing_column")]),
    "a column twice": (
        "measure,period,period\nreading,2024-25,2024-25\n",
        [(1, "period", "duplicate_column")],
    ),
    "an unknown column": (
        "measure,period,count\nreading,2024-25,1\n",
        [(1, "count", "unknown_column")],
    ),
    "a dimension without a name": (
        "measure,period,breakdown.\nreading,2024-25,1\n",
        [(1, "breakdown.", "unknown_column")],
    ),
    "a date for a school year": (
        HEADING + "reading,Nov-24,41,80\n",
        [(2, "period", "malformed")],
    ),
    "no rows": (HEADING, [(2, None, "too_few")]),
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_a_file_that_cannot_be_read_stores_nothing(as_, owner, name):
    body, wrong = BAD_FILES[name]
    assert cells(await spreadsheet(as_, body)) == wrong
    assert await stored(owner) == rows(0, 0, 0)


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ('"numerator": NaN', ("/items/0/numerator", "not_finite")),
        ('"numerator": 1e999', ("/items/0/numerator", "out_of_range")),
        ('"numerator": 1e99', ("/items/0/numerator", "out_of_range")),
        ('"as_of": "2025-02-30"', ("/items/0/as_of", "no_such_date")),
        ('"as_of": "0001-01-01"', ("/items/0/as_of", "out_of_range")),
        ('"source": "a\\u0000b"', ("/items/0/source", "illegible_character")),
        ('"source": "\\ud800"', ("/items/0/source", "illegible_character")),
        ('"source": ""', ("/items/0/source", "empty")),
        ('"period": 2024', ("/items/0/period", "not_text")),
        ('"version": 3', ("/items/0/version", "unknown_member")),
        ('"breakdown": {"grade": 5}', ("/items/0/breakdown/grade", "not_text")),
        ('"breakdown": []', ("/items/0/breakdown", "not_an_object")),
        ('"breakdown": {"Grade": "5"}', ("/items/0/breakdown/Grade", "malformed")),
        ('"edition": 0', ("/items/0/edition", "out_of_range")),
        ('"edition": 1.0', ("/items/0/edition", "not_a_whole_number")),
    ],
)
async def test_bad_input_of_a_row_is_told_by_its_place(as_, owner, members, wrong):
    whole = '"measure": "reading", "period": "2024-25", "numerator": 41, "denominator": 80'
    name = members.split(":")[0]
    kept = ", ".join(each for each in whole.split(", ") if not each.startswith(name))
    body = f'{{"items": [{{{kept}, {members}}}]}}'
    headers = once() | {"Content-Type": "application/json"}
    answer = await steward(as_).post(f"{at()}/batch", content=body, headers=headers)
    assert faults(answer) == [wrong]
    assert await stored(owner) == rows(0, 0, 0)


@pytest.mark.parametrize("mode", ["atomic", "best_effort"])
async def test_a_dry_run_tells_what_would_be_done_and_stores_nothing(as_, owner, mode):
    await batch(as_, ROWS[:2])
    before = await stored(owner)
    told = [ROWS[0] | {"numerator": 40}, ROWS[1], ROWS[2]]
    answer = await batch(as_, told, mode=mode, dry_run=True)
    assert without_ids(answer) == (
        {"mode": mode, "dry_run": True}
        | counts(created=1, updated=1, unchanged=1)
        | {
            "results": [
                result(0, "updated"),
                result(1, "unchanged"),
                result(2, "created", id=None),
            ]
        }
    )
    assert await stored(owner) == before


async def test_a_batch_of_nothing_but_faults_stores_nothing_in_best_effort(as_, owner):
    answer = await batch(as_, FAULTY[1:3], mode="best_effort")
    assert answer.json() | {"results": []} == (
        {"mode": "best_effort", "dry_run": False} | counts(failed=2) | {"results": []}
    )
    assert await stored(owner) == rows(0, 0, 0)


async def test_a_batch_needs_a_key_and_is_done_once(as_, owner):
    path, body = f"{at()}/batch", {"items": ROWS}
    without = await steward(as_).post(path, json=body)
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_required")
    key = once()
    first = await steward(as_).post(path, json=body, headers=key)
    again = await steward(as_).post(path, json=body, headers=key)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    other = await steward(as_).post(path, json={"items": ROWS[:1]}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await stored(owner) == rows(4, 0, 4)


async def test_ten_thousand_rows_are_entered_and_one_more_is_not(as_, owner):
    def row(n: int) -> dict[str, Any]:
        return RIGHT | {"breakdown": {"sex": f"s{n}"}, "numerator": n % 80}

    items = [row(n) for n in range(10_001)]
    assert faults(await batch(as_, items)) == [("/items", "too_many")]
    answer = await batch(as_, items[:-1])
    assert (answer.status_code, answer.json()["created"]) == (200, 10_000)
    assert await stored(owner) == rows(10_000, 0, 10_000)
    async with owner.connect() as connection:
        wrong = await connection.scalar(
            text("select count(*) from observations where breakdown->>'sex' is null")
        )
        seqs = await connection.execute(text("select count(distinct subject_id) from changes"))
    assert (wrong, seqs.scalar()) == (0, 10_000)
    again = await batch(as_, items[1:])
    assert (again.json()["created"], again.json()["unchanged"]) == (1, 9_999)


async def test_batches_at_the_same_time_lose_nothing_and_double_nothing(as_, owner):
    """Each brings the same rows, with numbers of its own; one of them is what is there."""

    def items(turn: int) -> list[dict[str, Any]]:
        return [RIGHT | {"breakdown": {"sex": f"s{n}"}, "numerator": turn} for n in range(50)]

    answers = await asyncio.gather(*(batch(as_, items(turn)) for turn in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sorted(answer.json()["created"] for answer in answers) == [0, 0, 0, 50]
    assert await stored(owner) == rows(50, 150, 200)
    assert {each["version"] for each in await listed(as_)} == {4}


async def test_two_districts_may_enter_at_the_same_time(as_, owner):
    answers = await asyncio.gather(batch(as_, ROWS), batch(as_, ROWS, SOUTH))
    assert [answer.json()["created"] for answer in answers] == [4, 4]
    assert await stored(owner) == rows(8, 0, 8)


async def test_who_prefers_not_to_wait_is_told_later(as_, owner, house, app):
    headers = once() | {"Prefer": "respond-async"}
    answer = await steward(as_).post(f"{at()}/batch", json={"items": ROWS}, headers=headers)
    assert (answer.status_code, await stored(owner)) == (202, rows(0, 0, 0))
    assert await Worker(house.outbox, kinds_of_jobs(app)).work()
    job = (await steward(as_).get(answer.headers["location"])).json()
    assert (job["state"], job["total"], job["answer"]["created"]) == ("succeeded", 4, 4)
    assert await stored(owner) == rows(4, 0, 4)


@pytest.mark.parametrize("place", [SOUTH, UUID(int=7)])
async def test_another_district_takes_no_rows(as_, owner, place):
    answer = await steward(as_).post(f"{at(place)}/batch", json={"items": ROWS}, headers=once())
    assert answer.status_code == 404
    assert await stored(owner) == rows(0, 0, 0)


async def test_rows_that_name_what_is_anothers_are_of_what_is_not_there(as_):
    theirs = [
        RIGHT | {"measure": str(id_of("reading", SOUTH))},
        RIGHT | {"school": str(id_of("elm", SOUTH))},
    ]
    assert faults(await batch(as_, theirs)) == [
        ("/items/0/measure", "unknown_reference"),
        ("/items/1/school", "unknown_reference"),
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
async def test_stewards_and_planners_enter_observations_and_nobody_else(as_, owner, role):
    place = None if role.of_consortium else NORTH
    answer = await as_(role, place).post(f"{at()}/batch", json={"items": ROWS}, headers=once())
    may = role in {Role.DATA_STEWARD, Role.PLANNER}
    assert answer.status_code == (200 if may else 403)
    assert await stored(owner) == (rows(4, 0, 4) if may else rows(0, 0, 0))


async def test_lists_still_answer_after_whatever_was_sent(as_):
    await batch(as_, FAULTY)
    await spreadsheet(as_, BAD_FILES["an open quote"][0])
    await put(as_)
    assert len(await listed(as_)) == 1
