"""The time, from one place, so that a test can say what it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)
