"""What every answer has, whatever was asked."""

import asyncio

import pytest
import structlog
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs
from wire.answered import problem
from wire.toy import JSON, KNOWN, TOKEN, toy

from app.wire.body import Limits

pytestmark = pytest.mark.anyio

THINGS = "/v1/things"


async def test_every_answer_has_the_security_headers(client):
    for path, status in ((THINGS, 200), ("/v1/nothing", 404), (f"{THINGS}?limit=0", 422)):
        answer = await client.get(path)
        assert answer.status_code == status
        told = {
            name: answer.headers[name]
            for name in (
                "x-content-type-options",
                "referrer-policy",
                "content-security-policy",
                "cache-control",
            )
        }
        assert told == {
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "cache-control": "no-store",
        }


async def test_a_request_id_is_taken_from_the_caller_if_it_is_sane(client):
    for sane in ("trace.0123_4-5", "a" * 64):
        answer = await client.get(THINGS, headers={"x-request-id": sane})
        assert answer.headers["x-request-id"] == sane


@pytest.mark.parametrize("odd", ["short", "a" * 65, "has blank in", "new\tline1", "<script>1234"])
async def test_an_odd_request_id_is_replaced(client, odd):
    answer = await client.get(THINGS, headers={"x-request-id": odd})
    assert answer.headers["x-request-id"][14] == "7"
    assert len(answer.headers["x-request-id"]) == 36


async def test_head_is_get_without_its_body(client):
    get = await client.get(f"{THINGS}/{KNOWN}")
    head = await client.head(f"{THINGS}/{KNOWN}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["content-type"] == get.headers["content-type"]
    missing = await client.head("/v1/nothing")
    assert (missing.status_code, missing.content) == (404, b"")


async def test_what_is_sent_in_answer_to_head_has_no_body(app):
    sent = []
    waiting = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return waiting.pop() if waiting else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "HEAD",
        "path": "/docs/assets/swagger-ui.css",
        "query_string": b"",
        "headers": [],
    }
    await app(scope, receive, send)
    start, *rest = sent
    assert dict(start["headers"])[b"content-length"] == b"178977"
    assert rest == [{"type": "http.response.body", "body": b""}]
    assert scope["method"] == "HEAD"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (THINGS, "GET, HEAD, OPTIONS, POST"),
        (f"{THINGS}/{KNOWN}", "GET, HEAD, OPTIONS, PATCH"),
        (f"{THINGS}/{KNOWN}/publish", "OPTIONS, POST"),
        (f"{THINGS}/batch", "GET, HEAD, OPTIONS, PATCH, POST"),
        ("/docs", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_method_that_is_not_taken_is_told_all_that_are(client, path, allow):
    answer = await client.delete(path)
    problem(answer, 405, "method_not_allowed", "This address does not take this method.")
    assert answer.headers["allow"] == allow
    asked = await client.options(path)
    assert (asked.status_code, asked.content, asked.headers["allow"]) == (204, b"", allow)


async def test_options_of_nothing_is_not_found(client):
    assert (await client.options("/v1/nothing")).status_code == 404


async def in_pieces(size: int, pieces: int):
    for _ in range(pieces):
        yield b" " * (size // pieces)


@pytest.fixture
async def small():
    """An application that takes 100 bytes, and 1,000 in a batch."""
    app = toy(Limits(body=100, batch=1000, seconds=0.2))
    async with AsyncClient(
        transport=ASGITransport(app), base_url="http://toy", headers=TOKEN | JSON
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "fits", "over"), [(THINGS, 100, 101), (f"{THINGS}/batch", 1000, 1001)]
)
async def test_a_body_is_as_large_as_its_limit_at_most(small, path, fits, over):
    taken = await small.post(path, content=b" " * fits)
    assert taken.json()["code"] == "malformed_json"
    refused = await small.post(path, content=b" " * over)
    problem(refused, 413, "body_too_large", "The body is larger than this address takes.")


async def test_what_is_named_batch_and_is_not_posted_is_no_batch(small):
    """An item may have the code ``batch``, and then its answer is put to such an address."""
    path = f"{THINGS}/batch"
    fits = await small.put(path, content=b" " * 100)
    assert (fits.status_code, fits.json()["code"]) == (405, "method_not_allowed")
    over = await small.put(path, content=b" " * 101)
    problem(over, 413, "body_too_large", "The body is larger than this address takes.")


async def test_a_body_in_chunks_is_counted(small):
    fits = await small.post(THINGS, content=in_pieces(100, 10))
    assert fits.json()["code"] == "malformed_json"
    over = await small.post(THINGS, content=in_pieces(110, 11))
    problem(over, 413, "body_too_large", "The body is larger than this address takes.")


async def test_a_log_line_tells_the_operation_and_no_value(client):
    with capture_logs() as logs:
        answer = await client.get(f"{THINGS}/{KNOWN}?surprise=8417563.25")
    (line,) = [each for each in logs if each["event"] == "request"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "path": "/v1/things/{thing_id}",
        "status": 422,
        "request_id": answer.headers["x-request-id"],
        "principal": str(KNOWN),
    }


async def test_what_is_logged_in_a_request_names_it_and_the_next_one_starts_anew(client):
    await client.get(THINGS, headers={"x-request-id": "the-first-one"})
    assert structlog.contextvars.get_contextvars() == {}


async def test_a_log_line_of_nothing_tells_no_path(client):
    with capture_logs() as logs:
        await client.get("/v1/8417563.25")
    (line,) = [each for each in logs if each["event"] == "request"]
    assert (line["path"], line["status"], line["principal"]) == (None, 404, None)
