"""Long work that a caller would rather be told of later: ``Prefer: respond-async`` (RFC 7240)."""

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import Field

from app.scalars import View
from app.vocabulary import JobState
from app.wire.headers import Headers, value_of

PREFER: Final = b"prefer"
RESPOND_ASYNC: Final = "respond-async"
QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
QUEUE: Final = "c34.queue"
"""In the scope: queues the request at hand within the transaction that the gate opened for it."""
LATER: Final[ContextVar[Request | None]] = ContextVar("later", default=None)
"""The request at hand, where its caller prefers not to wait for what it may be told later."""
STEP: Final[ContextVar[Callable[[int, int | None], None] | None]] = ContextVar("step", default=None)
"""What wants to know how far the work at hand has come."""


class MayWait:
    """A dependency of an operation without rows that may be asked for asynchronously."""

    later: Final = True

    async def __call__(self) -> None:  # without async FastAPI would give it a thread
        """Give nothing: that it is there says all."""


MAY_WAIT: Final = Depends(MayWait())


class JobView(View):
    """Long work that was asked for, and how far it has come."""

    id: UUID
    action: str = Field(description="What was asked for.")
    kind: str = Field(description="`request` for an operation that was asked for asynchronously.")
    state: JobState
    done: int = Field(description="How much is done, in rows or steps; begins anew on a new try.")
    total: int | None = Field(description="How much there is to do, once that is known.")
    attempts: int = Field(description="How often it was begun.")
    cancel_asked: bool
    problem_code: str | None = Field(description="The code of the problem that ended it.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int


def prefers_later(headers: Headers) -> bool:
    """Say whether a caller prefers not to wait; any other preference is left aside."""
    told = value_of(headers, PREFER)
    if told is None:
        return False
    listed = QUOTED.sub("", told).split(",")
    return RESPOND_ASYNC in {re.split("[;=]", each)[0].strip().lower() for each in listed}


def is_to_be_queued() -> Request | None:
    """Return the request at hand, where its caller prefers not to wait and a gate can queue it."""
    request = LATER.get()
    return request if request is not None and QUEUE in request.scope else None


async def queued(request: Request) -> Response:
    """Queue a request, and answer where its job is found (202)."""
    queue: Callable[[], Awaitable[JobView]] = request.scope[QUEUE]
    job = await queue()
    return Response(
        job.model_dump_json(),
        status_code=202,
        headers={"location": f"/v1/jobs/{job.id}", "preference-applied": RESPOND_ASYNC},
        media_type="application/json",
    )


def step(done: int, total: int | None) -> None:
    """Tell how far the work at hand has come, for a caller who looks at its job.

    Raises a ``Problem`` where the work is to be given up. It costs nothing to tell often.
    """
    tell = STEP.get()
    if tell is not None:
        tell(done, total)
