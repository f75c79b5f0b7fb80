"""The wire over a real socket: what a server and a network add."""

import asyncio
import json
from contextlib import asynccontextmanager
from socket import socket

import pytest
import uvicorn
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from structlog.testing import capture_logs
from wire.toy import toy

from app.wire.body import Limits
from app.wire.route import Route

pytestmark = pytest.mark.anyio

LIMIT = 100_000
FAILING = APIRouter(prefix="/v1/failing", route_class=Route)


@FAILING.get("/at-once")
async def fail_at_once() -> None:
    raise RuntimeError("8417563.25")


@FAILING.get("/midway")
async def fail_midway() -> StreamingResponse:
    async def parts():
        yield b"begun"
        raise RuntimeError("8417563.25")

    return StreamingResponse(parts())


@FAILING.post("/size")
async def size_of(request: Request) -> int:
    return len(await request.body())


@asynccontextmanager
async def served():
    """Serve the toy on a free port of this machine."""
    app = toy(Limits(body=LIMIT, batch=LIMIT, seconds=0.3))
    app.include_router(FAILING)
    config = uvicorn.Config(app, log_config=None, lifespan="off", server_header=False)
    server = uvicorn.Server(config)
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # so that a caller who is too early waits
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


class Line:
    """A connection on which requests are written byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, *lines: str, body: bytes = b"") -> None:
        head = "\r\n".join((*lines, "Host: toy", "Authorization: Bearer good", "", ""))
        self.writer.write(head.encode() + body)
        await self.writer.drain()

    async def answer(self, *, head_only: bool = False) -> tuple[int, dict[str, str], bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(each.lower().split(": ", 1) for each in head[1:] if each)
        size = 0 if head_only else int(headers.get("content-length", 0))
        return int(head[0].split()[1]), headers, await self.reader.readexactly(size)

    async def closed(self) -> bool:
        return await self.reader.read() == b""


@pytest.fixture
async def port():
    async with served() as port:
        yield port


@pytest.fixture
async def line(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Line(reader, writer)
    writer.close()


async def test_after_an_internal_error_the_connection_goes_on(line):
    for _ in range(3):
        with capture_logs() as logs:
            await line.say("GET /v1/failing/at-once HTTP/1.1")
            status, headers, body = await line.answer()
        assert (status, json.loads(body)["code"]) == (500, "internal")
        assert "connection" not in headers
        assert [each["event"] for each in logs] == ["request_failed", "request"]
        assert "8417563.25" not in repr(logs)
    await line.say("GET /v1/things HTTP/1.1")
    assert (await line.answer())[0] == 200


async def test_an_answer_that_fails_midway_is_cut_off_and_its_words_are_not_logged(line, caplog):
    with capture_logs() as logs:
        await line.say("GET /v1/failing/midway HTTP/1.1")
        head = await line.reader.readuntil(b"\r\n\r\n")
        rest = await line.reader.read()
    assert head.startswith(b"HTTP/1.1 200")
    assert rest == b"5\r\nbegun\r\n"  # without the last chunk, so the caller knows
    assert "8417563.25" not in repr(logs) + caplog.text


async def test_head_over_a_socket_has_no_body(line):
    await line.say("HEAD /v1/things HTTP/1.1")
    status, headers, _ = await line.answer(head_only=True)
    assert (status, int(headers["content-length"]) > 0) == (200, True)
    await line.say("GET /v1/things HTTP/1.1")
    assert (await line.answer())[0] == 200


async def test_chunks_are_put_together(line):
    await line.say(
        "POST /v1/things HTTP/1.1",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        body=b'8\r\n{"name":\r\n4\r\n"A"}\r\n0\r\n\r\n',
    )
    status, _, body = await line.answer()
    assert (status, json.loads(body)) == (201, {"name": "A"})


async def test_chunks_over_the_cap_are_refused_and_the_connection_goes_on(line):
    chunk = b"%x\r\n%b\r\n" % (10_000, b" " * 10_000)
    await line.say(
        "POST /v1/things HTTP/1.1",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        body=chunk * 15 + b"0\r\n\r\n",
    )
    status, _, body = await line.answer()
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    await line.say("GET /v1/things HTTP/1.1")
    assert (await line.answer())[0] == 200


async def test_a_body_far_over_the_cap_is_not_read_to_its_end(line):
    await line.say(
        "POST /v1/things HTTP/1.1",
        "Content-Type: application/json",
        f"Content-Length: {LIMIT * 1000}",
    )
    status, headers, body = await line.answer()
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    assert headers["connection"] == "close"
    assert await line.closed()


async def test_a_body_over_the_cap_is_not_asked_for(line):
    await line.say(
        "POST /v1/things HTTP/1.1",
        "Content-Type: application/json",
        f"Content-Length: {LIMIT + 1}",
        "Expect: 100-continue",
    )
    status, _, body = await line.answer()
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")


async def test_a_slow_body_is_given_up(line):
    await line.say(
        "POST /v1/things HTTP/1.1",
        "Content-Type: application/json",
        "Content-Length: 12",
        body=b"{",
    )
    began = asyncio.get_running_loop().time()
    status, headers, body = await line.answer()
    assert (status, json.loads(body)["code"]) == (408, "request_timeout")
    assert 0.2 < asyncio.get_running_loop().time() - began < 2
    assert headers["connection"] == "close"
    assert await line.closed()


async def test_a_body_that_drips_is_given_up_too(line):
    await line.say(
        "POST /v1/failing/size HTTP/1.1", "Content-Type: text/plain", "Content-Length: 1000"
    )
    answer = asyncio.create_task(line.answer())
    while not answer.done():
        line.writer.write(b"x")
        await asyncio.sleep(0.05)
    assert answer.result()[0] == 408


async def test_a_caller_that_leaves_does_no_harm(port, line):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /v1/things HTTP/1.1\r\nHost: toy\r\nAuthorization: Bearer good\r\n"
        b"Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{"
    )
    await writer.drain()
    with capture_logs() as logs:
        writer.close()
        await writer.wait_closed()
        await line.say("GET /v1/things HTTP/1.1")
        status, _, body = await line.answer()
    assert (status, json.loads(body)["data"]) == (200, [])
    assert [(each["event"], each["status"]) for each in logs] == [
        ("request", 499),
        ("request", 200),
    ]


async def test_requests_that_are_sent_together_are_answered_in_turn(line):
    for path in ("/v1/things", "/v1/nothing", "/v1/things?limit=0", "/v1/failing/at-once"):
        await line.say(f"GET {path} HTTP/1.1")
    assert [(await line.answer())[0] for _ in range(4)] == [200, 404, 422, 500]
