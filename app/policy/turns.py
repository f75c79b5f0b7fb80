"""Whose turn it is at the vault, counted in the memory of a worker."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from app.problems import Unavailable

SAYS: Final = "So many of your requests at once are with the vault already. Send them one by one."


class Turns:
    """Counts by account what is with the vault, so that nobody holds all of its connections."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[UUID] = Counter()

    @contextmanager
    def taken(self, account: UUID) -> Iterator[None]:
        """Take a turn for the length of a block, or raise ``Unavailable`` at once."""
        if self._taken[account] >= self._most:
            raise Unavailable(SAYS)
        self._taken[account] += 1
        try:
            yield
        finally:
            self._taken[account] -= 1
            if not self._taken[account]:
                del self._taken[account]
