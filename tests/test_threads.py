"""Nothing that a request goes through is given a thread: that costs more than what it would do."""

from collections.abc import Iterator
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

pytestmark = pytest.mark.anyio


def steps_of(dependant: Dependant) -> Iterator[Any]:
    """List what is called for a request: the endpoint, and all that it depends on."""
    yield dependant.call
    for child in dependant.dependencies:
        yield from steps_of(child)


def waits(step: Any) -> bool:
    """Say whether a function, or an object that is called, runs in the loop itself."""
    called = step if hasattr(step, "__name__") else type(step).__call__
    return isasyncgenfunction(called) or iscoroutinefunction(called)


async def test_no_step_of_any_request_runs_in_a_thread(app: FastAPI) -> None:
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    steps = {
        step
        for route in routes
        if isinstance(route, APIRoute)
        for step in steps_of(route.dependant)
    }
    assert [step for step in steps if not waits(step)] == []
