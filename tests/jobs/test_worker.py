"""A worker at work: what is seen of it, and how it is stopped."""

import asyncio

import pytest
from conftest import NORTH
from jobs.conftest import Slow, admitted, cancelled, detail, ledger, put_off, row_of
from paths import told

from app.jobs.kinds import kinds_of_jobs
from app.policy import working as worker_module
from app.policy.outbox import REQUEST, Outbox
from app.policy.working import Worker, working
from app.vocabulary import JobState, Role

pytestmark = pytest.mark.anyio


async def test_progress_is_seen_while_the_work_goes_on(admin, later, house, owner, monkeypatch):
    monkeypatch.setattr(worker_module, "BEAT", 0.02)
    job, slow = await later("East"), Slow(3, 10)
    work = asyncio.create_task(Worker(house.outbox, {REQUEST: slow}).work())
    await slow.begun.wait()
    await put_off(owner, "leased_until = started_at")
    await asyncio.sleep(0.2)
    told_of = await detail(admin, job)
    renewed = await row_of(owner, job)
    slow.go_on.set()
    assert await work
    assert (told_of["state"], told_of["done"], told_of["total"]) == ("running", 3, 10)
    assert renewed.leased_until > renewed.started_at
    assert (await detail(admin, job))["state"] == "succeeded"


async def test_a_job_that_waits_is_cancelled_at_once_and_never_done(admin, later, worker, owner):
    job = await later("East")
    answer = told(await cancelled(admin, job), 200)
    assert answer == job | {
        "state": "cancelled",
        "cancel_asked": True,
        "finished_at": answer["finished_at"],
        "version": 2,
    }
    assert await worker.work() is False
    row = await row_of(owner, job)
    assert (row.asked, await admitted(owner)) == (b"", [])


async def test_a_job_that_runs_is_stopped_between_two_steps(
    admin, later, house, owner, monkeypatch
):
    monkeypatch.setattr(worker_module, "BEAT", 0.02)
    job, slow = await later("East"), Slow()
    work = asyncio.create_task(Worker(house.outbox, {REQUEST: slow}).work())
    await slow.begun.wait()
    told_of = told(await cancelled(admin, job), 200)
    assert (told_of["state"], told_of["cancel_asked"]) == ("running", True)
    await asyncio.sleep(0.2)
    slow.go_on.set()
    assert await work
    ended = await detail(admin, job)
    assert (ended["state"], ended["answer"], ended["problem"]) == ("cancelled", None, None)
    assert slow.ended == 0


async def test_a_job_that_is_stopped_has_left_nothing(admin, later, house, app, owner, monkeypatch):
    """The last moment: the work is done, its end not yet written when it is to be stopped."""
    job = await later("East", mode="best_effort")
    complete = Outbox.complete

    async def stopped(self: Outbox, *arguments: object) -> None:
        told(await cancelled(admin, job), 200)
        await complete(self, *arguments)

    monkeypatch.setattr(Outbox, "complete", stopped)
    assert await Worker(house.outbox, kinds_of_jobs(app)).work()
    assert (await detail(admin, job))["state"] == "cancelled"
    assert (await admitted(owner), await ledger(owner)) == ([], [])


async def test_a_job_whose_worker_died_while_it_was_to_be_stopped_is_cancelled(
    admin, later, house, worker, owner
):
    job = await later("East")
    await house.outbox.take()
    told(await cancelled(admin, job), 200)
    await put_off(owner, "leased_until = now() - interval '1 second'")
    assert await worker.work()
    assert ((await detail(admin, job))["state"], await admitted(owner)) == ("cancelled", [])


async def test_a_job_that_has_ended_is_not_cancelled_any_more(admin, later, worker):
    job = await later("East")
    assert await worker.work()
    answer = await cancelled(admin, job)
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        409,
        "invalid_transition",
        "A job that is succeeded is not cancelled any more.",
    )


async def test_a_worker_that_is_told_to_stop_puts_its_job_back(later, house, owner):
    job, slow = await later("East"), Slow()
    async with working(Worker(house.outbox, {REQUEST: slow})):
        await slow.begun.wait()
    row = await row_of(owner, job)
    assert (row.state, row.attempts, slow.ended) == ("queued", 0, 0)
    async with working(Worker(house.outbox, {REQUEST: slow})):
        slow.go_on.set()
        while (await row_of(owner, job)).state != JobState.SUCCEEDED:
            await asyncio.sleep(0.05)
    assert slow.ended == 1


async def test_a_worker_begins_as_soon_as_a_job_is_queued(admin, later, house, app, monkeypatch):
    """It need not look again by itself: the request that was committed wakes it."""
    monkeypatch.setattr(worker_module, "SHORTEST", 60)
    monkeypatch.setattr(worker_module, "LONGEST", 60)
    async with working(Worker(house.outbox, kinds_of_jobs(app))):
        await asyncio.sleep(0.1)
        job = await later("East")
        async with asyncio.timeout(10):
            while (await detail(admin, job))["finished_at"] is None:
                await asyncio.sleep(0.02)
    assert (await detail(admin, job))["state"] == "succeeded"


async def test_requests_are_answered_while_a_job_is_done(as_, later, house, app, owner):
    """A batch yields between its rows, as it does for a caller who waits."""
    names = [f"East {number}" for number in range(300)]
    await later(*names, mode="best_effort")
    work = asyncio.create_task(Worker(house.outbox, kinds_of_jobs(app)).work())
    caller, answered = as_(Role.VIEWER, NORTH), 0
    while not work.done():
        told(await caller.get("/v1/me"), 200)
        answered += 1
    assert await work
    assert answered > 3
    assert len(await admitted(owner)) == 300
