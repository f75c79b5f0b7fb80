"""What a job looks like on the wire."""

from typing import Any
from uuid import UUID

from pydantic import Field

from app.wire.later import JobView


class JobRow(JobView):
    """A job as it is stored; ``answer`` is sealed to the rest."""

    account_id: UUID
    key_id: UUID | None
    scopes: str | None
    answer: bytes | None


class JobDetail(JobView):
    """A job with what came of it, once it has ended."""

    problem: dict[str, Any] | None = Field(
        description="Why it failed: the problem document (RFC 9457) that the request would have"
        " been answered with."
    )
    answer: Any | None = Field(
        description="What it came to: the body that the request would have been answered with."
    )
