"""Ways to let somebody in, to call with what they were given, and to read what the ledger says."""

from typing import Any
from uuid import UUID

from conftest import BASE_URL, NORTH
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from paths import Caller, told
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.vocabulary import Role

NOWHERE = "00000000-0000-7000-8000-00000000abcd"
"""An id of nothing."""


def bearing(app: FastAPI, secret: str) -> AsyncClient:
    """A caller with a key or a token."""
    return AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False),
        base_url=BASE_URL,
        headers={"Authorization": f"Bearer {secret}"},
    )


async def written(owner: AsyncEngine) -> list[dict[str, Any]]:
    """What the ledger says, in order, without ids and times."""
    asked = text(
        "select account_id, action, outcome, rule, district_id, subject, detail"
        " from ledger order by at, id"
    )
    async with owner.connect() as connection:
        return [dict(row) for row in (await connection.execute(asked)).mappings()]


async def an_integration(
    as_: Caller,
    place: UUID = NORTH,
    role: Role | None = Role.DATA_STEWARD,
    scopes: list[str] | None = None,
) -> dict[str, Any]:
    """A service account of a district, with a role and a key: the answer that shows the key."""
    keeper = as_(Role.SUPERINTENDENT, place)
    draft = {"display_name": "Exchange", "district_id": str(place)}
    account = told(await keeper.post("/v1/service-accounts", json=draft), 201)
    if role is not None:
        granted = {"account_id": account["id"], "role": role, "district_id": str(place)}
        told(await keeper.post("/v1/memberships", json=granted), 201)
    key = {"account_id": account["id"], "name": "exchange", "scopes": scopes}
    return told(await keeper.post("/v1/keys", json=key), 201)


async def end(owner: AsyncEngine, key_id: str) -> None:
    """Let a key end by itself, a second ago."""
    asked = text("update keys set expires_at = now() - interval '1 second' where id = :id")
    async with owner.begin() as connection:
        await connection.execute(asked, {"id": key_id})
