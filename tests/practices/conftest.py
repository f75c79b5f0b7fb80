"""A consortium of ten districts whose round has released its figures."""

from releases.conftest import everyone, locked, reviewed

__all__ = ["everyone", "locked", "reviewed"]
