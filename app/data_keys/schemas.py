"""What data keys look like on the wire; a key itself is never on it."""

from datetime import datetime

from pydantic import Field

from app.scalars import View


class DataKeyView(View):
    """One version of a district's data key; the newest one seals."""

    version: int
    created_at: datetime


class RotationView(View):
    """That a district's answers are sealed under a new data key."""

    version: int = Field(description="The version of the new data key.")
    sealed_anew: int = Field(description="Answers, withdrawals and introductions, all versions.")
