import pytest
from conftest import NORTH, account

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_a_caller_learns_what_it_is_and_may_do(as_):
    answer = await as_(Role.AUDITOR).get("/v1/me")
    body = answer.json()
    assert (answer.status_code, body["account"]["id"]) == (200, str(account(Role.AUDITOR)))
    assert body["roles"] == [{"role": "auditor", "district_id": None}]
    assert (body["whole_consortium"], body["scopes"]) == (True, None)


async def test_a_scope_narrows_what_the_roles_allow(as_):
    planner = as_(Role.PLANNER, NORTH, scopes="round:read")
    assert (await planner.get("/v1/me")).json()["scopes"] == ["round:read"]
    refused = await planner.get("/v1/districts")
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-01")
