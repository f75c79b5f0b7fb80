"""More districts than the two of every test, each with people who have a key."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from conftest import BASE_URL, a_district, account
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from paths import Caller

from app.identity.keys import NewKey, new_key
from app.policy.holdings import Account, Key, Membership
from app.vocabulary import AccountKind, Role

Given = Callable[..., Awaitable[None]]
ROLES = (Role.DATA_STEWARD, Role.SUPERINTENDENT, Role.VIEWER)
SECRETS: dict[tuple[Role, UUID], NewKey] = {}


def member(number: int) -> UUID:
    """The id of a further district, counted from 1."""
    return UUID(int=100 + number)


def secret(role: Role, place: UUID) -> NewKey:
    """The key of who holds a role in a further district."""
    if (role, place) not in SECRETS:
        SECRETS[role, place] = new_key(uuid5(NAMESPACE_OID, f"further key of {role} of {place}"))
    return SECRETS[role, place]


async def join(given: Given, number: int, **changes: Any) -> UUID:
    """Let one district in, with its people."""
    place = member(number)
    told = {"joined_on": date(2018, 4, 25)} | changes
    await given(a_district(place, f"Invented District {number:03}", **told))
    who = [{"account_id": account(role, place), "district_id": place} for role in ROLES]
    await given(
        *[
            Account(
                kind=AccountKind.USER,
                issuer=BASE_URL,
                subject=f"{role}-{place}",
                display_name=f"The {role}",
                **each,
            )
            for role, each in zip(ROLES, who, strict=True)
        ],
        *[Membership(role=role, **each) for role, each in zip(ROLES, who, strict=True)],
        *[
            Key(
                id=uuid5(NAMESPACE_OID, f"further key of {role} of {place}"),
                name="test",
                digest=secret(role, place).digest,
                **each,
            )
            for role, each in zip(ROLES, who, strict=True)
        ],
    )
    return place


def among(app: FastAPI, as_: Caller) -> Caller:
    """Give a client that calls as a role, of a further district too."""

    def caller(role: Role, place: UUID | None = None, **how: Any) -> AsyncClient:
        if place is None or place.int <= 100:
            return as_(role, place, **how)
        return AsyncClient(
            transport=ASGITransport(app, raise_app_exceptions=False),
            base_url=BASE_URL,
            headers={"Authorization": f"Bearer {secret(role, place).shown}"},
        )

    return caller
