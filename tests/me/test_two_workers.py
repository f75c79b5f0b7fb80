"""What ends in the database ends on every worker, whatever each remembers, at the very next request."""

import pytest
from conftest import NORTH, account, key_id, utc
from httpx import AsyncClient
from paths import told
from rosters import bearing

from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.house import house as open_house
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.fixture
async def workers(app, addresses, master_keys, issuer):
    """Two applications over one database, each with a memory of its own."""
    async with open_house(
        url=addresses.app,
        release_url=addresses.release,
        keys=master_keys,
        issuer=issuer,
        verifier=Verifier([issuer.trusted()], utc),
        pool_size=2,
    ) as second:
        other = create_app(lambda: None, issuer)
        other.state.house = second
        yield app, other


def both(workers, secret) -> list[AsyncClient]:
    return [bearing(worker, secret) for worker in workers]


async def statuses(callers, path="/v1/districts"):
    return [(await caller.get(path)).status_code for caller in callers]


def secret_of(as_, role):
    return as_(role, NORTH).headers["authorization"].removeprefix("Bearer ")


async def test_a_revoked_membership_ends_access_on_both(as_, workers):
    callers = both(workers, secret_of(as_, Role.VIEWER))
    assert await statuses(callers) == [200, 200]
    keeper = both(workers, secret_of(as_, Role.SUPERINTENDENT))[0]
    mine = f"/v1/memberships?account_id={account(Role.VIEWER, NORTH)}"
    (held,) = told(await keeper.get(mine), 200)["data"]
    told(await keeper.post(f"/v1/memberships/{held['id']}/revoke"), 200)
    assert await statuses(callers) == [403, 403]
    draft = {
        "account_id": str(account(Role.VIEWER, NORTH)),
        "role": "viewer",
        "district_id": str(NORTH),
    }
    told(await keeper.post("/v1/memberships", json=draft), 201)
    assert await statuses(reversed(callers)) == [200, 200]


async def test_a_revoked_key_ends_access_on_both(as_, workers):
    callers = both(workers, secret_of(as_, Role.VIEWER))
    assert await statuses(callers) == [200, 200]
    keeper = both(workers, secret_of(as_, Role.SUPERINTENDENT))[1]
    told(await keeper.post(f"/v1/keys/{key_id(Role.VIEWER, NORTH)}/revoke"), 200)
    assert await statuses(callers) == [401, 401]


async def test_a_revoked_key_ends_its_token_on_both(as_, workers, issuer):
    token = issuer.issue(
        subject=str(account(Role.VIEWER, NORTH)),
        client_id=str(account(Role.VIEWER, NORTH)),
        key_id=key_id(Role.VIEWER, NORTH),
        scopes=["district:read"],
    ).token
    callers = both(workers, token)
    assert await statuses(callers) == [200, 200]
    keeper = both(workers, secret_of(as_, Role.SUPERINTENDENT))[0]
    told(await keeper.post(f"/v1/keys/{key_id(Role.VIEWER, NORTH)}/revoke"), 200)
    assert await statuses(callers) == [401, 401]


async def test_a_role_that_changes_changes_what_both_allow(as_, workers):
    """One role goes and another comes: a worker that remembers the first acts on the second."""
    callers = both(workers, secret_of(as_, Role.VIEWER))
    assert await statuses(callers, "/v1/users") == [403, 403]
    keeper = both(workers, secret_of(as_, Role.SUPERINTENDENT))[0]
    draft = {
        "account_id": str(account(Role.VIEWER, NORTH)),
        "role": "superintendent",
        "district_id": str(NORTH),
    }
    made = told(await keeper.post("/v1/memberships", json=draft), 201)
    assert await statuses(callers, "/v1/users") == [200, 200]
    told(await keeper.post(f"/v1/memberships/{made['id']}/revoke"), 200)
    assert await statuses(callers, "/v1/users") == [403, 403]
    assert await statuses(callers) == [200, 200]


async def test_a_write_is_refused_as_a_read_is(as_, workers):
    callers = both(workers, secret_of(as_, Role.SUPERINTENDENT))
    for caller in callers:
        told(await caller.post("/v1/me/keys", json={"name": "mine"}), 201)
    admin = as_(Role.CONSORTIUM_ADMIN)
    mine = f"/v1/memberships?account_id={account(Role.SUPERINTENDENT, NORTH)}"
    (held,) = told(await admin.get(mine), 200)["data"]
    told(await admin.post(f"/v1/memberships/{held['id']}/revoke"), 200)
    for caller in callers:
        refused = told(await caller.post("/v1/me/keys", json={"name": "mine"}), 403)
        assert refused["rule"] == "TR-02"
