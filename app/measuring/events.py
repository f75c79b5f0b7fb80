"""What people decide beside the arithmetic: flags on a status, and new baselines."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.measuring.targets import Target
from app.measuring.unfit import Unfit


@dataclass(frozen=True, slots=True)
class Override:
    """A flag that a person sets beside a computed status (TR-16); it changes no status.

    ``by`` is the account, ``at`` an instant with its offset; without a reason it is ``Unfit``.
    """

    reason: str
    by: UUID
    at: datetime

    def __post_init__(self) -> None:
        _require(self.reason, self.at)


@dataclass(frozen=True, slots=True)
class Rebaselining:
    """A target that takes the place of another one; both are kept.

    ``by`` is the account that decided it. The new one may be of another era: that is what
    rebaselining is for. Without a reason, or a change, it is ``Unfit``.
    """

    old: Target
    new: Target
    reason: str
    by: UUID
    at: datetime

    def __post_init__(self) -> None:
        _require(self.reason, self.at)
        if self.old == self.new:
            raise Unfit("new", "unchanged", "The new target is the old one.")


def _require(reason: str, at: datetime) -> None:
    if not reason.strip():
        raise Unfit("reason", "missing", "A reason is needed.")
    if at.utcoffset() is None:
        raise Unfit("at", "malformed", "An instant has an offset.")
