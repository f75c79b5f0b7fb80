"""Operations that will go away: each of their answers says so, and the contract."""

from datetime import date
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Response
from httpx import ASGITransport, AsyncClient
from wire.toy import anyone, authority_of, someone

from app.problems import NotFound
from app.wire.answers import install_problem_handlers
from app.wire.deprecation import Deprecation, deprecated
from app.wire.middleware import Wire
from app.wire.openapi import contract
from app.wire.route import Route

pytestmark = pytest.mark.anyio
PAGE = "https://c34.example/docs/changes#old"


def old() -> APIRouter:
    router = APIRouter(prefix="/old", route_class=Route)

    @router.get("/ending")
    @deprecated(since=date(2027, 1, 1), sunset=date(2027, 7, 1), link=PAGE)
    async def read_ending(_all: Annotated[None, Depends(anyone)], response: Response) -> list[str]:
        """Read what will end."""
        response.headers["link"] = '<?cursor=1>; rel="next"'
        return []

    @router.get("/discouraged/{thing_id}")
    @deprecated(since=date(2026, 12, 24), link=PAGE)
    async def read_discouraged(_all: Annotated[None, Depends(anyone)], thing_id: str) -> None:
        """Read what should be read elsewhere."""
        raise NotFound

    @router.get("/private")
    @deprecated(since=date(2026, 12, 24), link=PAGE)
    async def read_private(_someone: Annotated[Any, Depends(someone)]) -> None:
        """Read what not everyone may."""

    @router.get("/kept")
    async def read_kept(_all: Annotated[None, Depends(anyone)]) -> list[str]:
        """Read what stays."""
        return []

    return router


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI(title="Old", version="1", openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(old(), prefix="/v1")
    install_problem_handlers(app)
    app.add_middleware(Wire)
    return app


def announced(answer):
    told = [(name, value) for name, value in answer.headers.multi_items()]
    return [each for each in told if each[0] in {"deprecation", "link", "sunset"}]


async def test_every_answer_says_since_when_and_until_when_and_where_to_read_more(app):
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://toy") as client:
        ending = await client.get("/v1/old/ending")
        missing = await client.get("/v1/old/discouraged/1")
        unknown = await client.get("/v1/old/private")
        wrong = await client.get("/v1/old/ending?unknown=1")
        kept = await client.get("/v1/old/kept")
    link = ("link", f'<{PAGE}>; rel="deprecation"; type="text/html"')
    since = [("deprecation", "@1798761600"), link, ("sunset", "Thu, 01 Jul 2027 00:00:00 GMT")]
    assert ending.status_code == 200
    assert announced(ending) == [("link", '<?cursor=1>; rel="next"'), *since]
    assert (wrong.status_code, announced(wrong)) == (422, since)
    discouraged = [("deprecation", "@1798070400"), link]
    assert (missing.status_code, announced(missing)) == (404, discouraged)
    assert (unknown.status_code, announced(unknown)) == (401, discouraged)
    assert (kept.status_code, announced(kept)) == (200, [])


def test_the_contract_says_it_too(app):
    paths = contract(app, authority_of, {}, "/token")["paths"]
    told = {path: each["get"].get("deprecated") for path, each in paths.items()}
    assert told == {
        "/v1/old/discouraged/{thing_id}": True,
        "/v1/old/ending": True,
        "/v1/old/kept": None,
        "/v1/old/private": True,
    }
    assert paths["/v1/old/ending"]["get"]["description"] == (
        "Read what will end.\n\n"
        f"Deprecated since 2027-01-01 and answers until 2027-07-01: see <{PAGE}>."
    )
    assert paths["/v1/old/private"]["get"]["description"] == (
        f"Read what not everyone may.\n\nDeprecated since 2026-12-24: see <{PAGE}>."
    )


def test_nothing_ends_before_it_is_deprecated():
    with pytest.raises(ValueError, match="not before"):
        Deprecation(date(2027, 1, 2), PAGE, date(2027, 1, 1))
