"""How much one caller may ask in a while, counted in the memory of a worker."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic
from typing import Final, NamedTuple

from starlette.types import Scope

from app.policy.actions import Action
from app.policy.principal import Principal
from app.problems import TooManyRequests
from app.wire.middleware import QUOTA

KEPT: Final = 20_000
"""Callers that are remembered at once, of accounts and of addresses apart."""
UNCOUNTED: Final = frozenset({Action.LIFE_READ, Action.READINESS_READ})
"""What whoever watches the service asks as often as it likes."""
PREFIX: Final = 64
"""Bits of an IPv6 address: one customer has all that begin with them."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests in a window of so many seconds; 0 requests stand for no limit."""

    requests: int
    seconds: int

    @property
    def policy(self) -> str:
        """Write it as ``RateLimit-Policy``."""
        return f'"default";q={self.requests};w={self.seconds}'


class Standing(NamedTuple):
    """What is left of a quota, in requests, and in how many seconds it is whole again."""

    left: int
    seconds: int
    over: bool

    @property
    def written(self) -> str:
        """Write it as ``RateLimit``."""
        return f'"default";r={self.left};t={self.seconds}'


class Counter:
    """Counts by caller, each in windows that begin with its own first request.

    The windows lie in the order of their beginning, so that those which are over are the first;
    where too many are open, the one that ends first is forgotten.
    """

    def __init__(self, quota: Quota, clock: Callable[[], float], kept: int = KEPT) -> None:
        self.quota = quota
        self.clock = clock
        self.kept = kept
        self.policy = quota.policy.encode()
        self.windows: dict[Hashable, tuple[float, int]] = {}

    def count(self, caller: Hashable) -> Standing:
        """Count one request of a caller."""
        now = self.clock()
        began, asked = self.windows.get(caller, (now, 0))
        if now >= began + self.quota.seconds:
            del self.windows[caller]
            began, asked = now, 0
        if asked == 0:
            self.make_room(now)
        self.windows[caller] = began, asked + 1
        left = self.quota.requests - asked - 1
        return Standing(
            left=max(left, 0), seconds=ceil(began + self.quota.seconds - now), over=left < 0
        )

    def make_room(self, now: float) -> None:
        """Forget the windows that are over, and the oldest one where there are too many."""
        over = now - self.quota.seconds
        while self.windows:
            oldest = next(iter(self.windows))
            if self.windows[oldest][0] > over and len(self.windows) < self.kept:
                return
            del self.windows[oldest]


class Quotas:
    """Counts each request before it is looked at: by account, or by address where none is known.

    The two are apart, so that nobody is forgotten for a flood of strangers.
    """

    def __init__(
        self,
        account: Quota,
        address: Quota,
        clock: Callable[[], float] = monotonic,
        kept: int = KEPT,
    ) -> None:
        self.accounts = Counter(account, clock, kept)
        self.addresses = Counter(address, clock, kept)

    def count(self, scope: Scope, principal: Principal, action: Action) -> None:
        """Count a request, or raise ``TooManyRequests``; a known caller is told where it stands."""
        counter = self.addresses if principal.anonymous else self.accounts
        if counter.quota.requests == 0 or action in UNCOUNTED:
            return
        caller = address_of(scope) if principal.anonymous else principal.account
        if caller is None:
            return
        standing = counter.count(caller)
        if not principal.anonymous:
            scope[QUOTA] = (
                (b"ratelimit-policy", counter.policy),
                (b"ratelimit", standing.written.encode()),
            )
        if standing.over:
            raise TooManyRequests(retry_after=standing.seconds)


def address_of(scope: Scope) -> str | None:
    """Return what stands for the address a request comes from; none where no server told it."""
    told = scope.get("client")
    try:
        address = ip_address(told[0] if told else "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> PREFIX << PREFIX))
    return str(address)


UNLIMITED: Final = Quotas(account=Quota(0, 60), address=Quota(0, 60))
"""Counts nobody."""
