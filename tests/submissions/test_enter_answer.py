from uuid import uuid4

import pytest
from answers import FULL, at, attested, faults, put, read, said, steward
from conftest import NORTH, SOUTH, account
from paths import open_round, scheduled_round, step
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.audit import LedgerEntry
from app.submissions.models import Answer
from app.vocabulary import Role, RoundStage

pytestmark = pytest.mark.anyio
STEPS = {
    RoundStage.OPEN: [],
    RoundStage.CLOSED: ["close"],
    RoundStage.IN_REVIEW: ["close", "review"],
    RoundStage.LOCKED: ["close", "review", "lock"],
}


async def versions(owner) -> int:
    async with AsyncSession(owner) as session:
        return await session.scalar(select(func.count()).select_from(Answer))


@pytest.mark.parametrize("code", FULL)
async def test_an_answer_of_each_kind_is_entered_and_read_back(as_, code):
    opened = await open_round(as_)
    made = await put(as_, opened, code, FULL[code])
    assert (made.status_code, said(made.json())) == (201, {"status": "reported"} | FULL[code])
    assert (await read(as_, opened))["answers"] == [made.json()]


async def test_a_correction_is_a_new_version_and_the_old_one_stays(as_, owner):
    opened = await open_round(as_)
    await put(as_, opened, "expenditure", {"value": 6385})
    corrected = await put(as_, opened, "expenditure", {"value": 6386})
    told = corrected.json()
    assert (corrected.status_code, told["version"], told["value"]) == (200, 2, 6386)
    assert await versions(owner) == 2


async def test_who_says_the_same_again_changes_nothing(as_, owner):
    opened = await open_round(as_)
    first = await put(as_, opened, "expenditure", {"value": 6385})
    again = await put(as_, opened, "expenditure", {"value": 6385.0, "reason": "To be sure."})
    assert (again.status_code, again.json()) == (200, first.json())
    assert await versions(owner) == 1


async def test_no_answer_is_an_answer_with_its_reason(as_):
    opened = await open_round(as_)
    silent = {"status": "not_collected", "comment": "We count next year."}
    made = await put(as_, opened, "students-per-teacher", silent)
    assert (made.status_code, said(made.json())) == (201, silent)


@pytest.mark.parametrize(
    ("code", "answer", "told"),
    [
        ("students-per-teacher", {}, [("/numerator", "required"), ("/denominator", "required")]),
        (
            "students-per-teacher",
            {"numerator": 195, "denominator": 0},
            [("/denominator", "zero_denominator")],
        ),
        (
            "students-per-teacher",
            {"numerator": -1, "denominator": -2, "level": 0},
            [
                ("/numerator", "out_of_range"),
                ("/denominator", "out_of_range"),
                ("/level", "out_of_range"),
            ],
        ),
        (
            "students-per-teacher",
            {"numerator": 10_000, "denominator": 10},
            [("/numerator", "out_of_range")],
        ),
        (
            "students-per-teacher",
            {"value": 17.9},
            [
                ("/numerator", "required"),
                ("/denominator", "required"),
                ("/value", "not_for_this_item"),
            ],
        ),
        ("expenditure", {"value": 6384.91}, [("/value", "too_many_decimals")]),
        ("expenditure", {"value": "6385"}, [("/value", "not_a_number")]),
        (
            "expenditure",
            {"numerator": 1, "yes": True},
            [
                ("/value", "required"),
                ("/numerator", "not_for_this_item"),
                ("/yes", "not_for_this_item"),
            ],
        ),
        ("advisory", {"level": 5}, [("/level", "out_of_range")]),
        ("advisory", {"level": 2.0}, [("/level", "not_a_whole_number")]),
        ("who-coaches", {"option": "Nobody"}, [("/option", "not_one_of")]),
        ("survey", {"yes": "true"}, [("/yes", "not_a_flag")]),
        ("learned", {"text": ""}, [("/text", "empty")]),
        ("learned", {"words": "many"}, [("/words", "unknown_member")]),
        (
            "survey",
            {"status": "not_applicable", "yes": True},
            [("/comment", "required"), ("/yes", "not_for_this_status")],
        ),
    ],
)
async def test_what_does_not_fit_its_item_is_refused_with_every_fault(as_, code, answer, told):
    opened = await open_round(as_)
    assert faults(await put(as_, opened, code, answer)) == told


@pytest.mark.parametrize(
    ("code", "answer", "detail"),
    [
        ("who-coaches", {"option": "Nobody"}, "One of 'a colleague', 'the principal', 'nobody'."),
        (
            "expenditure",
            {"value": "6,385"},
            "Not a number: one is written as 1234.5, with nothing beside it.",
        ),
    ],
)
async def test_what_could_stand_there_is_told(as_, code, answer, detail):
    opened = await open_round(as_)
    (fault,) = (await put(as_, opened, code, answer)).json()["errors"]
    assert fault["detail"] == detail


async def test_a_ratio_without_a_denominator_is_told_what_to_answer(as_):
    opened = await open_round(as_)
    body = {"numerator": 195, "denominator": 0}
    (fault,) = (await put(as_, opened, "students-per-teacher", body)).json()["errors"]
    assert fault["detail"] == (
        "A ratio needs a denominator above 0. Where there is none, answer not_collected or"
        " not_applicable, with a comment."
    )


async def test_an_absent_item_is_not_found(as_):
    opened = await open_round(as_)
    answer = await put(as_, opened, "no-such-item", {"value": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_after_attesting_a_change_begins_a_new_draft_and_what_was_attested_stays(as_):
    opened = await open_round(as_)
    first = await attested(as_, opened)
    await put(as_, opened, "survey", {"yes": False})
    assert (await read(as_, opened))["state"] == "attested"
    await put(as_, opened, "survey", {"yes": True})
    draft = await read(as_, opened)
    told = (draft["state"], draft["revision"], draft["attested_revision"], draft["attested_at"])
    assert told == ("draft", 2, 1, first["attested_at"])
    assert [answer["revision"] for answer in draft["answers"]] == [1, 1, 1, 1, 2, 1]


@pytest.mark.parametrize("stage", STEPS)
async def test_a_round_takes_answers_while_open_and_corrections_in_review(as_, stage):
    opened = await open_round(as_, review_days=0)
    await step(as_, opened["id"], *STEPS[stage]) if STEPS[stage] else None
    answer = await put(as_, opened, "survey", {"yes": True, "reason": "Counted again."})
    takes = stage in {RoundStage.OPEN, RoundStage.IN_REVIEW}
    expected = (201, None) if takes else (409, "TR-21")
    assert (answer.status_code, answer.json().get("rule")) == expected


async def test_a_round_that_has_not_opened_takes_no_answer(as_):
    scheduled = await scheduled_round(as_)
    answer = await put(as_, scheduled, "survey", {"yes": True})
    assert (answer.status_code, answer.json()["rule"]) == (409, "TR-21")


async def test_a_correction_in_review_gives_its_reason_and_the_history_keeps_it(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    await step(as_, opened["id"], "close", "review")
    without = await put(as_, opened, "survey", {"yes": True})
    assert (without.status_code, without.json()["rule"]) == (409, "TR-21")
    given = await put(as_, opened, "survey", {"yes": True, "reason": "Asked again."})
    assert (given.status_code, given.json()["reason"]) == (200, "Asked again.")


@pytest.mark.parametrize(
    "role", [each for each in Role if each not in {Role.PUBLIC, Role.DATA_STEWARD}]
)
async def test_only_a_data_steward_enters(as_, role):
    opened = await open_round(as_)
    place = None if role.of_consortium else NORTH
    answer = await as_(role, place).put(f"{at(opened)}/answers/survey", json={"yes": True})
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


async def test_another_districts_looks_absent_and_runs_the_same_statements(as_, owner):
    opened = await open_round(as_)
    caller, ran = steward(as_), []

    def record(_connection, _cursor, statement, *_):
        ran.append(statement)

    paths = [at(opened, SOUTH), at(opened, uuid4()), at({"id": str(uuid4())})]
    tails = [
        ("PUT", "/answers/survey", {"yes": True}),
        ("POST", "/submission/attest", None),
        ("POST", "/submission/withdraw", {"reason": "Why not."}),
    ]
    event.listen(Engine, "before_cursor_execute", record)
    try:
        for method, tail, body in tails:
            seen = []
            for path in paths:
                ran.clear()
                answer = await caller.request(method, path + tail, json=body)
                told = answer.json() | {"instance": "", "request_id": ""}
                seen.append((answer.status_code, told, list(ran)))
            assert seen[0][0] == 404
            assert seen[1:] == [seen[0], seen[0]]
    finally:
        event.remove(Engine, "before_cursor_execute", record)
    assert await versions(owner) == 0


async def test_the_ledger_counts_what_was_entered_and_tells_no_value(as_, owner):
    opened = await open_round(as_)
    await put(as_, opened, "expenditure", {"value": 6385})
    await put(as_, opened, "expenditure", {"value": 6386})
    async with AsyncSession(owner) as session:
        entries = await session.execute(
            select(
                LedgerEntry.account_id,
                LedgerEntry.district_id,
                LedgerEntry.outcome,
                LedgerEntry.detail,
            )
            .where(LedgerEntry.action == "submission:enter")
            .order_by(LedgerEntry.at)
        )
    who = account(Role.DATA_STEWARD, NORTH)
    count = {"revision": 1, "new": 0, "corrected": 0, "unchanged": 0, "in_review": False}
    assert [tuple(entry) for entry in entries] == [
        (who, NORTH, "done", count | {"new": 1}),
        (who, NORTH, "done", count | {"corrected": 1}),
    ]
