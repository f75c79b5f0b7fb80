"""A service with a key file of its own: a tombstone would stay in that of all the others."""

from dataclasses import replace

import pytest
from conftest import utc

from app.identity.verifier import Verifier
from app.main import create_app
from app.policy.house import house as open_house
from app.policy.idempotency import Memory
from app.policy.outbox import Outbox
from app.sealing import MasterKeys


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "keys" / "master.json"


@pytest.fixture
def house(house, key_file):
    """The house of all tests, with other master keys: to open one takes seconds."""
    ring = MasterKeys.from_file(key_file, create=True)
    return replace(house, keys=ring, memory=Memory(ring), outbox=Outbox(ring, house.sessions))


@pytest.fixture
def app(house, issuer):
    app = create_app(lambda: None, issuer)
    app.state.house = house
    return app


@pytest.fixture
def opened(issuer):
    """Open a house on a database with a ring of master keys."""

    def on(addresses, keys):
        verifier = Verifier([issuer.trusted()], utc)
        urls = {"url": addresses.app, "release_url": addresses.release}
        return open_house(**urls, keys=keys, issuer=issuer, verifier=verifier)

    return on
