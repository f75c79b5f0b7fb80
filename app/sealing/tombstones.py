"""What says, outside every backup of the database, that a district's answers are shredded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from app.keyfile import KeyFileRefused


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That the data keys of a district, up to the version ``through``, open nothing any more.

    ``master_keys`` are the ids of the ring at that time: while one of them is in the ring, it is
    the tombstone alone that keeps an old backup shut; afterwards nothing can open it.
    """

    district_id: UUID
    through: int
    master_keys: tuple[str, ...]

    @classmethod
    def read(cls, stored: object) -> Self:
        """Read a stored tombstone, or raise ``KeyFileRefused``."""
        match stored:
            case {"district_id": str(district), "through": int(through), "master_keys": list(ids)}:
                pass
            case _:
                raise KeyFileRefused("A tombstone has a district_id, through and master_keys.")
        try:
            return cls(UUID(district), through, tuple(map(str, ids)))
        except ValueError:
            raise KeyFileRefused("A tombstone names a district by its id.") from None

    def document(self) -> dict[str, object]:
        """Write the tombstone as it is stored."""
        return {
            "district_id": str(self.district_id),
            "through": self.through,
            "master_keys": list(self.master_keys),
        }


def tombstones_of(document: Mapping[str, object]) -> dict[UUID, Tombstone]:
    """Read the tombstones of a stored ring, or raise ``KeyFileRefused``; a new ring has none."""
    stored = document.get("shredded", [])
    if not isinstance(stored, list):
        raise KeyFileRefused("A ring of master keys lists its tombstones as shredded.")
    read = [Tombstone.read(each) for each in stored]
    return {each.district_id: each for each in read}


def with_tombstone(
    tombstones: Iterable[Tombstone], district_id: UUID, through: int, ring: tuple[str, ...]
) -> list[Tombstone]:
    """Add a tombstone; one that is there already stays, unless the new one reaches further."""
    kept = {each.district_id: each for each in tombstones}
    there = kept.get(district_id)
    if there is None or there.through < through:
        kept[district_id] = Tombstone(district_id, through, ring)
    return list(kept.values())
