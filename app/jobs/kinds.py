"""The kinds of jobs, by the names they are queued under; one more is one more line here."""

from collections.abc import Mapping

from starlette.types import ASGIApp

from app.policy.attempt import ATTEMPT, Attempt
from app.policy.outbox import REQUEST, Outcome, failure
from app.policy.working import Kind
from app.problems import Refused
from app.wire.replaying import replayed

UNKNOWN = 401


class Requests:
    """Sends a request that was queued to the application, as who asked for it.

    The gate decides on it anew, and the end of the job is written in the transaction of the work.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, attempt: Attempt, asked: bytes) -> Outcome:
        """Do what is asked; a key that has ended since is a refusal (TR-02)."""
        status, body = await replayed(self._app, asked, {ATTEMPT: attempt})
        if status == UNKNOWN:
            ended = Refused("The key that this was asked with has ended.", rule="TR-02")
            return failure(attempt.job.id, ended)
        return Outcome(status, body)


def kinds_of_jobs(app: ASGIApp) -> Mapping[str, Kind]:
    """List what a worker of an application can do."""
    return {REQUEST: Requests(app)}
