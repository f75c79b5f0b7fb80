"""What the state of the service looks like on the wire."""

from typing import Literal

from app.scalars import View


class Alive(View):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(View):
    """The process answers, and so does the database."""

    status: Literal["ready"] = "ready"
