"""What was shredded."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Shredded:
    """What was done for one district; ``restored`` where a backup had brought its keys back."""

    district_id: UUID
    data_keys: int
    restored: bool
