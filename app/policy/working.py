"""The worker: does the jobs that are queued, one at a time, beside the requests of its process."""

from asyncio import CancelledError, Task, create_task, timeout, wait
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

import structlog

from app.policy.attempt import Attempt
from app.policy.outbox import Outbox, Outcome, Taken, failure, taken_of
from app.problems import Problem
from app.wire.answers import problem_of
from app.wire.drivers import kinds_of, places_of
from app.wire.later import STEP

Kind = Callable[[Attempt, bytes], Awaitable[Outcome]]
"""Does what a job of one kind asks for; the bytes are what was queued.

It may be begun again after a crash at any point, so either the end of the job is written in the
transaction of its work (``Attempt.keeping``), or each of its steps may be done twice.
"""
ATTEMPTS: Final = 5
"""How often a job is begun before it is given up: by a crash, or by a fault of ours."""
BEAT: Final = 1.0
"""Seconds between two looks of a worker at the job it holds."""
SHORTEST, LONGEST = 0.25, 2.0
"""Seconds that an idle worker waits before it looks again."""
GIVEN_UP: Final = "It was begun several times and never came to its end."
log = structlog.get_logger("c34.jobs")


class Worker:
    """Takes jobs as long as there are any, then waits for the next."""

    def __init__(self, outbox: Outbox, kinds: Mapping[str, Kind]) -> None:
        self._outbox = outbox
        self._kinds = kinds

    async def run(self) -> None:
        """Work until cancelled; a job at hand is then put back, and what it did is taken back."""
        pause, troubled = SHORTEST, False
        while True:
            self._outbox.queued.clear()
            try:
                busy = await self.work()
                troubled = False
            except Exception as error:  # noqa: BLE001 - the jobs wait until it is over
                if not troubled:
                    log.warning("jobs_wait", errors=list(kinds_of(error)))
                busy, troubled = False, True
            if busy:
                pause = SHORTEST
                continue
            with suppress(TimeoutError):
                async with timeout(pause):
                    await self._outbox.queued.wait()
            pause = min(2 * pause, LONGEST)

    async def work(self) -> bool:
        """Do the job that has waited longest, and say whether there was one."""
        taken = await self._outbox.take()
        if taken is None:
            return False
        attempt = Attempt(self._outbox, await self._outbox.read(taken))
        if attempt.cancel_asked:
            await self._outbox.finish(attempt.job, None)
        elif taken.attempt > ATTEMPTS:
            await self._outbox.finish(attempt.job, failure(taken.id, Problem(GIVEN_UP)))
        else:
            await self.carry_out(attempt, taken)
        return True

    async def carry_out(self, attempt: Attempt, taken: Taken) -> None:
        """Do a job, and keep it meanwhile."""
        work = create_task(self.outcome_of(attempt))
        try:
            while not (await wait({work}, timeout=BEAT))[0]:
                if not await self.keeps(attempt):
                    await ended(work)
                    log.warning("job_lost", job=str(taken.id))
                    return
        except CancelledError:
            await ended(work)
            await self._outbox.put_back(taken, pause=timedelta(0), counted=False)
            raise
        await self.settle(attempt, work.result())

    async def outcome_of(self, attempt: Attempt) -> Outcome:
        """Do what a job asks for; whatever goes wrong is its outcome."""
        job = attempt.job
        STEP.set(attempt.step)
        try:
            return await self._kinds[job.kind](attempt, self._outbox.asked_in(job))
        except Exception as error:  # noqa: BLE001 - whatever it is, the account is told
            problem = problem_of(error)
            if not isinstance(error, Problem):
                places = [f"{module}:{line} {name}" for module, name, line in places_of(error)]
                told = {"errors": list(kinds_of(error)), "places": places}
                log.warning("job_failed", job=str(job.id), **told)
            return failure(job.id, problem)

    async def keeps(self, attempt: Attempt) -> bool:
        """Tell how far a job is and keep it for another while; say whether it is still ours."""
        job = attempt.job
        try:
            stop = await self._outbox.renew(taken_of(job), job.done, job.total)
        except Exception as error:  # noqa: BLE001 - its end is not written if the job is lost
            log.warning("job_not_renewed", job=str(job.id), errors=list(kinds_of(error)))
            return True
        attempt.cancel_asked = bool(stop)
        return stop is not None

    async def settle(self, attempt: Attempt, outcome: Outcome) -> None:
        """Write down what came of a job, unless its work has; what was our fault is tried again."""
        job = attempt.job
        if attempt.stopped:
            await self._outbox.finish(job, None)
        elif outcome.ours and job.attempts < ATTEMPTS:
            pause = timedelta(seconds=2**job.attempts)
            await self._outbox.put_back(taken_of(job), pause=pause, counted=True)
        elif outcome.failed or not attempt.kept:
            await self._outbox.finish(job, outcome)


async def ended(work: Task[Outcome]) -> None:
    """End what is being done, which takes it back."""
    work.cancel()
    await wait({work})


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    """Have a worker work meanwhile."""
    task = create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(CancelledError):
            await task
