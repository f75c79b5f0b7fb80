"""If-Match: a change is made of what its caller has seen, or it is not made."""

from typing import Annotated

import pytest
from conftest import BASE_URL, NORTH
from fastapi import APIRouter
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel
from sqlalchemy import bindparam, select

from app.districts.models import District
from app.main import create_app
from app.policy import Action, Grant, Reading, allowed
from app.scalars import Id
from app.vocabulary import Role
from app.wire.route import Route

pytestmark = pytest.mark.anyio
VERSION = 7


class Seen(BaseModel):
    id: Id
    version: int


SEEN = Reading(
    select(District.id, District.version).where(District.id == bindparam("sought")),
    Seen,
    version="version",
)
ETAG = SEEN.etag({"version": VERSION})


class Careful:
    def __init__(self, grant: Grant) -> None:
        self.change = lambda: grant.unchanged(SEEN, VERSION)
        self.make = grant.absent


class Careless(Careful):
    """Looks at no version."""


Changes = Annotated[Careful, allowed(Careful, Action.SCHOOL_KEEP, match=True)]
Forgets = Annotated[Careless, allowed(Careless, Action.SCHOOL_KEEP, match=True)]
router = APIRouter(prefix="/v1/conditions", route_class=Route)


@router.patch("/careful")
async def change(things: Changes) -> str:
    """Change it."""
    things.change()
    return "changed"


@router.put("/made")
async def make(things: Changes) -> str:
    """Make it."""
    things.make()
    return "made"


@router.patch("/careless")
async def forget(things: Forgets) -> str:
    """Change it unseen."""
    return "overwritten"


@pytest.fixture
async def planner(house, issuer, secret_of):
    app = create_app(lambda: None, issuer)
    app.state.house = house
    app.include_router(router)
    transport = ASGITransport(app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {secret_of(Role.PLANNER, NORTH)}"}
    async with AsyncClient(transport=transport, base_url=BASE_URL, headers=headers) as client:
        yield client


async def told(planner, method: str, path: str, **headers: str) -> tuple[int, str | None, str]:
    answer = await planner.request(method, f"/v1/conditions/{path}", headers=headers)
    said = answer.json()
    return (
        answer.status_code,
        answer.headers.get("etag"),
        said if said == str(said) else said["code"],
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (428, None, "precondition_required")),
        ({"if-match": '"6-00000000-json"'}, (412, ETAG, "precondition_failed")),
        ({"if-match": f"W/{ETAG}"}, (400, None, "malformed_header")),
        ({"if-match": "7"}, (400, None, "malformed_header")),
        ({"if-match": ETAG}, (200, None, "changed")),
        ({"if-match": f'"other", {ETAG}'}, (200, None, "changed")),
        ({"if-match": "*"}, (200, None, "changed")),
    ],
)
async def test_a_change_needs_the_version_that_is_there(planner, headers, expected):
    assert await told(planner, "PATCH", "careful", **headers) == expected


async def test_what_is_believed_to_be_there_is_not_made_anew(planner):
    assert await told(planner, "PUT", "made") == (200, None, "made")
    refused = await told(planner, "PUT", "made", **{"if-match": ETAG})
    assert refused == (412, None, "precondition_failed")


async def test_an_operation_that_compares_nothing_changes_nothing(planner):
    """The gate insists on it, so that no service forgets."""
    assert await told(planner, "PATCH", "careless", **{"if-match": ETAG}) == (500, None, "internal")
