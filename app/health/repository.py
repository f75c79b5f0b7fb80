"""What is asked of the database to know that it answers."""

from app.policy import Grant


class Readiness:
    """Proof that a reading can begin: the gate opened one to make this."""

    def __init__(self, grant: Grant) -> None:
        self._reader = grant.reader


class Life:
    """Proof of nothing but that the process answers."""

    def __init__(self, grant: Grant) -> None:
        self._action = grant.action
