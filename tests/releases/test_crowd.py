"""What happens when more ask of the vault at once than it has connections for."""

import socket
from collections import Counter
from contextlib import asynccontextmanager

import anyio
import pytest
import uvicorn
from anyio.lowlevel import checkpoint
from conftest import NORTH, SOUTH, utc
from httpx import AsyncClient, Limits
from sqlalchemy import text

from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.house import VAULT_POOL, VAULT_SHARE
from app.policy.house import house as open_house
from app.policy.turns import SAYS
from app.problems import Unavailable
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
CROWD = 20
UNBOUNDED = Limits(max_connections=None)
HELD = text("select pg_advisory_lock(hashtextextended(:name, 34))")
LET_GO = text("select pg_advisory_unlock(hashtextextended(:name, 34))")
WAITING = text(
    "select count(*) from pg_stat_activity"
    " where wait_event = 'advisory' and datname = current_database()"
)


@pytest.fixture
async def served(addresses, master_keys, issuer, monkeypatch):
    """The application with pools of its own, on a real socket."""
    monkeypatch.setattr("app.policy.house.ACQUIRE_SECONDS", 0.5)
    async with open_house(
        url=addresses.app,
        release_url=addresses.release,
        keys=master_keys,
        issuer=issuer,
        verifier=Verifier([issuer.trusted()], utc),
    ) as house:
        app = create_app(lambda: None, issuer)
        app.state.house = house
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listening])
            while not server.started:
                await checkpoint()
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            server.should_exit = True


@asynccontextmanager
async def held(owner, name):
    """Hold a name as a long release does."""
    async with owner.connect() as connection:
        await connection.execute(HELD, {"name": name})
        yield connection
        await connection.execute(LET_GO, {"name": name})


async def test_nobody_in_a_crowd_at_the_vault_is_told_that_it_failed(
    served, secret_of, locked, owner
):
    """The pool is full of three accounts, each of which waits for a name that somebody holds."""
    round_ = await locked()
    plans = f"/v1/rounds/{round_['id']}/release-plans"
    answers = []

    def bearer(role, place=None):
        return {"Authorization": f"Bearer {secret_of(role, place)}"}

    async with AsyncClient(base_url=served, limits=UNBOUNDED, timeout=30) as client:

        async def plan():
            answers.append(await client.post(plans, headers=bearer(Role.ANALYST)))

        async def share(giver, taker):
            said = {"round_id": round_["id"], "item": "survey", "recipients": [str(taker)]}
            path, lead = f"/v1/districts/{giver}/consents", bearer(Role.SUPERINTENDENT, giver)
            answers.append(await client.post(path, headers=lead, json=said))

        async with (
            anyio.create_task_group() as crowd,
            held(owner, f"round:{round_['id']}") as connection,
        ):
            for _ in range(CROWD):
                crowd.start_soon(plan)
            while len(answers) < CROWD - VAULT_SHARE:
                await anyio.sleep(0.05)
            while await connection.scalar(WAITING) < VAULT_SHARE:
                await anyio.sleep(0.05)
            for _ in range(CROWD):
                crowd.start_soon(share, NORTH, SOUTH)
                crowd.start_soon(share, SOUTH, NORTH)
            while len(answers) < 3 * CROWD - VAULT_POOL:
                await anyio.sleep(0.05)
            lead = bearer(Role.SUPERINTENDENT, NORTH)
            read = await client.get("/v1/districts", headers=lead)
        after = await client.post(plans, headers=bearer(Role.ANALYST))
    refused = [each for each in answers if each.status_code != 201]
    assert {(each.status_code, each.json()["code"]) for each in refused} == {(503, "unavailable")}
    assert {each.headers["retry-after"] for each in refused} == {"2"}
    assert {each.json()["detail"] for each in refused} == {SAYS, Unavailable.usual}
    assert len(answers) - len(refused) >= VAULT_SHARE
    assert (read.status_code, after.status_code) == (200, 201)


async def test_one_account_leaves_the_vault_to_others(served, secret_of, locked, owner):
    round_ = await locked()
    plans = f"/v1/rounds/{round_['id']}/release-plans"
    answers = []
    staff = {"Authorization": f"Bearer {secret_of(Role.ANALYST)}"}
    member = {"Authorization": f"Bearer {secret_of(Role.SUPERINTENDENT, NORTH)}"}
    async with AsyncClient(base_url=served, limits=UNBOUNDED, timeout=30) as client:

        async def plan():
            answers.append(await client.post(plans, headers=staff))

        async with anyio.create_task_group() as crowd, held(owner, f"round:{round_['id']}"):
            for _ in range(CROWD):
                crowd.start_soon(plan)
            while len(answers) < CROWD - VAULT_SHARE:
                await anyio.sleep(0.05)
            shared = await client.get(
                f"/v1/districts/{NORTH}/shared-answers",
                params={"round_id": round_["id"], "item": "survey"},
                headers=member,
            )
    assert (shared.status_code, shared.json()["data"]) == (200, [])
    assert Counter((each.status_code, each.json().get("detail")) for each in answers) == {
        (201, None): VAULT_SHARE,
        (503, SAYS): CROWD - VAULT_SHARE,
    }
