"""Which tests go to the same process when all are run at once."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/demo/",)
"""Folders whose modules share what takes longest to make."""


class ByModule(LoadScopeScheduling):
    """A module is run by one process, which makes once what its tests share."""

    def _split_scope(self, nodeid: str) -> str:
        together = [folder for folder in TOGETHER if nodeid.startswith(folder)]
        return together[0] if together else nodeid.partition("::")[0]
