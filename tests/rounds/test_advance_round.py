from asyncio import create_task, gather, sleep
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from answers import at as of_district
from answers import attested, put, steward
from conftest import NORTH, SOUTH
from paths import ledger_of, open_round, scheduled_round, step, told
from sqlalchemy import text

from app.submissions.models import Submission
from app.vocabulary import Role, SubmissionState

pytestmark = pytest.mark.anyio
MORNING = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
MORNING_TOLD = "2026-09-01T08:30:00Z"


@pytest.fixture
def at(monkeypatch):
    """Say what time it is."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr("app.clock.now", lambda: moment)

    return at


async def state_of(as_, round_: dict, district: UUID) -> str:
    """Where the submission of a district stands."""
    path = f"{of_district(round_, district)}/submission"
    return told(await steward(as_, district).get(path), 200)["state"]


async def test_a_closed_round_keeps_the_time(as_, at):
    opened = await open_round(as_)
    at(MORNING)
    closed = await step(as_, opened["id"], "close")
    assert closed == opened | {"stage": "closed", "closed_at": MORNING_TOLD, "version": 3}


async def test_the_review_ends_after_the_days_of_the_round(as_, at):
    closed = await step(as_, (await open_round(as_))["id"], "close")
    at(MORNING)
    reviewed = await step(as_, closed["id"], "review")
    until = {"stage": "in_review", "review_until": "2026-09-11T08:30:00Z", "version": 4}
    assert reviewed == closed | until


async def test_a_round_is_not_locked_before_its_review_is_over(as_, at):
    opened = await open_round(as_, review_days=3)
    at(MORNING)
    reviewed = await step(as_, opened["id"], "close", "review")
    at(MORNING + timedelta(days=3, microseconds=-1))
    async with as_(Role.ANALYST) as analyst:
        body = told(await analyst.post(f"/v1/rounds/{opened['id']}/lock"), 409)
        assert told(await analyst.get(f"/v1/rounds/{opened['id']}"), 200) == reviewed
    assert (body["code"], body["rule"]) == ("conflict", "TR-21")


async def test_a_round_is_locked_from_the_end_of_its_review_on(as_, at):
    opened = await open_round(as_, review_days=3)
    at(MORNING - timedelta(days=3))
    reviewed = await step(as_, opened["id"], "close", "review")
    at(MORNING)
    locked = await step(as_, opened["id"], "lock")
    assert locked == reviewed | {"stage": "locked", "locked_at": MORNING_TOLD, "version": 5}


async def test_the_lock_of_a_round_locks_what_is_attested_in_it_and_nothing_else(as_, owner):
    one, other = await open_round(as_, review_days=0), await open_round(as_, review_days=0)
    for round_ in (one, other):
        await attested(as_, round_, district=NORTH)
        told(await put(as_, round_, "survey", {"yes": True}, district=SOUTH), 201)
    await step(as_, one["id"], "close", "review", "lock")
    states = [
        await state_of(as_, round_, district)
        for round_ in (one, other)
        for district in (NORTH, SOUTH)
    ]
    assert states == ["locked", "draft", "attested", "draft"]
    assert (await ledger_of(owner, f"round:{one['id']}"))[-1] == (
        "round:advance",
        "done",
        "TR-21",
        {"step": "lock", "submissions": 1},
    )


async def test_the_lock_of_a_round_leaves_what_was_withdrawn(as_):
    opened = await open_round(as_, review_days=0)
    await attested(as_, opened)
    path = f"{of_district(opened)}/submission/withdraw"
    told(await steward(as_).post(path, json={"reason": "A wrong year."}), 200)
    await step(as_, opened["id"], "close", "review", "lock")
    assert await state_of(as_, opened, NORTH) == "withdrawn"


async def test_the_lock_of_a_round_leaves_a_withdrawal_whatever_is_noted_beside_it(as_, given):
    opened = await open_round(as_, review_days=0)
    withdrawn = Submission(
        district_id=NORTH,
        round_id=UUID(opened["id"]),
        state=SubmissionState.WITHDRAWN,
        revision=1,
        attested_revision=1,
        items_answered=0,
    )
    await given(withdrawn)
    await step(as_, opened["id"], "close", "review", "lock")
    assert await state_of(as_, opened, NORTH) == "withdrawn"


async def test_the_lock_of_a_round_locks_what_was_attested_before_a_later_draft(as_):
    opened = await open_round(as_, review_days=0)
    await attested(as_, opened)
    await step(as_, opened["id"], "close", "review")
    correction = {"yes": True, "reason": "The survey was found."}
    told(await put(as_, opened, "survey", correction), 200)
    assert await state_of(as_, opened, NORTH) == "draft"
    await step(as_, opened["id"], "lock")
    assert await state_of(as_, opened, NORTH) == "locked"


async def test_of_many_who_open_a_round_at_once_one_does(as_):
    path = f"/v1/rounds/{(await scheduled_round(as_))['id']}/open"
    async with as_(Role.ANALYST) as analyst:
        answers = await gather(*(analyst.post(path) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        ("open", []),
        ("close", ["open"]),
        ("review", ["open", "close"]),
        ("lock", ["open", "close", "review"]),
    ],
)
async def test_a_stage_waits_for_who_relies_on_the_one_before(as_, owner, verb, before):
    """An answer that is being entered shares the round; it ends before the stage changes."""
    round_id = (await scheduled_round(as_, review_days=0))["id"]
    if before:
        await step(as_, round_id, *before)
    share = text("select pg_advisory_xact_lock_shared(hashtextextended(:name, 34))")
    async with owner.begin() as connection:
        await connection.execute(share, {"name": f"round:{round_id}"})
        change = create_task(step(as_, round_id, verb))
        await sleep(0.2)
        assert not change.done()
    assert (await change)["id"] == round_id


async def test_a_group_waits_for_the_stage_that_is_being_changed(as_, owner):
    round_id = (await scheduled_round(as_))["id"]
    draft = {"basis": "county", "name": "Butte", "district_ids": [str(NORTH)]}
    alone = text("select pg_advisory_xact_lock(hashtextextended(:name, 34))")
    async with as_(Role.ANALYST) as analyst:
        async with owner.begin() as connection:
            await connection.execute(alone, {"name": f"round:{round_id}"})
            fix = create_task(analyst.post(f"/v1/rounds/{round_id}/peer-groups", json=draft))
            await sleep(0.2)
            assert not fix.done()
            opened = text("update rounds set stage = 'open' where id = :id")
            await connection.execute(opened, {"id": round_id})
        assert told(await fix, 409)["rule"] == "TR-21"


@pytest.mark.parametrize("verb", ["open", "close", "review", "lock"])
@pytest.mark.parametrize(
    ("role", "place"), [(Role.CONSORTIUM_ADMIN, None), (Role.DATA_STEWARD, NORTH)]
)
async def test_only_an_analyst_moves_a_round(as_, verb, role, place):
    round_id = (await scheduled_round(as_))["id"]
    body = told(await as_(role, place).post(f"/v1/rounds/{round_id}/{verb}"), 403)
    assert body["rule"] == "TR-02"


@pytest.mark.parametrize("verb", ["open", "close", "review", "lock"])
async def test_a_round_that_is_not_there_is_not_moved(as_, verb):
    told(await as_(Role.ANALYST).post(f"/v1/rounds/{UUID(int=7)}/{verb}"), 404)


async def test_every_stage_is_in_the_ledger(as_, owner):
    opened = await open_round(as_, review_days=0)
    await step(as_, opened["id"], "close", "review", "lock")
    entries = await ledger_of(owner, f"round:{opened['id']}")
    assert [(action, rule, detail["step"]) for action, _, rule, detail in entries] == [
        ("round:schedule", None, "schedule"),
        ("round:advance", "TR-21", "open"),
        ("round:advance", "TR-21", "close"),
        ("round:advance", "TR-21", "review"),
        ("round:advance", "TR-21", "lock"),
    ]
