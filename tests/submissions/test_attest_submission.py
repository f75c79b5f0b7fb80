import pytest
from answers import FULL, at, attested, batch, put, read, rows, steward
from conftest import NORTH, account
from paths import open_round, step, told
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.audit import LedgerEntry
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def attest(as_, round_):
    return await steward(as_).post(f"{at(round_)}/submission/attest")


async def test_a_steward_attests_what_is_whole(as_):
    opened = await open_round(as_)
    done = await attested(as_, opened)
    assert done.pop("attested_at").endswith("Z")
    assert done == {
        "round_id": opened["id"],
        "district_id": str(NORTH),
        "state": "attested",
        "revision": 1,
        "attested_revision": 1,
        "attested_by": str(account(Role.DATA_STEWARD, NORTH)),
        "withdrawn_at": None,
        "items_answered": 6,
        "version": 3,
    }


async def test_what_is_missing_is_listed(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows({"survey": {"yes": True}, "advisory": {"level": 1}}))
    refused = await attest(as_, opened)
    body = refused.json()
    assert (refused.status_code, body["rule"]) == (409, "TR-24")
    assert [(fault["pointer"], fault["code"]) for fault in body["errors"]] == [
        (f"/{code}", "not_answered")
        for code in ("students-per-teacher", "expenditure", "who-coaches", "learned")
    ]


async def test_a_submission_without_an_answer_misses_them_all(as_):
    opened = await open_round(as_)
    refused = await attest(as_, opened)
    assert (refused.status_code, refused.json()["rule"]) == (409, "TR-24")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/{code}" for code in FULL]


async def test_nothing_is_attested_twice(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    again = await attest(as_, opened)
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


async def test_a_correction_counts_when_it_is_attested_in_turn(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    await put(as_, opened, "survey", {"yes": True})
    done = told(await attest(as_, opened), 200)
    assert (done["state"], done["revision"], done["attested_revision"]) == ("attested", 2, 2)


async def test_a_correction_in_review_is_attested_in_review(as_):
    opened = await open_round(as_)
    await attested(as_, opened)
    await step(as_, opened["id"], "close", "review")
    await put(as_, opened, "survey", {"yes": True, "reason": "Asked again."})
    assert told(await attest(as_, opened), 200)["attested_revision"] == 2


@pytest.mark.parametrize("steps", [["close"], ["close", "review", "lock"]])
async def test_a_round_that_takes_no_answers_takes_no_attestation(as_, steps):
    opened = await open_round(as_, review_days=0)
    await batch(as_, opened, rows())
    await step(as_, opened["id"], *steps)
    refused = await attest(as_, opened)
    assert (refused.status_code, refused.json()["rule"]) == (409, "TR-21")


@pytest.mark.parametrize(
    "role", [each for each in Role if each not in {Role.PUBLIC, Role.DATA_STEWARD}]
)
async def test_only_a_data_steward_attests(as_, role):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    place = None if role.of_consortium else NORTH
    refused = await as_(role, place).post(f"{at(opened)}/submission/attest")
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")


async def test_the_lock_of_the_round_locks_what_was_attested(as_):
    opened = await open_round(as_, review_days=0)
    await attested(as_, opened)
    await put(as_, opened, "survey", {"yes": True})
    await step(as_, opened["id"], "close", "review", "lock")
    whole = await read(as_, opened)
    told_ = (whole["state"], whole["revision"], whole["attested_revision"])
    assert told_ == ("locked", 2, 1)


async def test_the_ledger_tells_who_attested_which_revision(as_, owner):
    opened = await open_round(as_)
    await attested(as_, opened)
    async with AsyncSession(owner) as session:
        entries = await session.execute(
            select(LedgerEntry.account_id, LedgerEntry.district_id, LedgerEntry.detail).where(
                LedgerEntry.action == "submission:attest"
            )
        )
    who = account(Role.DATA_STEWARD, NORTH)
    assert [tuple(entry) for entry in entries] == [(who, NORTH, {"revision": 1, "answers": 6})]
