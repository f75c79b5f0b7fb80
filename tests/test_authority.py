"""The table of actions is what the application does: every endpoint, for every role and for nobody."""

import re
from uuid import UUID

import pytest
from conftest import NORTH
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.main import authority_of, gates_of
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
ABSENT = UUID(int=77)


def endpoints(app: FastAPI) -> list[tuple[str, str, Action]]:
    """Every operation that is not public, by method and path, with the action it asks for."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            (gate,) = gates_of(route.dependant)
            path = re.sub(r"\{[^}]*\}", str(ABSENT), context.path_format)
            found += [(method, path, gate.action) for method in context.methods or ()]
    return sorted(found)


def requested(method: str) -> dict[str, object]:
    with_body = method in {"POST", "PUT", "PATCH"}
    return {"json": {}, "headers": {"Idempotency-Key": "a-key"}} if with_body else {}


async def test_a_role_that_the_table_does_not_name_is_refused_everywhere(as_, app):
    """What a role may ask gets past the gate, to whatever is wrong with an empty request."""
    operations = [each for each in endpoints(app) if not each[2].public]
    assert len(operations) > 30
    wrong = []
    for role in Role:
        if role is Role.PUBLIC:
            continue
        async with as_(role, None if role.of_consortium else NORTH) as caller:
            for method, path, action in operations:
                answer = await caller.request(method, path, **requested(method))
                told = answer.json() if answer.status_code == 403 else {}
                refused = (answer.status_code, told.get("rule")) == (403, "TR-02")
                if refused is (role in WHO_MAY[action]) or answer.status_code in {401, 500}:
                    wrong.append((role, method, path, answer.status_code))
    assert wrong == []


async def test_nobody_is_let_in_without_a_credential(client, app):
    answers = {
        (method, path): (await client.request(method, path, **requested(method))).status_code
        for method, path, action in endpoints(app)
        if not action.public
    }
    assert answers == dict.fromkeys(answers, 401)


def test_every_action_is_asked_for_by_an_endpoint_or_is_the_operators_alone(app):
    asked = {action for _, _, action in endpoints(app)}
    assert set(Action) - asked == {action for action in Action if not WHO_MAY[action]}


def test_the_contract_names_the_action_of_every_operation(app):
    from app.main import contract_of

    document = contract_of(app)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert (path, operation["x-action"] in set(Action)) == (path, True)
    assert authority_of(print) is None
