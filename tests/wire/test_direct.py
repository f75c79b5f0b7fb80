"""Reads by the shortest way answer as FastAPI's own way does."""

from dataclasses import dataclass

import pytest
from conftest import BASE_URL, NORTH
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx import ASGITransport, AsyncClient

from app.identity.issuer import LocalIssuer
from app.main import create_app
from app.policy.gate import House
from app.vocabulary import Role
from app.wire.direct import Direct
from app.wire.route import Route

pytestmark = pytest.mark.anyio
PAGES = ("/docs", "/docs/start.js", "/docs/assets/swagger-ui.css", "/redoc", "/openapi.json")
ABSENT = "01990000-0000-7000-8000-000000000000"
QUERIES = (
    "",
    "?limit=1",
    "?limit=0",
    "?limit=x",
    "?limit=1&limit=2",
    "?limit=",
    "?cursor=zz",
    "?cursor=",
    "?sort=name",
    "?sort=-name&limit=1&include_total=true",
    "?sort=enrollment",
    "?state=CA&state=TX",
    "?state=CA&state=california",
    "?state=",
    "?standing=gone&limit=9999&fields=id,id",
    "?fields=id,name",
    "?fields=id,rank",
    "?include_total=yes",
    "?include_total=true&fields=id",
    "?format=csv&fields=id,name",
    "?format=pdf",
    "?rank=1",
    "?updated_at_gte=2026-13-01T00:00:00Z",
)
PATHS = (f"/{NORTH}", f"/{NORTH}?fields=name", f"/{NORTH}?fields=", f"/{ABSENT}", "/none")


async def told(app: FastAPI, bearer: str | None, path: str) -> tuple[int, dict, bytes]:
    headers = {"x-request-id": "the-same-in-both"}
    if bearer is not None:
        headers["authorization"] = f"Bearer {bearer}"
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url=BASE_URL, headers=headers) as client:
        answer = await client.get(path)
    kept = {name: each for name, each in answer.headers.items() if "ratelimit" not in name}
    return answer.status_code, kept, answer.content


@dataclass(frozen=True)
class Both:
    """The application as it is, and one that answers every read in the way of FastAPI."""

    short: FastAPI
    usual: FastAPI


@pytest.fixture(scope="module")
def both(house: House, issuer: LocalIssuer) -> Both:
    """Which way a route takes is found out when it is included."""
    asked: list[Route] = []

    def none(_cls: type[Direct], route: Route) -> None:
        asked.append(route)

    def serving() -> FastAPI:
        app = create_app(lambda: None, issuer)
        app.state.house = house
        return app

    short = serving()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Direct, "by", classmethod(none))
        usual = serving()
    assert asked
    return Both(short, usual)


@pytest.mark.parametrize("path", [*QUERIES, *PATHS])
async def test_a_read_by_the_short_way_answers_as_any_other(both, secret_of, path):
    bearer = secret_of(Role.VIEWER, NORTH)
    for who in (bearer, None):
        short = await told(both.short, who, f"/v1/districts{path}")
        assert await told(both.usual, who, f"/v1/districts{path}") == short


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_whose_router_asks_for_its_authority_is_read_by_the_short_way(both, path):
    short = await told(both.short, None, path)
    assert await told(both.usual, None, path) == short
    assert short[0] == 200


def test_the_reads_that_dashboards_are_made_of_take_the_short_way(issuer):
    app = create_app(lambda: None, issuer)
    found = {
        context.path_format
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, Route) and Direct.by(context) is not None
    }
    assert {
        "/v1/goals",
        "/v1/goals/{goal_id}",
        "/v1/districts/{district_id}/dashboard",
        "/v1/districts/{district_id}/observations",
    } <= found
