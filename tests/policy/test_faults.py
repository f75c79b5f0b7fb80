"""What fails outside of us is told as 503, is over when it is over, and loses nothing acknowledged."""

import os
import signal
from contextlib import AsyncExitStack

import anyio
import pytest
from conftest import BASE_URL, NORTH, SECRETS, account, key_id, prepared, utc
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.embedded.server import EmbeddedServer
from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.holdings import Account, Key, Membership
from app.policy.house import house as open_house
from app.vocabulary import AccountKind, Role

pytestmark = pytest.mark.anyio


async def test_an_exhausted_pool_is_503_while_the_process_lives(as_, house, monkeypatch):
    monkeypatch.setattr("app.policy.pool.ACQUIRE_SECONDS", 0.1)
    caller = as_(Role.VIEWER, NORTH)
    async with AsyncExitStack() as taken:
        for _ in range(house.pool.get_max_size()):
            await taken.enter_async_context(house.pool.acquire())
        refused = await caller.get("/v1/districts")
        alive = await caller.get("/live")
        not_ready = await caller.get("/ready")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert (alive.status_code, not_ready.status_code) == (200, 503)
    assert (await caller.get("/v1/districts")).status_code == 200


async def the_admin(owner) -> None:
    """Give a fresh database the administrator of the other tests."""
    who = account(Role.CONSORTIUM_ADMIN)
    async with AsyncSession(owner) as session, session.begin():
        told = {"kind": AccountKind.USER, "issuer": BASE_URL, "subject": "a", "display_name": "A"}
        session.add(Account(account_id=who, **told))
        await session.flush()
        session.add(Membership(account_id=who, role=Role.CONSORTIUM_ADMIN))
        digest = SECRETS[Role.CONSORTIUM_ADMIN, None].digest
        session.add(Key(id=key_id(Role.CONSORTIUM_ADMIN), account_id=who, name="k", digest=digest))


async def test_nothing_acknowledged_is_lost_when_postgresql_is_killed(
    tmp_path, master_keys, issuer
):
    """kill -9 of the server: 503 while it is down, and everything there when it is back."""
    with EmbeddedServer(tmp_path / "data") as server:
        addresses = await prepared(server, "killed")
        owner = create_async_engine(addresses.owner)
        await the_admin(owner)
        await owner.dispose()
        async with (
            open_house(
                url=addresses.app,
                release_url=addresses.release,
                keys=master_keys,
                issuer=issuer,
                verifier=Verifier([issuer.trusted()], utc),
            ) as house,
            AsyncExitStack() as stack,
        ):
            app = create_app(lambda: None, issuer)
            app.state.house = house
            caller = await stack.enter_async_context(
                AsyncClient(
                    transport=ASGITransport(app, raise_app_exceptions=False),
                    base_url=BASE_URL,
                    headers={
                        "Authorization": f"Bearer {SECRETS[Role.CONSORTIUM_ADMIN, None].shown}"
                    },
                )
            )
            acknowledged, refused = [], set()
            for number in range(40):
                if number == 10:
                    os.kill(server.process, signal.SIGKILL)
                name = f"Killed {number} Invented"
                answer = await caller.post("/v1/districts", json={"name": name, "state": "CA"})
                if answer.status_code == 201:
                    acknowledged.append(name)
                else:
                    refused.add(answer.status_code)
                    await anyio.sleep(0.3)
            listed = (await caller.get("/v1/districts?limit=200")).json()["data"]
    assert refused == {503}
    assert len(acknowledged) > 11
    stored = {district["name"] for district in listed}
    assert set(acknowledged) - stored == set()
