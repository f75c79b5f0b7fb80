"""Where it is sealed which answer an introduction is about: no row tells who answered how."""

from uuid import UUID

from app.sealing import joined


def place_of(district_id: UUID, row_id: UUID) -> bytes:
    """Name the one place it may be opened in."""
    return joined(b"c34/introduction/1", district_id.bytes, row_id.bytes)
