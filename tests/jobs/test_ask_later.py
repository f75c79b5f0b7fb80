"""Asking for long work: 202, a job, and nothing done yet; who may ask, and what is kept of it."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from answers import once
from conftest import NORTH, SOUTH, account, key_id
from jobs.conftest import BATCH, LATER, admitted, detail, districts, put_off, row_of
from paths import told
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import now
from app.policy.outbox import MOST_WAITING, Job
from app.vocabulary import Role
from app.wire.later import prefers_later

pytestmark = pytest.mark.anyio
CANARY = "Canary of the lagoon 4711"


async def jobs_there(owner) -> int:
    async with AsyncSession(owner) as session:
        return await session.scalar(select(func.count()).select_from(Job))


async def test_who_prefers_not_to_wait_is_told_of_a_job_and_nothing_is_done_yet(admin, owner):
    body = districts("East Invented Unified")
    answer = await admin.post(BATCH, json=body, headers=once() | LATER)
    job = told(answer, 202)
    assert job == {
        "id": job["id"],
        "action": "district:admit",
        "kind": "request",
        "state": "queued",
        "done": 0,
        "total": None,
        "attempts": 0,
        "cancel_asked": False,
        "problem_code": None,
        "created_at": job["created_at"],
        "started_at": None,
        "finished_at": None,
        "version": 1,
    }
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert answer.headers["preference-applied"] == "respond-async"
    assert await detail(admin, job) == job | {"problem": None, "answer": None}
    assert told(await admin.get("/v1/jobs"), 200)["data"] == [job]
    assert await admitted(owner) == []


@pytest.mark.parametrize(
    ("told_in", "later"),
    [
        ([b"respond-async"], True),
        ([b"wait=10, Respond-Async"], True),
        ([b"wait=10", b"respond-async; x=y"], True),
        ([b"return=minimal, wait=10"], False),
        ([b'note="a, respond-async"'], False),
        ([b"respond-asynchronously"], False),
        ([], False),
    ],
)
def test_a_preference_is_read_as_rfc_7240_writes_it(told_in, later):
    assert prefers_later([(b"prefer", value) for value in told_in]) is later


@pytest.mark.parametrize("preferred", [{}, {"Prefer": "wait=10"}])
async def test_who_does_not_prefer_it_waits(admin, owner, preferred):
    answer = await admin.post(BATCH, json=districts("East"), headers=once() | preferred)
    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    assert "preference-applied" not in answer.headers
    assert await jobs_there(owner) == 0


async def test_what_shows_a_secret_once_is_not_done_later(as_, owner):
    person = {"role": "viewer", "district_id": str(NORTH), "subject": "p-1"}
    keeper = as_(Role.SUPERINTENDENT, NORTH)
    body = {"items": [person | {"display_name": "A person", "with_key": True}]}
    answer = await keeper.post("/v1/memberships/batch", json=body, headers=once() | LATER)
    (row,) = told(answer, 200)["results"]
    assert (row["status"], row["secret"][:4]) == ("created", "c34_")
    assert await jobs_there(owner) == 0


async def test_what_is_not_long_is_done_at_once(admin, owner):
    draft = {"name": "East Invented Unified", "state": "CA"}
    told(await admin.post("/v1/districts", json=draft, headers=LATER), 201)
    assert await jobs_there(owner) == 0


async def test_the_same_request_is_queued_once(admin, owner):
    key, body = once(), districts("East")
    first = await admin.post(BATCH, json=body, headers=key | LATER)
    again = await admin.post(BATCH, json=body, headers=key | LATER)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    for name in ("location", "preference-applied"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["idempotent-replayed"] == "true"
    assert await jobs_there(owner) == 1
    other = await admin.post(BATCH, json=districts("West"), headers=key | LATER)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_twenty_at_once_under_one_key_are_one_job(admin, owner):
    key, body = once(), districts("East")
    answers = await asyncio.gather(
        *[admin.post(BATCH, json=body, headers=key | LATER) for _ in range(20)]
    )
    count = Counter(answer.status_code for answer in answers)
    assert count[202] + count[409] == 20
    assert await jobs_there(owner) == 1


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        (LATER, b'{"items": [{}]}', 400, "idempotency_key_required"),
        (LATER | once(), b'{"items": ', 400, "malformed_json"),
        (LATER | once() | {"Content-Type": "text/plain"}, b"x", 415, "unsupported_media_type"),
    ],
)
async def test_what_cannot_be_taken_is_refused_at_once_and_leaves_no_job(
    admin, owner, headers, content, status, code
):
    told_as = {"Content-Type": "application/json"} | headers
    answer = await admin.post(BATCH, content=content, headers=told_as)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await jobs_there(owner) == 0


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
async def test_who_may_not_do_it_may_not_ask_for_it_later(as_, owner, role):
    caller = as_(role, None if role.of_consortium else NORTH)
    answer = await caller.post(BATCH, json=districts("East"), headers=once() | LATER)
    if role is Role.CONSORTIUM_ADMIN:
        assert (answer.status_code, await jobs_there(owner)) == (202, 1)
    else:
        assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")
        assert await jobs_there(owner) == 0


async def test_a_scope_narrows_what_may_be_asked_for(as_, owner):
    narrow = as_(Role.CONSORTIUM_ADMIN, scopes="own_job:read")
    answer = await narrow.post(BATCH, json=districts("East"), headers=once() | LATER)
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-01")
    assert await jobs_there(owner) == 0
    unread = await as_(Role.CONSORTIUM_ADMIN, scopes="district:admit").get("/v1/jobs")
    assert (unread.status_code, unread.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
async def test_nobody_sees_or_stops_the_job_of_another(as_, later, owner, role):
    """The job is another's of the same consortium, and looks as if it were not there (TR-05)."""
    job = await later(caller=as_(Role.CONSORTIUM_ADMIN))
    if role is Role.CONSORTIUM_ADMIN:
        await put_off(owner, f"account_id = '{account(Role.ANALYST)}'")
    caller = as_(role, None if role.of_consortium else SOUTH)
    path = f"/v1/jobs/{job['id']}"
    assert told(await caller.get("/v1/jobs"), 200)["data"] == []
    answers = [await caller.get(path), await caller.post(f"{path}/cancel")]
    absent = await caller.get("/v1/jobs/0198c0de-7c3a-7000-8000-3f1c0ffee001")
    apart = {"instance", "request_id"}
    for answer in answers:
        assert answer.status_code == 404
        same = {k: v for k, v in answer.json().items() if k not in apart}
        assert same == {k: v for k, v in absent.json().items() if k not in apart}


async def test_what_is_asked_and_what_came_of_it_are_sealed(admin, later, worker, owner):
    """TR-29: nothing of either can be read in the table; what was asked is gone at the end."""
    job = await later(CANARY, mode="best_effort")
    asked = await row_of(owner, job)
    assert await worker.work()
    ended = await row_of(owner, job)
    async with owner.connect() as connection:
        row = (await connection.execute(text("select j::text from jobs j"))).scalar_one()
    told_of = await detail(admin, job)
    assert len(asked.asked) > len(CANARY)
    assert [CANARY.encode() in part for part in (asked.asked, ended.answer, row.encode())] == [
        False,
        False,
        False,
    ]
    assert told_of["answer"]["results"][0]["id"].encode() not in ended.answer
    assert ended.asked == b""


@pytest.mark.parametrize(
    "change",
    [
        "scopes = 'district:admit'",
        f"account_id = '{account(Role.ANALYST)}'",
        "kind = 'request' , action = 'district:read'",
        f"key_id = '{key_id(Role.ANALYST)}'",
    ],
)
async def test_a_job_whose_row_was_tampered_with_is_not_done(later, worker, owner, change):
    """What it may do is part of its seal: whoever writes to the table alone widens nothing."""
    job = await later("East")
    await put_off(owner, change)
    assert await worker.work()
    row = await row_of(owner, job)
    assert (row.problem_code, await admitted(owner)) == (None, [])
    assert (row.state, row.attempts) == ("queued", 1)
    await put_off(owner, "attempts = 4, leased_until = null")
    assert await worker.work()
    row = await row_of(owner, job)
    assert (row.state, row.problem_code, await admitted(owner)) == ("failed", "internal", [])


async def test_an_account_has_so_many_that_wait_and_no_more(admin, later, owner):
    for number in range(MOST_WAITING):
        await later(f"East {number}")
    answer = await admin.post(BATCH, json=districts("West"), headers=once() | LATER)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["retry-after"] == "10"
    assert await jobs_there(owner) == MOST_WAITING


async def test_a_job_that_ended_is_kept_for_a_week(admin, later, worker, owner):
    old = await later("East")
    assert await worker.work()
    week = now() - timedelta(days=7)
    await put_off(owner, f"finished_at = '{week + timedelta(minutes=1)}'")
    await later("West")
    assert await jobs_there(owner) == 2
    await put_off(owner, f"finished_at = '{week - timedelta(minutes=1)}' where finished_at < now()")
    await later("South")
    assert await jobs_there(owner) == 2
    assert (await admin.get(f"/v1/jobs/{old['id']}")).status_code == 404


async def test_jobs_are_listed_by_state_and_either_way_round(admin, later, worker):
    jobs = [await later(f"East {number}") for number in range(3)]
    assert await worker.work()
    ids = [job["id"] for job in jobs]

    async def listed(**asked: str) -> list[str]:
        page = told(await admin.get("/v1/jobs", params=asked), 200)
        return [job["id"] for job in page["data"]]

    assert await listed() == ids
    assert await listed(sort="-created_at") == ids[::-1]
    assert await listed(state="queued") == ids[1:]
    assert await listed(state="succeeded") == ids[:1]
