import pytest
from answers import at, attested, batch, put, read, rows, steward
from conftest import NORTH, account
from paths import open_round, step, told
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.audit import LedgerEntry
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
WHY = {"reason": "We found 12 schools counted twice."}


async def withdraw(as_, round_, role=Role.DATA_STEWARD):
    return await as_(role, NORTH).post(f"{at(round_)}/submission/withdraw", json=WHY)


@pytest.mark.parametrize("role", [Role.DATA_STEWARD, Role.SUPERINTENDENT])
async def test_a_district_takes_its_answers_out_and_says_why(as_, role):
    opened = await open_round(as_)
    await attested(as_, opened)
    done = told(await withdraw(as_, opened, role), 200)
    whole = await read(as_, opened)
    assert {name: whole[name] for name in done} == done
    assert whole["withdrawals"] == [
        {
            "revision": 1,
            "reason": WHY["reason"],
            "withdrawn_by": str(account(role, NORTH)),
            "withdrawn_at": done["withdrawn_at"],
        }
    ]
    assert [done[name] for name in ("state", "attested_revision", "attested_by")] == [
        "withdrawn",
        None,
        None,
    ]


async def test_entering_again_begins_a_new_draft_from_what_is_there(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    await withdraw(as_, opened)
    await put(as_, opened, "survey", {"yes": False})
    whole = await read(as_, opened)
    assert (whole["state"], whole["revision"], whole["withdrawn_at"]) == ("draft", 2, None)
    again = told(await steward(as_).post(f"{at(opened)}/submission/attest"), 200)
    assert (again["attested_revision"], again["items_answered"]) == (2, 6)


async def test_what_is_not_begun_is_not_withdrawn(as_):
    opened = await open_round(as_)
    answer = await withdraw(as_, opened)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_nothing_is_withdrawn_twice(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    await withdraw(as_, opened)
    again = await withdraw(as_, opened)
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


async def test_a_withdrawal_says_why(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    answer = await steward(as_).post(f"{at(opened)}/submission/withdraw", json={})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")


@pytest.mark.parametrize(
    ("steps", "status"),
    [(["close"], 200), (["close", "review"], 200), (["close", "review", "lock"], 409)],
)
async def test_a_withdrawal_comes_before_the_lock(as_, steps, status):
    opened = await open_round(as_, review_days=0)
    await attested(as_, opened)
    await step(as_, opened["id"], *steps)
    answer = await withdraw(as_, opened)
    assert (answer.status_code, answer.json().get("rule")) == (
        status,
        None if status == 200 else "TR-21",
    )


async def test_a_draft_that_the_lock_left_behind_stays_as_it_is(as_):
    opened = await open_round(as_, review_days=0)
    await batch(as_, opened, rows())
    await step(as_, opened["id"], "close", "review", "lock")
    answer = await withdraw(as_, opened)
    assert (answer.status_code, answer.json()["rule"]) == (409, "TR-21")


@pytest.mark.parametrize(
    "role",
    [r for r in Role if r not in {Role.PUBLIC, Role.DATA_STEWARD, Role.SUPERINTENDENT}],
)
async def test_others_do_not_withdraw(as_, role):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    place = None if role.of_consortium else NORTH
    answer = await as_(role, place).post(f"{at(opened)}/submission/withdraw", json=WHY)
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


async def test_the_ledger_tells_of_it_without_the_reason(as_, owner):
    opened = await open_round(as_)
    await attested(as_, opened)
    await withdraw(as_, opened)
    async with AsyncSession(owner) as session:
        entries = await session.execute(
            select(LedgerEntry.district_id, LedgerEntry.detail).where(
                LedgerEntry.action == "submission:withdraw"
            )
        )
    assert [tuple(entry) for entry in entries] == [(NORTH, {"revision": 1, "answers": 6})]
