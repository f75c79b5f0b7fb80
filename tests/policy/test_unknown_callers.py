"""What a caller whom nobody knows can make us do before it is told so."""

from uuid import uuid4

import pytest
from conftest import NORTH

from app.identity.keys import new_key
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
DISTRICTS = {"mode": "atomic", "dry_run": True, "items": [{"name": "East", "state": "CA"}]}


@pytest.fixture
def parsed(monkeypatch) -> list[bytes]:
    """The bodies that are parsed from now on."""
    bodies: list[bytes] = []

    def parse(body: bytes) -> dict:
        bodies.append(body)
        return DISTRICTS

    monkeypatch.setattr("app.wire.asked.parse", parse)
    return bodies


@pytest.mark.parametrize(
    "credential",
    [None, "Bearer e30.e30.e30", f"Bearer {new_key(uuid4()).shown}"],
    ids=["none", "a token of nobody", "a well-formed key of nobody"],
)
@pytest.mark.parametrize("path", ["/v1/districts/batch", "/v1/districts"])
async def test_the_body_of_a_caller_whom_nobody_knows_is_not_parsed(
    client, roster, parsed, credential, path
):
    headers = {} if credential is None else {"authorization": credential}
    answer = await client.post(path, json=DISTRICTS, headers=headers)
    assert (answer.status_code, answer.json()["code"], parsed) == (401, "unauthenticated", [])


async def test_the_body_of_a_caller_who_is_known_is_parsed_once(as_, parsed):
    key = {"idempotency-key": "east"}
    admin = as_(Role.CONSORTIUM_ADMIN)
    answer = await admin.post("/v1/districts/batch", json=DISTRICTS, headers=key)
    assert (answer.status_code, len(parsed)) == (200, 1)


async def test_a_caller_who_may_not_is_told_that_and_not_what_is_wrong_with_its_body(as_):
    headers = {"content-type": "application/json", "idempotency-key": "east"}
    viewer = as_(Role.VIEWER, NORTH)
    answer = await viewer.post("/v1/districts/batch", content=b"[", headers=headers)
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


@pytest.mark.parametrize("scopes", [None, "district:read"])
async def test_the_body_of_a_caller_who_may_not_is_not_parsed(as_, parsed, scopes):
    caller = as_(
        Role.CONSORTIUM_ADMIN if scopes else Role.VIEWER, None if scopes else NORTH, scopes=scopes
    )
    for _ in range(2):  # what a worker remembers of the caller is nothing, then something
        answer = await caller.post("/v1/districts", json=DISTRICTS)
        assert (answer.status_code, parsed) == (403, [])
