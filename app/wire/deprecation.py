"""What an operation that will go away says of itself (RFC 9745, RFC 8594)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any, Final, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
ATTRIBUTE: Final = "__deprecation__"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since when nobody should begin to use an operation, when it ends, and where that is told.

    Both days begin at midnight, UTC. ``link`` is the address of a page for people that says what
    to use instead.
    """

    since: date
    link: str
    sunset: date | None = None

    def __post_init__(self) -> None:
        if self.sunset is not None and self.sunset < self.since:
            raise ValueError("An operation ends after it is deprecated, not before.")

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Write what every answer of the operation says, errors too."""
        told = [
            ("deprecation", f"@{int(midnight(self.since).timestamp())}"),
            ("link", f'<{self.link}>; rel="deprecation"; type="text/html"'),
        ]
        if self.sunset is not None:
            told.append(("sunset", format_datetime(midnight(self.sunset), usegmt=True)))
        return [(name.encode(), value.encode("ascii")) for name, value in told]

    @property
    def sentence(self) -> str:
        """Say the same in the contract."""
        ends = "" if self.sunset is None else f" and answers until {self.sunset}"
        return f"Deprecated since {self.since}{ends}: see <{self.link}>."


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins, UTC."""
    return datetime.combine(day, time(), UTC)


def deprecated(
    *, since: date, link: str, sunset: date | None = None
) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint, under its route's decorator, as one that will go away."""

    def marked(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, ATTRIBUTE, Deprecation(since, link, sunset))
        return endpoint

    return marked


def deprecation_of(endpoint: Callable[..., Any]) -> Deprecation | None:
    """Return what an endpoint says of its end, if it has one."""
    found: Deprecation | None = getattr(endpoint, ATTRIBUTE, None)
    return found
