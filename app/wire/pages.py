"""Pages for people: the contract in Swagger UI and ReDoc, and what each problem means.

Everything comes from this server: the pages work without the internet, and their content security
policy lets nothing else in.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from html import escape
from importlib.resources import as_file, files
from inspect import cleandoc
from pathlib import Path as FilePath
from re import sub
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Header, Path, Request, Response, params
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from pydantic import Field

from app.problems import NotFound, Problem, kinds_of_problem
from app.scalars import View
from app.wire.route import Route

CACHED: Final = {"cache-control": "public, max-age=3600"}
"""The files change only with a release of the service."""
OF_VIEWERS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
START: Final = """\
window.onload = () => SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}"
    "code{background:#eee;padding:.1em .3em;border-radius:3px}"
)
STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
OF_TEXTS: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Asset(StrEnum):
    """A file that the viewers need, as the wheel of fastapi-offline brings it."""

    SWAGGER_SCRIPT = "swagger-ui-bundle.js"
    SWAGGER_STYLE = "swagger-ui.css"
    REDOC_SCRIPT = "redoc.standalone.js"
    ICON = "favicon.png"


class ProblemKind(View):
    """A kind of problem, and what to do about it."""

    code: str = Field(examples=["not_found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    explanation: str = Field(examples=["There is nothing at this address."])

    @classmethod
    def of(cls, kind: type[Problem]) -> "ProblemKind":
        """Explain a kind of problem by the docstring of its class."""
        explanation = cleandoc(kind.__doc__ or "")
        return cls(code=kind.code, title=kind.title, status=kind.status, explanation=explanation)


Contract = Callable[[FastAPI], Mapping[str, Any]]
KindCode = Annotated[str, Path(max_length=64, examples=["not_found"])]
Accept = Annotated[str, Header(include_in_schema=False)]


def pages_router(authority: params.Depends, contract: Contract) -> APIRouter:
    """Serve the pages, each of them under ``authority``; ``contract`` describes the application."""
    router = APIRouter(route_class=Route, dependencies=[authority])
    add_contract(router, contract)
    add_viewers(router)
    add_explanations(router)
    return router


def add_contract(router: APIRouter, contract: Contract) -> None:
    """Serve the contract, made when it is first asked for."""
    made: list[JSONResponse] = []

    @router.get("/openapi.json", include_in_schema=False)
    async def get_contract(request: Request) -> Response:
        """Read the contract."""
        if not made:
            made.append(JSONResponse(contract(request.app)))
        return Response(made[0].body, headers=CACHED, media_type="application/json")


def add_viewers(router: APIRouter) -> None:
    """Serve two ways to read the contract."""

    @router.get("/docs", include_in_schema=False)
    async def read_in_swagger_ui(request: Request) -> HTMLResponse:
        """Read the contract in Swagger UI, and try it."""
        body = '<div id="swagger-ui"></div>'
        scripts = [f"/docs/assets/{Asset.SWAGGER_SCRIPT}", "/docs/start.js"]
        return viewer(request.app.title, body, scripts, Asset.SWAGGER_STYLE)

    @router.get("/docs/start.js", include_in_schema=False)
    async def start_swagger_ui() -> Response:
        """Start Swagger UI: a file of its own, because the policy of the page runs no other."""
        return Response(START, headers=CACHED, media_type="text/javascript")

    @router.get("/redoc", include_in_schema=False)
    async def read_in_redoc(request: Request) -> HTMLResponse:
        """Read the contract in ReDoc."""
        body = '<redoc spec-url="/openapi.json"></redoc>'
        return viewer(request.app.title, body, [f"/docs/assets/{Asset.REDOC_SCRIPT}"])

    @router.get("/docs/assets/{asset}", include_in_schema=False)
    async def get_asset(asset: Asset) -> FileResponse:
        """Read a file of the viewers."""
        return FileResponse(path_of(asset), headers=CACHED)


def add_explanations(router: APIRouter) -> None:
    """Serve what each kind of problem means."""
    html = {"text/html": {"schema": {"type": "string", "maxLength": 100_000}}}
    told: dict[str, Any] = {"tags": ["problems"], "responses": {200: {"content": html}}}

    @router.get("/problems", response_model=list[ProblemKind], **told)
    async def list_problems(response: Response, accept: Accept = "*/*") -> Any:
        """List every kind of problem that this API answers with, as JSON or as a page."""
        kinds = [ProblemKind.of(kind) for kind in kinds_of_problem().values()]
        if wants_html(accept):
            links = [f'<li><a href="/problems/{k.code}">{escape(k.title)}</a></li>' for k in kinds]
            return page("Problems", f"<ul>{''.join(links)}</ul>")
        response.headers["vary"] = "Accept"
        return kinds

    @router.get("/problems/{code}", response_model=ProblemKind, **told)
    async def explain_problem(code: KindCode, response: Response, accept: Accept = "*/*") -> Any:
        """Explain a kind of problem: the `type` of a problem's details leads here."""
        kind = kinds_of_problem().get(code)
        if kind is None:
            raise NotFound
        found = ProblemKind.of(kind)
        if wants_html(accept):
            status = f"<p>{found.status} <code>{found.code}</code></p>"
            return page(found.title, status + prose(found))
        response.headers["vary"] = "Accept"
        return found


def viewer(title: str, body: str, scripts: list[str], style: Asset | None = None) -> HTMLResponse:
    """Write the page of a viewer."""
    link = f'<link rel="stylesheet" href="/docs/assets/{style}">' if style else ""
    loads = "".join(f'<script src="{script}"></script>' for script in scripts)
    head = f'{link}<link rel="icon" href="/docs/assets/{Asset.ICON}">'
    return HTMLResponse(document(title, head, body + loads), headers={POLICY: OF_VIEWERS})


def page(title: str, body: str) -> HTMLResponse:
    """Write a page of text."""
    head, heading = f"<style>{STYLE}</style>", f"<h1>{escape(title)}</h1>"
    headers = {POLICY: OF_TEXTS, "vary": "Accept"}
    return HTMLResponse(document(title, head, heading + body), headers=headers)


POLICY: Final = "content-security-policy"


def document(title: str, head: str, body: str) -> str:
    """Write an HTML document."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{head}</head><body>{body}</body></html>\n"
    )


def prose(told: ProblemKind) -> str:
    """Write an explanation as HTML."""
    return "".join(
        "<p>" + sub(r"`([^`]+)`", r"<code>\1</code>", escape(paragraph)) + "</p>"
        for paragraph in told.explanation.split("\n\n")
    )


def wants_html(accept: str) -> bool:
    """Whether a caller asks for HTML before JSON, as browsers do."""
    before, html, _ = accept.partition("text/html")
    return bool(html) and "application/json" not in before


def path_of(asset: Asset) -> FilePath:
    """Find a file of the viewers where the wheel was installed."""
    with as_file(files("fastapi_offline") / "static" / asset.value) as path:
        return path
