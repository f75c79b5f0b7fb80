"""Doing what was asked for: once, as who asked, with what they hold now, until told to stop."""

import asyncio
from uuid import UUID

import pytest
from answers import once
from conftest import account, key_id
from jobs.conftest import (
    BATCH,
    DONE,
    LATER,
    admitted,
    detail,
    districts,
    ledger,
    put_off,
    row_of,
)
from paths import told
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs.kinds import kinds_of_jobs
from app.policy.outbox import REQUEST, Job, JobStopped, Outbox, Outcome, place_of, taken_of
from app.policy.quotas import Quotas
from app.policy.working import ATTEMPTS, Worker
from app.problems import Unavailable
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_job_comes_to_what_the_request_would_have_been_answered(
    admin, later, worker, owner
):
    job = await later("East", "West")
    assert (await worker.work(), await worker.work()) == (True, False)
    told_of = await detail(admin, job)
    ids = [row["id"] for row in told_of["answer"]["results"]]
    assert told_of == job | {
        "state": "succeeded",
        "done": 2,
        "total": 2,
        "attempts": 1,
        "started_at": told_of["started_at"],
        "finished_at": told_of["finished_at"],
        "version": 3,
        "problem": None,
        "answer": {
            "mode": "atomic",
            "dry_run": False,
            "created": 2,
            "updated": 0,
            "failed": 0,
            "results": [
                {"index": index, "status": "created", "id": each, "problem": None}
                for index, each in enumerate(ids)
            ],
        },
    }
    assert await admitted(owner) == ["East", "West"]


async def test_a_job_is_done_as_who_asked_for_it(as_, later, worker, owner):
    job = await later("East")
    assert await worker.work()
    (entry,) = await ledger(owner)
    assert (entry.account_id, entry.key_id, entry.action, entry.outcome) == (
        account(Role.CONSORTIUM_ADMIN),
        key_id(Role.CONSORTIUM_ADMIN),
        "district:admit",
        "done",
    )
    assert (await row_of(owner, job)).state == "succeeded"


async def test_a_csv_file_is_done_later_as_it_was_sent(admin, worker, owner):
    content = b"name,state\r\nEast,CA\r\n,CA\r\n"
    headers = once() | LATER | {"Content-Type": "text/csv"}
    path = f"{BATCH}?mode=best_effort"
    job = told(await admin.post(path, content=content, headers=headers), 202)
    assert await worker.work()
    answer = (await detail(admin, job))["answer"]
    fault = answer["results"][1]["problem"]["errors"][0]
    assert (answer["mode"], answer["created"], answer["failed"]) == ("best_effort", 1, 1)
    assert (fault["row"], fault["column"]) == (3, "name")
    assert await admitted(owner) == ["East"]


async def test_what_is_wrong_with_the_request_fails_the_job_and_stores_nothing(
    admin, worker, owner
):
    body = districts("East", "")
    job = told(await admin.post(BATCH, json=body, headers=once() | LATER), 202)
    assert await worker.work()
    told_of = await detail(admin, job)
    problem = told_of["problem"]
    assert (told_of["state"], told_of["problem_code"], told_of["answer"]) == (
        "failed",
        "validation_failed",
        None,
    )
    assert (problem["status"], problem["instance"]) == (422, BATCH)
    assert [fault["pointer"] for fault in problem["errors"]] == [
        "/items/1/name",
        "/items/1/external_ids/ca_cds",
    ]
    assert (await admitted(owner), (await row_of(owner, job)).attempts) == ([], 1)


@pytest.mark.parametrize(
    "ended",
    [
        f"update keys set revoked_at = now() where id = '{key_id(Role.CONSORTIUM_ADMIN)}'",
        f"update keys set expires_at = now() where id = '{key_id(Role.CONSORTIUM_ADMIN)}'",
        "update memberships set revoked_at = now() where role = 'consortium_admin'",
    ],
)
async def test_what_has_ended_since_fails_the_job(later, worker, house, owner, ended):
    """TR-02: a job holds what its account holds when it is done, not when it was asked for."""
    job = await later("East")
    async with owner.begin() as connection:
        await connection.execute(text(ended))
    assert await worker.work()
    row = await row_of(owner, job)
    problem = house.outbox._seal.open(row.answer, place_of(row, b"answer"))
    assert (row.state, row.problem_code) == ("failed", "forbidden")
    assert b'"rule":"TR-02"' in problem
    assert await admitted(owner) == []
    assert [entry.outcome for entry in await ledger(owner)] == ["refused"]


async def test_a_scope_narrows_what_a_job_may_do(as_, worker, house, owner):
    """TR-01: as it narrows the request, whatever the roles allow."""
    wide = as_(Role.CONSORTIUM_ADMIN, scopes="district:admit own_job:read")
    job = told(await wide.post(BATCH, json=districts("East"), headers=once() | LATER), 202)
    row = await row_of(owner, job)
    asked = house.outbox.asked_in(row)
    narrow = Job(**{c: getattr(row, c) for c in COPIED}, id=UUID(int=34), scopes="own_job:read")
    async with AsyncSession(owner) as session, session.begin():
        narrow.asked = house.outbox._seal.seal(asked, place_of(narrow, b"asked"))
        session.add(narrow)
    assert (await worker.work(), await worker.work()) == (True, True)
    first = await detail(wide, job)
    second = await detail(wide, {"id": str(UUID(int=34))})
    assert (first["state"], second["state"]) == ("succeeded", "failed")
    assert (second["problem"]["code"], second["problem"]["rule"]) == (
        "insufficient_scope",
        "TR-01",
    )


COPIED = (
    *("account_id", "key_id", "action", "kind", "state", "done", "attempts", "cancel_asked"),
    "created_at",
)


async def test_two_workers_never_do_one_job_twice(later, house, app, owner):
    jobs = [await later(f"East {number}") for number in range(8)]
    other = Outbox(house.keys, house.sessions)
    workers = [Worker(outbox, kinds_of_jobs(app)) for outbox in (house.outbox, other)]

    async def all_there_are(worker: Worker) -> int:
        done = 0
        while await worker.work():
            done += 1
        return done

    done = await asyncio.gather(*[all_there_are(worker) for worker in workers])
    rows = [await row_of(owner, job) for job in jobs]
    assert sum(done) == 8
    assert {(row.state, row.attempts) for row in rows} == {("succeeded", 1)}
    assert len(await admitted(owner)) == 8
    assert len(await ledger(owner)) == 8


async def test_a_job_that_another_is_taking_is_passed_over(later, house, owner):
    """SKIP LOCKED: nobody waits for the worker that is first."""
    first, second = await later("East"), await later("West")
    async with owner.connect() as connection:
        asked = text("select from jobs where id = :id for update")
        await connection.execute(asked, {"id": first["id"]})
        async with asyncio.timeout(2):
            taken = await house.outbox.take()
            nothing = await house.outbox.take()
        await connection.rollback()
    assert taken is not None
    assert (str(taken.id), taken.attempt, nothing) == (second["id"], 1, None)


async def test_a_job_that_is_held_is_taken_again_once_its_lease_is_over(later, house, owner):
    await later("East")
    held = await house.outbox.take()
    assert await house.outbox.take() is None
    await put_off(owner, "leased_until = now() - interval '1 second'")
    again = await house.outbox.take()
    assert (again.id, held.attempt, again.attempt) == (held.id, 1, 2)


async def test_one_job_is_taken_at_once_however_the_database_looks_for_it(later, house, owner):
    """Where it takes the table for one of one row, it looks for the longest waiting in each."""
    await later("East")
    async with owner.begin() as connection:
        await connection.exec_driver_sql("analyze jobs")
    for name in ("West", "Far"):
        await later(name)
    taken = [await house.outbox.take() for _ in range(4)]
    assert [each is not None for each in taken] == [True, True, True, False]


async def test_who_takes_a_job_is_told_no_more_of_it_than_whose_it_is(later, house, owner):
    """The one function that sees the jobs of others; their content is read as their account."""
    await later("East")
    async with house.sessions() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql("select * from take_job(interval '1 minute')")
        assert list(found.keys()) == ["account_id", "id", "attempts"]
        seen = await connection.exec_driver_sql("select count(*) from jobs")
        assert seen.scalar() == 0
        await session.rollback()


async def test_a_worker_that_was_believed_dead_ends_nothing(later, house, owner, roster):
    job = await later("East")
    late = await house.outbox.read(await house.outbox.take())
    await put_off(owner, "leased_until = now() - interval '1 second'")
    taken = await house.outbox.take()
    await house.outbox.finish(late, Outcome(200, b'"of the late one"'))
    await house.outbox.put_back(taken_of(late), pause=house.outbox.lease, counted=True)
    assert await house.outbox.renew(taken_of(late), 1, 2) is None
    async with house.outbox._books(late.account_id) as session:
        with pytest.raises(JobStopped):
            await house.outbox.complete(session, late, Outcome(200, b'"of the late one"'))
    row = await row_of(owner, job)
    assert (row.state, row.attempts, row.answer, row.done) == ("running", 2, None, 0)
    await house.outbox.finish(await house.outbox.read(taken), Outcome(200, b"34"))
    assert (await row_of(owner, job)).state == "succeeded"


async def test_the_work_of_a_worker_that_was_believed_dead_is_taken_back(
    admin, later, house, app, owner, monkeypatch
):
    """The end of a job is written with its work: of two that do it, one is all there is."""
    job = await later("East", "West", mode="best_effort")
    stalled, go_on = asyncio.Event(), asyncio.Event()
    complete = Outbox.complete

    async def late(self: Outbox, *arguments: object) -> None:
        if not stalled.is_set():
            stalled.set()
            await go_on.wait()
        await complete(self, *arguments)

    monkeypatch.setattr(Outbox, "complete", late)
    workers = [Worker(house.outbox, kinds_of_jobs(app)) for _ in range(2)]
    first = asyncio.create_task(workers[0].work())
    await stalled.wait()
    await put_off(owner, "leased_until = now() - interval '1 second'")
    second = asyncio.create_task(workers[1].work())
    await asyncio.sleep(0.3)
    go_on.set()
    assert await asyncio.gather(first, second) == [True, True]
    told_of = await detail(admin, job)
    assert (told_of["state"], told_of["attempts"], told_of["answer"]["created"]) == (
        "succeeded",
        2,
        2,
    )
    assert await admitted(owner) == ["East", "West"]
    assert len(await ledger(owner)) == 1


async def test_a_job_that_never_ends_is_given_up(admin, later, house, owner):
    job = await later("East")
    begun = 0

    async def never(_attempt: object, _asked: bytes) -> Outcome:
        nonlocal begun
        begun += 1
        raise AssertionError

    await put_off(owner, f"state = 'running', attempts = {ATTEMPTS}")
    assert await Worker(house.outbox, {REQUEST: never}).work()
    told_of = await detail(admin, job)
    assert begun == 0
    assert (told_of["state"], told_of["problem_code"]) == ("failed", "internal")
    assert told_of["problem"] == {
        "type": "/problems/internal",
        "title": "Internal error",
        "status": 500,
        "detail": "It was begun several times and never came to its end.",
        "instance": f"/v1/jobs/{job['id']}",
        "code": "internal",
        "request_id": job["id"],
    }


async def test_a_fault_of_ours_is_tried_again_after_a_while_and_so_often(later, house, owner):
    job = await later("East")

    async def down(_attempt: object, _asked: bytes) -> Outcome:
        raise Unavailable

    worker = Worker(house.outbox, {REQUEST: down})
    for attempt in range(1, ATTEMPTS):
        assert (await worker.work(), await worker.work()) == (True, False)
        row = await row_of(owner, job)
        assert (row.state, row.attempts, row.problem_code) == ("queued", attempt, None)
        await put_off(owner, "leased_until = now() - interval '1 second'")
    assert await worker.work()
    row = await row_of(owner, job)
    assert (row.state, row.attempts, row.problem_code) == ("failed", ATTEMPTS, "unavailable")


async def test_a_fault_of_nobodys_is_not_tried_again_nor_told_in_its_own_words(
    admin, later, house, owner
):
    job = await later("East")

    async def refused(_attempt: object, _asked: bytes) -> Outcome:
        return Outcome(409, b'{"code":"conflict"}')

    assert await Worker(house.outbox, {REQUEST: refused}).work()
    told_of = await detail(admin, job)
    assert (told_of["state"], told_of["problem"]) == ("failed", {"code": "conflict"})


async def test_a_kind_that_keeps_no_end_itself_has_it_kept(admin, later, house):
    job = await later("East")

    async def done(_attempt: object, _asked: bytes) -> Outcome:
        return DONE

    assert await Worker(house.outbox, {REQUEST: done}).work()
    told_of = await detail(admin, job)
    assert (told_of["state"], told_of["answer"]) == ("succeeded", {"done": True})


async def test_a_job_is_304_while_nothing_changes(admin, later, worker):
    job = await later("East")
    path = f"/v1/jobs/{job['id']}"
    etag = (await admin.get(path)).headers["etag"]
    same = await admin.get(path, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert await worker.work()
    after = await admin.get(path, headers={"If-None-Match": etag})
    assert (after.status_code, after.json()["state"]) == (200, "succeeded")


async def test_a_job_does_not_count_against_the_quota_of_who_asked(
    later, worker, owner, monkeypatch
):
    job = await later("East")
    counted: list[object] = []
    monkeypatch.setattr(Quotas, "count", lambda *told_of: counted.append(told_of))
    assert await worker.work()
    assert (counted, (await row_of(owner, job)).state) == ([], "succeeded")
