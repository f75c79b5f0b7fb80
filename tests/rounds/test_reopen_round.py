"""A published round is put in review again, for corrections that a release of their own tells."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from answers import at as of_district
from answers import attested, batch, put, rows, steward
from conftest import NORTH, SOUTH, account
from paths import ledger_of, locked_round, open_round, step, told
from sqlalchemy import text

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
MORNING = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
WHY = {"reason": "Two districts counted substitutes twice."}


async def published(as_, owner):
    """A round that says it was published, with what one district attested, and another not."""
    opened = await open_round(as_, review_days=0)
    await attested(as_, opened)
    await put(as_, opened, "survey", {"yes": True}, SOUTH)
    await step(as_, opened["id"], "close", "review", "lock")
    async with owner.begin() as connection:
        await connection.execute(text("update rounds set stage = 'published'"))
    return opened


async def reopened(as_, round_id, role=Role.ANALYST, body=WHY):
    place = None if role.of_consortium else NORTH
    return await as_(role, place).post(f"/v1/rounds/{round_id}/reopen", json=body)


async def state_of(as_, round_, district):
    path = f"{of_district(round_, district)}/submission"
    return told(await steward(as_, district).get(path), 200)["state"]


async def test_a_published_round_is_reviewed_again_for_its_days(as_, owner, monkeypatch):
    round_ = await published(as_, owner)
    async with as_(Role.ANALYST) as analyst:
        before = told(await analyst.get(f"/v1/rounds/{round_['id']}"), 200)
    monkeypatch.setattr("app.clock.now", lambda: MORNING)
    body = told(await reopened(as_, round_["id"]), 200)
    assert body == before | {
        "stage": "in_review",
        "review_until": "2026-09-01T08:30:00Z",
        "version": before["version"] + 1,
    }
    assert [await state_of(as_, round_, each) for each in (NORTH, SOUTH)] == ["attested", "draft"]


async def test_the_reason_is_kept_and_every_member_reads_it(as_, owner, monkeypatch):
    round_ = await published(as_, owner)
    monkeypatch.setattr("app.clock.now", lambda: MORNING)
    await reopened(as_, round_["id"])
    path = f"/v1/rounds/{round_['id']}/reopenings"
    (kept,) = told(await as_(Role.VIEWER, SOUTH).get(path), 200)["data"]
    assert kept == {
        "id": kept["id"],
        "round_id": round_["id"],
        "reason": WHY["reason"],
        "reopened_by": str(account(Role.ANALYST)),
        "reopened_at": "2026-09-01T08:30:00Z",
    }
    entries = await ledger_of(owner, f"round:{round_['id']}")
    assert entries[-1] == (
        "round:advance",
        "done",
        "TR-21",
        {"step": "reopen", "submissions": 1},
    )


async def test_answers_are_corrected_with_a_reason_late_ones_too(as_, owner):
    round_ = await published(as_, owner)
    told(await reopened(as_, round_["id"]), 200)
    refused = await put(as_, round_, "expenditure", {"value": 1})
    assert (refused.status_code, refused.json()["rule"]) == (409, "TR-21")
    correction = {"value": 1, "reason": "A slip."}
    assert (await put(as_, round_, "expenditure", correction)).status_code == 200
    late = await batch(as_, round_, rows(reason="We joined late."), SOUTH)
    assert late.status_code == 200


async def test_a_round_that_is_locked_for_the_first_time_is_released_before(as_):
    round_ = await locked_round(as_)
    refused = await reopened(as_, round_["id"])
    told_ = (refused.status_code, refused.json()["code"], refused.json()["rule"])
    assert told_ == (409, "conflict", "TR-21")


@pytest.mark.parametrize("stage", ["scheduled", "open", "closed", "in_review"])
async def test_a_round_that_is_not_locked_is_not_put_in_review_again(as_, owner, stage):
    round_ = await locked_round(as_)
    async with owner.begin() as connection:
        await connection.execute(text(f"update rounds set stage = '{stage}'"))
    refused = await reopened(as_, round_["id"])
    told_ = (refused.status_code, refused.json()["code"], refused.json()["rule"])
    assert told_ == (409, "invalid_transition", "TR-21")


async def test_a_reason_is_needed_and_an_absent_round_is_not_found(as_, owner):
    round_ = await published(as_, owner)
    (fault,) = told(await reopened(as_, round_["id"], body={}), 422)["errors"]
    assert (fault["pointer"], fault["code"]) == ("/reason", "required")
    assert (await reopened(as_, uuid4())).status_code == 404
    path = f"/v1/rounds/{uuid4()}/reopenings"
    assert (await as_(Role.VIEWER, NORTH).get(path)).status_code == 404


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.PUBLIC, Role.ANALYST}])
async def test_only_an_analyst_puts_it_in_review_again(as_, owner, role):
    round_ = await published(as_, owner)
    refused = await reopened(as_, round_["id"], role)
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-02")
