"""A small application that uses all of the wire, and no database."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid5

from asyncpg.exceptions import DeadlockDetectedError, UniqueViolationError
from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, Request, Response
from pydantic import MISSING, Field

from app.problems import NotFound, Refused, Unauthenticated
from app.scalars import (
    Code,
    Day,
    ExternalScheme,
    ExternalValue,
    Flag,
    FlagText,
    Id,
    Input,
    Instant,
    Leaid,
    LongText,
    Number,
    SchoolYear,
    Title,
    WholeNumber,
    WholeNumberText,
)
from app.wire.answers import install_problem_handlers
from app.wire.batch import Batch, BatchResult, Stored, carry_out
from app.wire.body import Limits
from app.wire.middleware import Wire
from app.wire.openapi import Authority, contract
from app.wire.pages import pages_router
from app.wire.route import Route
from app.wire.rows import rows_of

KNOWN = UUID("0198c0de-7c3a-7000-8000-3f1c0ffee000")
TOKEN = {"authorization": "Bearer good"}
JSON = {"content-type": "application/json"}
CSV = {"content-type": "text/csv"}
Rate = Annotated[Decimal, Number(ge=0, le=1, decimal_places=3)]


FAILING = {
    "Boom": RuntimeError("Boom"),
    "Later": DeadlockDetectedError("Later"),
    "Taken": UniqueViolationError("Taken"),
    "Theirs": Refused("Not yours.", rule="TR-04"),
}


class Kind(StrEnum):
    LARGE = "large"
    SMALL = "small"


class Size(Input):
    width: Annotated[int, WholeNumber(ge=0, le=9)] | None = None
    depth: Annotated[int, WholeNumber(ge=0, le=9)]


class Row(Input):
    """A thing, as a row of a batch."""

    name: Title
    nces_id: Leaid | None = None
    count: Annotated[int, WholeNumber(ge=0, le=1_000_000)] | None = None
    rate: Rate | None = None
    day: Day | None = None
    kind: Kind | None = None
    active: Flag = False
    size: Size | None = None
    external_ids: dict[ExternalScheme, ExternalValue] = Field(default_factory=dict, max_length=3)


class Draft(Row):
    """A thing."""

    at: Instant | None = None
    code: Code | None = None
    note: LongText | None = None
    other: Id | None = None
    parts: list[Size] = Field(default_factory=list, max_length=3)
    year: SchoolYear | None = None


class Revision(Input):
    """What to change of a thing."""

    name: Title | MISSING = MISSING


class Shelf:
    """Keeps things by name; ``savepoint`` takes back what an error leaves half done."""

    def __init__(self) -> None:
        self.things: dict[str, Any] = {}

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        before = dict(self.things)
        try:
            yield
        except Exception:
            self.things = before
            raise

    async def put(self, row: Row) -> Stored:
        new = row.name not in self.things
        self.things[row.name] = row
        if row.name == "Nowhere":
            raise NotFound
        if row.name in FAILING:
            raise FAILING[row.name]
        return Stored(uuid5(KNOWN, row.name), created=new)


async def someone(
    request: Request, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> AsyncIterator[Shelf]:
    """Let in who has the token, and take back what a failed request did."""
    if authorization != TOKEN["authorization"]:
        raise Unauthenticated
    request.scope["c34.principal"] = KNOWN
    shelf: Shelf = request.app.state.shelf
    async with shelf.savepoint():
        yield shelf


def anyone() -> None:
    """Let everyone in."""


Someone = Annotated[Shelf, Depends(someone, scope="function")]
router = APIRouter(prefix="/things", tags=["things"], route_class=Route)


@router.get("")
async def list_things(
    shelf: Someone,
    limit: Annotated[int, WholeNumberText(ge=1, le=200), Query()] = 50,
    kind: Annotated[list[Kind] | None, Query()] = None,
    active: Annotated[FlagText | None, Query()] = None,
) -> dict[str, Any]:
    """List the things."""
    return {"data": sorted(shelf.things), "limit": limit, "kind": kind, "active": active}


@router.post("", status_code=201)
async def make_thing(
    draft: Draft,
    shelf: Someone,
    trial: Annotated[FlagText, Query()] = False,
) -> dict[str, Any]:
    """Make a thing."""
    if not trial:
        await shelf.put(draft)
    return draft.model_dump(mode="json", exclude_unset=True)


@router.post("/batch")
async def make_things(
    shelf: Someone, batch: Annotated[Batch[Row], rows_of(Row, limit=5)]
) -> BatchResult:
    """Make things."""
    return await carry_out(batch, shelf.put, shelf.savepoint)


@router.get("/{thing_id}")
async def get_thing(thing_id: Id, shelf: Someone) -> dict[str, Any]:
    """Read a thing."""
    if thing_id != KNOWN:
        raise NotFound
    return {"id": KNOWN, "things": len(shelf.things)}


@router.patch("/{thing_id}")
async def revise_thing(thing_id: Id, revision: Revision, _shelf: Someone) -> dict[str, Any]:
    """Change a thing."""
    return {"id": thing_id} | revision.model_dump(exclude_unset=True)


@router.post("/{thing_id}/publish")
async def publish_thing(thing_id: Id, _shelf: Someone) -> dict[str, Any]:
    """Publish a thing."""
    return {"id": thing_id}


@router.post("/forms", include_in_schema=False)
async def fill_form(grant: Annotated[str, Form()], _shelf: Someone) -> dict[str, Any]:
    """Take a form."""
    return {"grant": grant}


@router.post("/notes", include_in_schema=False)
async def maybe_note(_shelf: Someone, size: Size | None = None) -> dict[str, Any]:
    """Take a body, or none."""
    return {"size": size}


@router.post("/kept", include_in_schema=False)
async def keep_thing(request: Request, shelf: Someone) -> dict[str, Any]:
    """Have the answer kept, while the transaction is open."""

    async def keep(response: Response) -> None:
        shelf.things["kept"] = (response.status_code, bytes(response.body))

    request.scope["c34.keep"] = keep
    return {"done": True}


def authority_of(call: Any) -> Authority | None:
    if call is someone:
        return Authority("thing:use")
    return Authority("documentation:read", public=True) if call is anyone else None


def describe(app: FastAPI) -> dict[str, Any]:
    return contract(app, authority_of, {"thing:use": "Use things."}, "/v1/oauth/token")


def toy(limits: Limits | None = None, origins: Collection[str] = ()) -> FastAPI:
    app = FastAPI(
        title="Toy",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.shelf = Shelf()
    app.include_router(router, prefix="/v1")
    app.include_router(pages_router(Depends(anyone), describe))
    install_problem_handlers(app)
    app.add_middleware(Wire, limits=limits, origins=origins)
    return app
