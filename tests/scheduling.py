"""Which tests go to the same process when all are run at once, and which go first."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/demo/",)
"""Folders whose modules share what takes longest to make."""
APART = ("tests/test_twins.py::",)
"""Modules whose tests take minutes each and share nothing."""


class ByModule(LoadScopeScheduling):
    """A module is run by one process, which makes once what its tests share."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(APART):
            return nodeid
        together = [folder for folder in TOGETHER if nodeid.startswith(folder)]
        return together[0] if together else nodeid.partition("::")[0]


def longest_first(items: list[Any]) -> None:
    """Put first what takes minutes, so that no process is left with it alone in the end."""
    items.sort(key=lambda each: not each.nodeid.startswith(APART))
