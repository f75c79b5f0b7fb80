"""What can be asked of a dashboard."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.wire.sheets import Format


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a dashboard; without a plan it is the one in force."""

    district: UUID
    plan: UUID | None
    cohort: int | None
    on: date | None
    format: Format
