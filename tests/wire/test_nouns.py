"""An operation is found by its noun, without asking the routers of other nouns."""

from collections.abc import AsyncIterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient
from starlette.routing import Match
from starlette.types import Scope

from app.wire.nouns import Nouns, noun_of

pytestmark = pytest.mark.anyio
ASKED: list[str] = []


class Noticed(APIRoute):
    """A route that tells when it is asked whether a request is for it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        ASKED.append(self.path)
        return super().matches(scope)


def a_router(prefix: str, *paths: str) -> APIRouter:
    router = APIRouter(prefix=prefix, route_class=Noticed)
    for path in paths:

        def told(path: str = path) -> str:
            return f"{prefix}{path}"

        router.get(path, operation_id=f"{prefix}{path}")(told)
    return router


@pytest.fixture
async def asking() -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.include_router(a_router("/v1/apples", "", "/{apple}"))
    app.include_router(a_router("/v1/pears", "", "/{pear}"))
    app.include_router(a_router("/v1/apples", "/{apple}/seeds", "/{other}"))
    app.include_router(a_router("", "/{anything}"))
    app.router.middleware_stack = Nouns(app.router.middleware_stack, app.routes)
    ASKED.clear()
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


async def test_the_routers_of_other_nouns_are_not_asked(asking: AsyncClient) -> None:
    answer = await asking.get("/v1/pears/7")
    assert (answer.status_code, answer.json()) == (200, "/v1/pears/{pear}")
    assert set(ASKED) == {"/v1/pears", "/v1/pears/{pear}"}


async def test_the_first_operation_that_takes_a_path_is_still_the_one(asking: AsyncClient) -> None:
    answer = await asking.get("/v1/apples/7")
    assert (answer.status_code, answer.json()) == (200, "/v1/apples/{apple}")


async def test_a_noun_may_have_several_routers(asking: AsyncClient) -> None:
    answer = await asking.get("/v1/apples/7/seeds")
    assert (answer.status_code, answer.json()) == (200, "/v1/apples/{apple}/seeds")


async def test_what_begins_with_no_noun_is_found_as_ever(asking: AsyncClient) -> None:
    answer = await asking.get("/health")
    assert (answer.status_code, answer.json()) == (200, "/{anything}")


async def test_another_method_is_refused_as_ever(asking: AsyncClient) -> None:
    answer = await asking.post("/v1/pears/7")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_an_unknown_path_of_a_noun_is_not_there(asking: AsyncClient) -> None:
    assert (await asking.get("/v1/pears/7/seeds")).status_code == 404


def test_a_noun_is_the_beginning_of_a_path() -> None:
    paths = ["/v1/goals", "/v1/goals/7", "/v1/goals/7/x", "/docs", "/", ""]
    assert [noun_of(path) for path in paths] == ["/v1/goals"] * 3 + ["/docs", "/", ""]
