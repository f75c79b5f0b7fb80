"""An odd value that a district submits is found nowhere but in its own readers' answers."""

import logging
import os
import subprocess
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import structlog
from answers import at, attested, batch, once, put, read, rows, steward
from canaries import (
    CANARIES,
    FAREWELL,
    ITEMS,
    NUMERATOR,
    ODD,
    REMARK,
    TALE,
    VALUE,
    Scene,
    found_in,
    scene_of,
)
from conftest import NORTH, SOUTH, Addresses
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from members import Given, among, join, member
from paths import Caller, an_instrument, open_round, step
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from walk import addresses_of, answers_to

from app.embedded.binaries import find_binaries
from app.embedded.server import EmbeddedServer
from app.settings import plain
from app.submissions.desk import Desk
from app.submissions.seals import OwnSeal
from app.submissions.service import SubmissionService
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}
OWN_READERS = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}


@pytest.fixture
async def everyone(app: FastAPI, as_: Caller, given: Given) -> Caller:
    """Callers of ten districts, and of the consortium."""
    for number in range(1, 9):
        await join(given, number)
    return among(app, as_)


@pytest.fixture
async def scene(everyone: Caller) -> Scene:
    """A round that the north shared in, and that was released; and one that it left."""
    return await scene_of(everyone)


async def own_answers(everyone: Caller, scene: Scene) -> bytes:
    """All that the north reads of its own."""
    caller = steward(everyone)
    paths = [f"{at(scene[name])}/submission{tail}" for name, tail in OWN_PATHS]
    position = f"/v1/releases/{scene['release']['id']}/position?district_id={NORTH}"
    bodies = [(await caller.get(path)).content for path in [*paths, position]]
    return b"".join(bodies)


OWN_PATHS = [("round", ""), ("round", "/history"), ("left", "")]


async def test_the_district_itself_reads_all_of_it(everyone, scene):
    """The other tests would find what they look for, if it were there."""
    assert found_in(await own_answers(everyone, scene)) == list(CANARIES)


async def test_no_other_principal_is_told_it_by_any_endpoint(app, everyone, scene, owner):
    others = {
        f"{role} of {place}": everyone(role, place)
        for role in Role
        for place in ([None] if role.of_consortium else [NORTH, SOUTH])
        if role is not Role.PUBLIC and (place != NORTH or role not in OWN_READERS)
    }
    others["superintendent further on"] = everyone(Role.SUPERINTENDENT, member(1))
    others["nobody"] = AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="https://c34.example"
    )
    addresses = await addresses_of(app, owner)
    seen = await answers_to(others, addresses)
    assert [key for key, (_, body) in seen.items() if found_in(body)] == []
    assert len({address for (_, address), (status, _) in seen.items() if status == 200}) > 40
    mean = b'"basis":null,"group":null,"statistic":"mean_of_districts","status":"published","n":10'
    assert any(mean in body for _, body in seen.values())


async def test_no_dump_of_the_database_holds_it(scene, server, addresses):
    assert scene["release"]["cells_published"] == 21
    dump = dumped(server, addresses)
    assert found_in(dump) == []
    assert found_in(dump, ["North Invented Unified", "submission:attest"]) == [
        "North Invented Unified",
        "submission:attest",
    ]


async def test_no_copy_of_a_table_holds_it(scene, addresses, owner):
    async with owner.connect() as connection:
        listed = text("select relname from pg_class where relkind in ('r', 'm') and relnamespace =")
        tables = list(await connection.scalars(text(f"{listed} 'public'::regnamespace")))
    assert {"answers", "idempotency_records", "ledger", "withdrawals"} <= set(tables)
    connection = await asyncpg.connect(plain(addresses.owner))
    copied = bytearray()

    async def keep(data: bytes) -> None:
        copied.extend(data)

    try:
        for table in tables:
            await connection.copy_from_table(table, output=keep)
    finally:
        await connection.close()
    assert found_in(bytes(copied)) == []
    assert found_in(bytes(copied), ["North Invented Unified"]) == ["North Invented Unified"]


async def test_no_file_of_the_server_holds_it(scene, server, owner):
    """Tables, the write-ahead log, and the server's own log."""
    async with owner.connect() as connection:
        await connection.execute(text("checkpoint"))
    found: dict[str, list[str]] = {}
    known = 0
    for file in server._folder.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            known += b"North Invented Unified" in content
            if canaries := found_in(content):
                found[file.name] = canaries
    assert (found, known > 1) == ({}, True)


def dumped(server: EmbeddedServer, addresses: Addresses) -> bytes:
    """Dump the database with PostgreSQL's own program, as the superuser."""
    url = addresses.owner
    done = subprocess.run(
        [
            str(find_binaries(None).folder / "pg_dump"),
            f"--host={url.query['host']}",
            f"--username={url.username}",
            f"--dbname={url.database}",
        ],
        env=os.environ | {"PGPASSWORD": str(url.password)},
        capture_output=True,
        check=True,
    )
    return done.stdout


BAD: list[tuple[str, dict[str, Any]]] = [
    ("expenditure", {"value": str(VALUE)}),
    ("expenditure", {"value": VALUE, "level": 1}),
    ("expenditure", {"value": VALUE * 1000}),
    ("expenditure", {"value": VALUE + 0.00001}),
    ("expenditure", {"value": VALUE, REMARK: 1}),
    ("expenditure", {"value": VALUE, "status": REMARK}),
    ("expenditure", {"value": VALUE, "status": "not_collected", "comment": REMARK}),
    ("students-per-teacher", {"numerator": NUMERATOR, "denominator": 0}),
    ("students-per-teacher", {"value": VALUE}),
    ("who-coaches", {"option": TALE}),
    ("survey", {"yes": TALE}),
    ("learned", {"text": TALE + "\x00"}),
]


@pytest.fixture
async def refusals(everyone: Caller) -> Callable[[], Awaitable[list[bytes]]]:
    """Give what becomes of requests with the canaries that cannot be done."""
    instrument = await an_instrument(everyone, *ITEMS)
    open_ = await open_round(everyone, instrument=instrument)
    closed = await open_round(everyone, instrument=instrument)
    await batch(everyone, closed, rows(ODD))
    await step(everyone, closed["id"], "close")
    review = await open_round(everyone, instrument=instrument)
    await step(everyone, review["id"], "close", "review")

    async def ask() -> list[bytes]:
        answers = [await put(everyone, open_, code, body) for code, body in BAD]
        answers += [
            await batch(everyone, open_, [{"item": code, **body} for code, body in BAD], mode=mode)
            for mode in ("atomic", "best_effort")
        ]
        odd = {"value": VALUE, "comment": REMARK}
        answers += [await put(everyone, each, "expenditure", odd) for each in (closed, review)]
        path = f"{at(open_)}/answers/batch"
        sheet = f'item,value,comment\nexpenditure,{VALUE},"{REMARK}\nunclosed'.encode()
        csv = once() | {"Content-Type": "text/csv"}
        caller, cut = steward(everyone), f'{{"value": {VALUE}, "{TALE}'
        answers += [
            await caller.post(path, content=sheet, headers=csv),
            await caller.post(path, content=b"item,%s\na,b" % TALE.encode(), headers=csv),
            await caller.post(path, content=cut.encode(), headers=once() | JSON),
            await caller.post(path, content=cut.encode(), headers=once()),
            await caller.get(f"{at(open_)}/submission?value={VALUE}"),
            await caller.get(f"{at(open_)}/submission/history?cursor={VALUE}"),
            await caller.put(f"{at(open_, SOUTH)}/answers/expenditure", json=odd),
            await everyone(Role.VIEWER, NORTH).put(f"{at(open_)}/answers/expenditure", json=odd),
            await caller.post(f"{at(open_)}/submission/withdraw", json={"reason": [FAREWELL]}),
        ]
        assert {answer.status_code for answer in answers} == {200, 400, 403, 404, 409, 415, 422}
        return [answer.content for answer in answers]

    return ask


async def test_no_refusal_repeats_it(refusals):
    assert [body for body in await refusals() if found_in(body)] == []


async def test_neither_the_log_nor_an_answer_tells_of_it_when_everything_fails(
    everyone, scene, refusals, monkeypatch, caplog, capfd
):
    """Requests that work, that are refused, that fail in our code, in the driver, in PostgreSQL."""
    caplog.set_level(logging.WARNING, logger="httpx")  # the client of the tests
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        bodies = await refusals()
        round_ = await open_round(everyone, instrument=await an_instrument(everyone, *ITEMS))
        await attested(everyone, round_, ODD)
        await read(everyone, round_)
        for breakage in (break_our_code, break_the_driver, break_a_constraint):
            with monkeypatch.context() as patch:
                breakage(patch)
                odd = {"value": VALUE - 1, "comment": REMARK}
                answers = [await put(everyone, round_, "expenditure", odd)]
                changed = rows({"expenditure": odd, "learned": {"text": TALE + "!"}})
                answers.append(await batch(everyone, round_, changed))
                assert {answer.status_code for answer in answers} <= {422, 500}
                bodies += [answer.content for answer in answers]
    written = capfd.readouterr()
    logged = repr(events) + caplog.text + repr([vars(each) for each in caplog.records])
    logged += written.out + written.err
    canaries = [*CANARIES, str(VALUE - 1)]
    assert found_in(logged.encode(), canaries) == []
    assert [body for body in bodies if found_in(body, canaries)] == []
    assert sorted({event["event"] for event in events}) == ["request", "request_failed"]
    assert any("INSERT INTO answers" in record.getMessage() for record in caplog.records)


def break_our_code(patch: pytest.MonkeyPatch) -> None:
    """Fail in our code, with what was entered in the words of the error."""

    def fail(_service: SubmissionService, desk: Desk) -> None:
        newest = [desk.seal.opened(each, desk.round.id) for each in desk.newest.values()]
        raise RuntimeError(f"It is all about {newest} and {REMARK}")

    patch.setattr(SubmissionService, "_told", fail)


def break_the_driver(patch: pytest.MonkeyPatch) -> None:
    """Fail in the driver, which names the value that it does not take."""

    def seal(_seal: OwnSeal, content: Any, *_place: Any) -> str:
        return content.written().decode()

    patch.setattr(OwnSeal, "seal", seal)


def break_a_constraint(patch: pytest.MonkeyPatch) -> None:
    """Fail in PostgreSQL, which would log the row that breaks a constraint."""
    version = Desk.version

    def unsealed(desk: Desk, content: Any, item: Any, submission: Any, _by: UUID) -> Any:
        made = version(desk, content, item, submission, None)
        made.sealed = content.written()
        return made

    patch.setattr(Desk, "version", unsealed)


async def test_the_servers_log_does_not_tell_of_it(everyone, server, owner, monkeypatch):
    instrument = await an_instrument(everyone, *ITEMS)
    round_ = await open_round(everyone, instrument=instrument)
    await attested(everyone, round_, ODD)
    log = server._folder.log
    before = log.stat().st_size
    for breakage in (break_a_constraint, break_the_driver):
        with monkeypatch.context() as patch:
            breakage(patch)
            answer = await put(everyone, round_, "expenditure", {"value": VALUE - 1})
            assert answer.status_code in {422, 500}
    half = "insert into districts (id, name) values ('{}', '{}')"
    for failing in (half.format(UUID(int=9), REMARK), f"select 1 / 0, '{TALE}'"):
        async with owner.connect() as connection:  # as an operator would, past row security
            with pytest.raises(DBAPIError):
                await connection.execute(text(failing))
    said = log.read_bytes()
    assert found_in(said, [*CANARIES, str(VALUE - 1)]) == []
    assert b"violates not-null constraint" in said[before:]
