"""Making a key: its secret leaves with the answer, its digest stays."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from app.clock import now
from app.db import new_id
from app.identity.keys import new_key
from app.policy.holdings import Account, Key
from app.policy.principal import Principal
from app.policy.rules.roster import Scoped, scopes_only_narrow
from app.problems import Fault, Invalid


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key to be stored, and what its holder is shown, once."""

    key: Key
    secret: str = field(repr=False)


def make_key(
    owner: Account | Key, *, name: str, scopes: list[str] | None, expires_at: datetime | None = None
) -> MadeKey:
    """Make a key for an account, or for the account of another key; it is not stored yet."""
    key_id = new_id()
    made = new_key(key_id)
    key = Key(
        id=key_id,
        account_id=owner.account_id,
        district_id=owner.district_id,
        name=name,
        digest=made.digest,
        scopes=scopes,
        expires_at=expires_at,
    )
    return MadeKey(key, made.shown)


def narrowed(maker: Principal, scopes: Collection[str] | None) -> list[str] | None:
    """Return the scopes of a key to be made: those asked for, else those of its maker (TR-01)."""
    wanted = maker.scopes if scopes is None else scopes
    scopes_only_narrow.require(Scoped(maker, wanted))
    return None if wanted is None else sorted(set(wanted))


def require_future(expires_at: datetime | None) -> None:
    """Refuse a key that would have ended before it begins."""
    if expires_at is not None and expires_at <= now():
        fault = Fault("/expires_at", "not_in_future", "It is over already.")
        raise Invalid("One fault in the request.", errors=[fault])


def within(cap: datetime | None, expires_at: datetime | None) -> datetime | None:
    """Return when a key ends that ends with its maker's at the latest; refuse one asked beyond."""
    if cap is None:
        return expires_at
    if expires_at is not None and expires_at > cap:
        detail = "It is after the end of the key that you ask with."
        raise Invalid(
            "One fault in the request.", errors=[Fault("/expires_at", "too_late", detail)]
        )
    return expires_at or cap
