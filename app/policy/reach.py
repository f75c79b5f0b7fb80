"""How far an action carries: the districts whose rows it may touch."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.problems import NotFound

NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Reach:
    """The districts whose rows an action may touch, by what an account is believed to hold."""

    districts: tuple[UUID, ...]
    whole_consortium: bool = False
    account: UUID = NOBODY
    credential: UUID | None = None
    held: str = ""

    def covers(self, place: UUID | None) -> bool:
        """Whether the rows of a district are within reach, or of the consortium where none."""
        return self.whole_consortium or place in self.districts

    def require(self, place: UUID) -> None:
        """Raise ``NotFound`` for a district out of reach, as for one that is not there (TR-05)."""
        if not self.covers(place):
            raise NotFound

    def require_own(self, place: UUID) -> None:
        """Raise ``NotFound`` for any district but one's own, however far the action carries."""
        if place not in self.districts:
            raise NotFound
