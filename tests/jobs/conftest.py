"""Work that is asked for and done later, by a worker that a test runs itself."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from answers import once
from httpx import AsyncClient, Response
from paths import told
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.districts.models import District
from app.jobs.kinds import kinds_of_jobs
from app.policy.attempt import Attempt
from app.policy.audit import LedgerEntry
from app.policy.outbox import Job, Outcome
from app.policy.working import Worker
from app.vocabulary import Role

LATER = {"Prefer": "respond-async"}
BATCH = "/v1/districts/batch"
DONE = Outcome(200, b'{"done":true}')


def districts(*names: str, **more: Any) -> dict[str, Any]:
    """The body of a batch that admits districts."""
    items = [{"name": name, "state": "CA", "external_ids": {"ca_cds": name}} for name in names]
    return {"items": items, **more}


@pytest.fixture
def admin(as_) -> AsyncClient:
    return as_(Role.CONSORTIUM_ADMIN)


@pytest.fixture
def later(admin) -> Callable:
    """Ask for a batch of districts later."""

    async def ask(*names: str, caller: AsyncClient = admin, **more: Any) -> dict[str, Any]:
        body = districts(*(names or ("East Invented Unified",)), **more)
        return told(await caller.post(BATCH, json=body, headers=once() | LATER), 202)

    return ask


@pytest.fixture
def worker(house, app) -> Worker:
    """A worker that does what the application's own does."""
    return Worker(house.outbox, kinds_of_jobs(app))


async def detail(caller: AsyncClient, job: dict[str, Any]) -> dict[str, Any]:
    """A job as who asked for it sees it."""
    return told(await caller.get(f"/v1/jobs/{job['id']}"), 200)


async def cancelled(caller: AsyncClient, job: dict[str, Any]) -> Response:
    """What becomes of a wish to stop a job."""
    return await caller.post(f"/v1/jobs/{job['id']}/cancel")


async def row_of(owner: AsyncEngine, job: dict[str, Any]) -> Job:
    """A job as it is stored."""
    async with AsyncSession(owner) as session:
        return (await session.scalars(select(Job).where(Job.id == UUID(job["id"])))).one()


async def admitted(owner: AsyncEngine) -> list[str]:
    """The names of the districts that jobs admitted."""
    async with AsyncSession(owner) as session:
        asked = select(District.name).where(~District.name.startswith("North Invented"))
        return sorted(set(await session.scalars(asked)) - {"South Invented Unified"})


async def ledger(owner) -> list[LedgerEntry]:
    """What the ledger says, in order."""
    async with AsyncSession(owner) as session:
        return list(await session.scalars(select(LedgerEntry).order_by(LedgerEntry.at)))


async def put_off(owner: AsyncEngine, change: str) -> None:
    """Change every job past the policy, as time or a crash would."""
    async with owner.begin() as connection:
        await connection.execute(text(f"update jobs set {change}"))


class Slow:
    """A kind whose work stands still at a step until it is let go on."""

    def __init__(self, done: int = 3, total: int = 10) -> None:
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.at = (done, total)
        self.ended = 0

    async def __call__(self, attempt: Attempt, _asked: bytes) -> Outcome:
        attempt.step(*self.at)
        self.begun.set()
        await self.go_on.wait()
        attempt.step(*self.at)
        self.ended += 1
        return DONE
