"""A POST with a key is done once, and its answer is given again."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from conftest import NORTH
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now
from app.districts.models import District
from app.policy.idempotency import IdempotencyRecord
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
DRAFT = {
    "name": "Kept Once Invented Unified",
    "state": "CA",
    "external_ids": {"ca_cds": "kept-4711"},
}
KEY = {"Idempotency-Key": "first-try"}


async def admitted(owner) -> int:
    async with AsyncSession(owner) as session:
        asked = select(func.count()).select_from(District).where(District.name == DRAFT["name"])
        return await session.scalar(asked)


async def test_the_same_request_is_given_the_same_answer_and_done_once(as_, owner):
    admin = as_(Role.CONSORTIUM_ADMIN)
    first = await admin.post("/v1/districts", json=DRAFT, headers=KEY)
    again = await admin.post("/v1/districts", json=DRAFT, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert await admitted(owner) == 1


async def test_quotation_marks_are_no_part_of_a_key(as_, owner):
    admin = as_(Role.CONSORTIUM_ADMIN)
    first = await admin.post("/v1/districts", json=DRAFT, headers=KEY)
    again = await admin.post(
        "/v1/districts", json=DRAFT, headers={"Idempotency-Key": '"first-try"'}
    )
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")


async def test_another_body_under_the_key_is_refused(as_, owner):
    admin = as_(Role.CONSORTIUM_ADMIN)
    await admin.post("/v1/districts", json=DRAFT, headers=KEY)
    other = await admin.post("/v1/districts", json=DRAFT | {"state": "NV"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = await admin.post(f"/v1/districts/{NORTH}/pause", headers=KEY)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_key_belongs_to_one_account(as_, given, owner):
    await as_(Role.CONSORTIUM_ADMIN).post("/v1/districts", json=DRAFT, headers=KEY)
    analyst = await as_(Role.ANALYST).post("/v1/districts", json=DRAFT, headers=KEY)
    assert (analyst.status_code, analyst.json()["rule"]) == (403, "TR-02")


async def test_a_request_that_failed_is_judged_anew(as_, owner):
    admin = as_(Role.CONSORTIUM_ADMIN)
    bad = await admin.post("/v1/districts", json=DRAFT | {"state": "California"}, headers=KEY)
    assert bad.status_code == 422
    good = await admin.post("/v1/districts", json=DRAFT, headers=KEY)
    assert good.status_code == 201


async def test_twenty_at_once_make_one_row(as_, owner):
    admin = as_(Role.CONSORTIUM_ADMIN)
    answers = await asyncio.gather(
        *[admin.post("/v1/districts", json=DRAFT, headers=KEY) for _ in range(20)]
    )
    count = Counter(answer.status_code for answer in answers)
    told = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert count[201] + count[409] == 20
    assert count[201] >= 1
    assert told <= {"in_progress"}
    assert await admitted(owner) == 1


async def test_what_must_not_happen_twice_needs_a_key(as_):
    answer = await as_(Role.CONSORTIUM_ADMIN).post("/v1/districts/batch", json={"items": [DRAFT]})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


async def test_what_is_kept_is_sealed(as_, owner):
    """TR-29: nothing of the answer can be read in the table."""
    await as_(Role.CONSORTIUM_ADMIN).post("/v1/districts", json=DRAFT, headers=KEY)
    async with owner.connect() as connection:
        row = (await connection.execute(text("select r::text from idempotency_records r"))).one()[0]
        sealed = await connection.scalar(select(IdempotencyRecord.sealed))
    assert ("kept-4711" in row, "Kept Once" in row) == (False, False)
    assert (b"kept-4711" in sealed, b"Kept Once" in sealed) == (False, False)


async def test_an_answer_is_kept_for_a_day(as_, owner):
    admin = as_(Role.CONSORTIUM_ADMIN)
    await admin.post("/v1/districts", json=DRAFT, headers=KEY)
    async with AsyncSession(owner) as session, session.begin():
        await session.execute(
            update(IdempotencyRecord).values(created_at=now() - timedelta(hours=24, seconds=1))
        )
    later = await admin.post("/v1/districts", json=DRAFT | {"county": "Butte"}, headers=KEY)
    assert (later.status_code, later.json()["county"]) == (200, "Butte")


async def test_a_secret_is_shown_once(as_):
    """TR-29: the replay of an answer that held a secret holds none."""
    admin = as_(Role.CONSORTIUM_ADMIN)
    draft = {"name": "a laptop"}
    first = await admin.post("/v1/me/keys", json=draft, headers=KEY)
    again = await admin.post("/v1/me/keys", json=draft, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["secret"].startswith("c34_")
    assert again.json() == first.json() | {"secret": None}
