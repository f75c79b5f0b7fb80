"""One attempt at a job, as its work knows it and as the gate lets it in."""

from typing import Final

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.policy.idempotency import Keep, without_secrets
from app.policy.outbox import Job, JobStopped, Outbox, Outcome, principal_of

ATTEMPT: Final = "c34.attempt"
"""In the scope of a request that a job sends; nobody sends it from outside."""


class Attempt:
    """What a worker does for one job, in the name of the account that asked for it."""

    def __init__(self, outbox: Outbox, job: Job) -> None:
        self.job = job
        self.job.done, self.job.total = 0, None
        self.principal = principal_of(job)
        self.cancel_asked = job.cancel_asked
        self.stopped = False
        """Whether the work was given up."""
        self.kept = False
        """Whether the end of the job was written with the work itself."""
        self._outbox = outbox

    def step(self, done: int, total: int | None) -> None:
        """Note how far the work has come, or raise ``JobStopped`` where it is to be given up."""
        self.job.done, self.job.total = done, total
        if self.cancel_asked:
            self.stop()

    def stop(self) -> None:
        """Give the work up."""
        self.stopped = True
        raise JobStopped

    def keeping(self, session: AsyncSession) -> Keep:
        """Write the end of the job in the transaction of its work, once there is an answer."""

        async def keep(response: Response) -> None:
            if self.job.total is not None:
                self.job.done = self.job.total
            outcome = Outcome(response.status_code, without_secrets(bytes(response.body)))
            await session.flush()
            try:
                await self._outbox.complete(session, self.job, outcome)
            except JobStopped:
                self.stop()
            self.kept = True

        return keep


def attempt_of(request: Request) -> Attempt | None:
    """Say which job sends a request, if one does."""
    told = request.scope.get(ATTEMPT)
    return told if isinstance(told, Attempt) else None
