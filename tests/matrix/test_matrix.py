"""Every operation for every role: on what is its own, on another district's, on what is not there.

Made from the contract and the table of actions: a new operation is asked for here without a line.
"""

import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from conftest import NORTH, SOUTH
from fastapi import FastAPI
from httpx import AsyncClient, Response
from matrix.markers import ID, Markers, Who, foreign_in, markers_of, others_words
from matrix.samples import Operation, operations
from matrix.world import Request, World, planted
from members import Given
from paths import Caller
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import Base
from app.policy.actions import Action
from app.problems import Refused
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
CALLERS = [Who(role, None if role.of_consortium else NORTH) for role in Role if role != "public"]
SHOWS_NOTHING = "shows nothing of another's"
FOR_ALL = frozenset({Action.DISTRICT_READ, Action.REPORT_READ})
"""What members are told of one another: who they are, and what a district published."""


@pytest.fixture
async def world(app: FastAPI, as_: Caller, given: Given, owner: AsyncEngine) -> World:
    return await planted(app, as_, given, owner)


async def asked(caller: AsyncClient, request: Request) -> Response:
    """Ask, with all that the operation takes."""
    how: dict[str, Any] = {"params": request.query, "headers": request.headers()}
    if request.body is not None:
        how["json"] = request.body
    return await caller.request(request.operation.method, request.path, **how)


def blanked(answer: Response) -> tuple[int, bytes | dict[str, Any]]:
    """Give an answer without what tells one request from the next."""
    if answer.status_code < 400:
        return answer.status_code, answer.content
    told = answer.json()
    return answer.status_code, told | {"request_id": None, "instance": None}


def refusal(request: Request, answer: Response) -> bytes:
    """Write the whole body of a refusal by the table of actions."""
    detail = f"None of your roles allows {request.operation.action.value}."
    request_id = answer.headers["x-request-id"]
    return Refused(detail, rule="TR-02").written(request.path, request_id)


@dataclass
class Sweep:
    """What was asked, and what was wrong with the answers."""

    markers: Markers
    wrong: list[str] = field(default_factory=list)
    answered: int = 0

    def look(self, who: Who, request: Request, answer: Response) -> None:
        """Hold the whole body of an answer against all that its reader may not see."""
        self.answered += 1
        asked_for = frozenset(ID.findall(f"{request.path} {request.query} {request.body}"))
        found = foreign_in(answer.content, self.markers.foreign(who) - asked_for, others_words(who))
        if found or answer.status_code >= 500:
            self.blame(who, request, answer, f"shows {found[:3]}" if found else SHOWS_NOTHING)

    def blame(self, who: Who, request: Request, answer: Response, why: str) -> None:
        """Keep what is wrong with an answer."""
        asked_ = f"{who.role}: {request.operation.method} {request.path}"
        self.wrong.append(f"{asked_}: {answer.status_code} {why}")


async def held_by(owner: AsyncEngine, place: UUID) -> dict[str, str]:
    """Digest every row of a district, by its table."""
    digests = {}
    async with owner.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if "district_id" in table.c and table.name != "ledger":
                digest = "md5(string_agg(t::text, ' ' order by t::text))"
                asked_ = text(f"select {digest} from {table} t where district_id = :place")
                digests[table.name] = await connection.scalar(asked_, {"place": place})
    return digests


async def test_who_the_table_does_not_name_is_told_the_rule_and_nothing_else(
    world, as_, app, owner
):
    """And nothing changes: neither what is theirs nor what is another's."""
    before = [await held_by(owner, place) for place in (NORTH, SOUTH)]
    sweep = Sweep(await markers_of(owner))
    listed = operations(app)
    for number, who in enumerate(CALLERS):
        async with as_(who.role, who.place) as caller:
            for turn, operation in enumerate(each for each in listed if not each.allowed(who.role)):
                for place in targets(number + turn):
                    request = world.request(operation, place)
                    answer = await asked(caller, request)
                    sweep.look(who, request, answer)
                    if answer.content != refusal(request, answer):
                        sweep.blame(who, request, answer, answer.text)
    assert sweep.wrong == []
    assert [await held_by(owner, place) for place in (NORTH, SOUTH)] == before
    assert sweep.answered > 800


async def test_what_is_out_of_reach_is_as_if_it_were_not_there(world, as_, app, owner):
    """Byte for byte, apart from the id of the request and the address that was asked for."""
    before = await held_by(owner, SOUTH)
    sweep = Sweep(await markers_of(owner))
    for who in CALLERS:
        if who.place is None:
            continue
        async with as_(who.role, who.place) as caller:
            for operation in operations(app):
                if operation.allowed(who.role) and world.concerns_a_place(operation):
                    other, absent = (world.request(operation, each) for each in (SOUTH, None))
                    theirs = await asked(caller, other)
                    sweep.look(who, other, theirs)
                    nothing = await asked(caller, absent)
                    if operation.action in FOR_ALL:
                        continue
                    if blanked(theirs) != blanked(nothing):
                        sweep.blame(who, other, theirs, f"{theirs.text} is not {nothing.text}")
    assert sweep.wrong == []
    assert await held_by(owner, SOUTH) == before
    assert sweep.answered > 300


async def test_what_is_allowed_shows_and_changes_nothing_of_another_district(
    world, as_, app, owner
):
    before = await held_by(owner, SOUTH)
    sweep = Sweep(await markers_of(owner))
    in_vain: dict[str, set[int]] = {}
    for operation in in_order(operations(app)):
        for who in CALLERS:
            if operation.allowed(who.role):
                request = world.request(operation, NORTH)
                async with as_(who.role, who.place) as caller:
                    answer = await asked(caller, request)
                sweep.look(who, request, answer)
                named = f"{operation.method} {operation.path}"
                in_vain.setdefault(named, set()).add(answer.status_code)
    assert sweep.wrong == []
    useless = [name for name, met in in_vain.items() if not met & USEFUL]
    assert [name for name in useless if not name.startswith(OTHERWISE)] == []
    assert await held_by(owner, SOUTH) == before


OTHERWISE = (
    "PUT /v1/districts/{district_id}/links/",
    "POST /v1/districts/{district_id}/consents",
    "POST /v1/districts/{district_id}/introductions",
    "PUT /v1/districts/{district_id}/practices/",
    "POST /v1/districts/{district_id}/practices/",
)
"""What is asked for in vain: its body belongs together in ways that the contract does not tell."""
USEFUL = frozenset({200, 201, 202, 204, 304, 403, 409, 412, 428})
"""What tells that a request was understood, and its subject found."""


def in_order(listed: list[Operation]) -> list[Operation]:
    """Put reads first, and last what ends something, so that each finds its subject there."""
    ends = ("/revoke", "/withdraw", "/retire", "/lift", "/lock", "/cancel", "/close")

    def last(each: Operation) -> tuple[int, int]:
        revokes = each.path.endswith("/revoke") + each.path.startswith("/v1/keys/")
        return (each.method == "DELETE") + 2 * revokes, each.path.endswith(ends)

    return sorted(listed, key=lambda each: (not each.reads, *last(each)))


def targets(turn: int) -> list[UUID | None]:
    """List whose rows to ask for: one of its own, another's and nobody's, or all, in a slow run."""
    all_ = [NORTH, SOUTH, None]
    return all_ if "C34_SLOW" in os.environ else [all_[turn % len(all_)]]
