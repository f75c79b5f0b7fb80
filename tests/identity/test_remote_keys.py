"""Keys that are fetched: from where, how often, and what happens when they cannot be had."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from identity.forge import NOW, ec_jwk, ec_key, ecdsa
from identity.judge import clock_at
from identity.vectors.world import NORTH_ISS, north, north_claims, north_header

from app.identity.remote_keys import MOST_BYTES, RemoteKeys
from app.identity.trust import TrustedIssuer, trusted_key
from app.identity.verifier import Verifier

pytestmark = pytest.mark.anyio

ADDRESS = "https://login.north.example/jwks.json"
FIRST, SECOND = ec_jwk(ec_key("north"), "first"), ec_jwk(ec_key("south"), "second")

Answer = Callable[[httpx.Request], httpx.Response]


class Provider:
    """An issuer's address, and a clock beside it."""

    def __init__(self, *keys: dict[str, object]) -> None:
        self.asked: list[httpx.Request] = []
        self.now = 1000.0
        self.publish(*keys)

    def publish(self, *keys: dict[str, object]) -> None:
        self.answer: Answer = lambda _: httpx.Response(200, stream=Pieces(dumped(keys)))

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        return self.answer(request)

    def keys(self, **options: Any) -> RemoteKeys:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self), follow_redirects=True)
        return RemoteKeys(ADDRESS, client, monotonic=lambda: self.now, **options)


class Pieces(httpx.AsyncByteStream):
    def __init__(self, *pieces: bytes, pause: float = 0, fault: Exception | None = None) -> None:
        self.pieces, self.pause, self.fault, self.given = pieces, pause, fault, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await asyncio.sleep(self.pause)
            self.given += 1
            yield piece
        if self.fault:
            raise self.fault


def dumped(keys: Any) -> bytes:
    return json.dumps({"keys": list(keys)}).encode()


async def test_keys_are_not_known_before_they_are_sought() -> None:
    provider = Provider(FIRST)
    keys = provider.keys()
    assert keys.known("first") is None
    assert provider.asked == []
    assert await keys.sought("first") == trusted_key(FIRST)
    assert keys.known("first") == trusted_key(FIRST)


async def test_one_plain_request_is_made() -> None:
    provider = Provider(FIRST)
    await provider.keys().sought("first")
    (request,) = provider.asked
    assert (request.method, str(request.url)) == ("GET", ADDRESS)
    assert request.headers["accept-encoding"] == "identity"


async def test_many_callers_share_one_fetch() -> None:
    provider = Provider(FIRST)
    keys = provider.keys()
    found = await asyncio.gather(*(keys.sought("first") for _ in range(50)))
    assert found == [trusted_key(FIRST)] * 50
    assert len(provider.asked) == 1


async def test_unknown_ids_cause_one_fetch_per_cool_down() -> None:
    provider = Provider(FIRST)
    keys = provider.keys(cool_down=30)
    for name in range(100):
        assert await keys.sought(f"unknown-{name}") is None
    assert len(provider.asked) == 1
    provider.now += 29.9
    assert await keys.sought("unknown") is None
    assert len(provider.asked) == 1
    provider.now += 0.1
    assert await keys.sought("unknown") is None
    assert len(provider.asked) == 2


async def test_a_new_key_is_found_after_the_cool_down() -> None:
    provider = Provider(FIRST)
    keys = provider.keys(cool_down=30)
    await keys.sought("first")
    provider.publish(FIRST, SECOND)
    assert await keys.sought("second") is None
    provider.now += 30
    assert await keys.sought("second") == trusted_key(SECOND)


async def test_a_withdrawn_key_is_forgotten_once_the_keys_are_no_longer_fresh() -> None:
    provider = Provider(FIRST, SECOND)
    keys = provider.keys(fresh_for=600)
    await keys.sought("first")
    provider.publish(SECOND)
    provider.now += 599.9
    assert keys.known("first") == trusted_key(FIRST)
    provider.now += 0.1
    assert keys.known("first") is None
    assert await keys.sought("first") is None


async def test_a_key_that_did_not_change_is_not_constructed_anew() -> None:
    provider = Provider(FIRST)
    keys = provider.keys(fresh_for=600)
    before = await keys.sought("first")
    provider.now += 600
    assert await keys.sought("first") is before


async def test_a_key_replaced_under_its_old_id_is_taken() -> None:
    provider = Provider(FIRST)
    keys = provider.keys(fresh_for=600)
    await keys.sought("first")
    provider.publish({**SECOND, "kid": "first"})
    provider.now += 600
    assert await keys.sought("first") == trusted_key({**SECOND, "kid": "first"})


async def test_while_the_address_fails_the_last_keys_go_on_for_a_time() -> None:
    provider = Provider(FIRST)
    keys = provider.keys(fresh_for=600, stale_for=3600)
    await keys.sought("first")
    provider.answer = lambda _: httpx.Response(503)
    provider.now += 3599.9
    assert await keys.sought("first") == trusted_key(FIRST)
    assert keys.failure == "The key set was answered 503."
    provider.now += 0.1
    assert await keys.sought("first") is None


async def test_after_a_failure_it_recovers_by_itself() -> None:
    provider = Provider(FIRST)
    works, provider.answer = provider.answer, lambda _: httpx.Response(500)
    keys = provider.keys(cool_down=30)
    assert await keys.sought("first") is None
    provider.answer = works
    assert await keys.sought("first") is None
    provider.now += 30
    assert await keys.sought("first") == trusted_key(FIRST)
    assert keys.failure is None


BROKEN = httpx.ReadError("connection reset by 10.0.0.1")


ANSWERS: dict[str, tuple[Callable[[], httpx.Response], str]] = {
    "a redirect": (
        lambda: httpx.Response(302, headers={"location": "https://evil.example"}),
        "The key set was answered 302.",
    ),
    "no content": (lambda: httpx.Response(204), "The key set was answered 204."),
    "an encoded body": (
        lambda: httpx.Response(
            200,
            headers={"content-encoding": "gzip"},
            stream=Pieces(gzip.compress(dumped([FIRST]))),
        ),
        "The key set is encoded, unasked.",
    ),
    "a body too large": (
        lambda: body_of(dumped([FIRST])[:-1], b" " * MOST_BYTES, b"}"),
        "The key set is too large.",
    ),
    "a body cut off": (
        lambda: httpx.Response(200, stream=Pieces(b"{", fault=BROKEN)),
        "The key set: ReadError.",
    ),
    "no connection": (lambda: fail(BROKEN), "The key set: ReadError."),
    "a page": (lambda: body_of(b"<html>"), "The answer is not a key set."),
    "a list": (lambda: body_of(b"[]"), "The answer is not a key set."),
    "keys in an object": (lambda: body_of(b'{"keys":{}}'), "The answer is not a key set."),
    "a number for a key": (lambda: body_of(b'{"keys":[1]}'), "The answer is not a key set."),
    "keys twice": (lambda: body_of(b'{"keys":[],"keys":[]}'), "The answer is not a key set."),
    "a deep text": (lambda: body_of(b"[" * 100_000), "The answer is not a key set."),
    "bytes": (lambda: body_of(b"\xff"), "The answer is not a key set."),
}


def body_of(*pieces: bytes) -> httpx.Response:
    return httpx.Response(200, stream=Pieces(*pieces))


def fail(fault: Exception) -> httpx.Response:
    raise fault


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_that_is_no_key_set_gives_no_keys(name: str) -> None:
    answer, failure = ANSWERS[name]
    provider = Provider()
    provider.answer = lambda _: answer()
    keys = provider.keys()
    assert await keys.sought("first") is None
    assert keys.failure == failure
    assert len(provider.asked) == 1


async def test_a_key_set_of_the_largest_size_is_read() -> None:
    provider = Provider()
    body = dumped([FIRST])
    provider.answer = lambda _: httpx.Response(
        200, stream=Pieces(body, b" " * (MOST_BYTES - len(body)))
    )
    assert await provider.keys().sought("first") == trusted_key(FIRST)


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    provider = Provider()
    pieces = Pieces(*[b" " * 65_536] * 1000)
    provider.answer = lambda _: httpx.Response(200, stream=pieces)
    assert await provider.keys().sought("first") is None
    assert pieces.given == 5


async def test_an_answer_that_drips_is_cut_off() -> None:
    provider = Provider()
    provider.answer = lambda _: httpx.Response(200, stream=Pieces(*[b" "] * 1000, pause=0.01))
    keys = provider.keys(deadline=0.05)
    assert await keys.sought("first") is None
    assert keys.failure == "The key set took too long."


async def test_a_caller_that_goes_away_leaves_the_fetch_to_the_others() -> None:
    provider = Provider(FIRST)
    keys = provider.keys()
    gone, stays = (asyncio.create_task(keys.sought("first")) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == trusted_key(FIRST)
    assert len(provider.asked) == 1


async def test_keys_that_do_not_fit_are_passed_over() -> None:
    provider = Provider({"kty": "OKP", "kid": "ed"}, {}, FIRST)
    keys = provider.keys()
    assert await keys.sought("first") == trusted_key(FIRST)
    assert keys.known("ed") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://login.north.example/jwks.json",
        "http://127.0.0.1/jwks.json",
        "ftp://login.north.example/jwks.json",
        "file:///etc/passwd",
        "https://user:password@login.north.example/jwks.json",
        "https:///jwks.json",
        "//login.north.example",
        "",
    ],
)
def test_an_address_that_is_not_https_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="Keys are fetched over https"):
        RemoteKeys(address, httpx.AsyncClient())


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:80"])
def test_http_on_this_machine_is_allowed_when_a_test_says_so(host: str) -> None:
    RemoteKeys(f"http://{host}/jwks", httpx.AsyncClient(), loopback_http=True)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "localhost.evil.example", "169.254.169.254", "192.168.0.1"]
)
def test_http_elsewhere_is_refused_even_then(host: str) -> None:
    with pytest.raises(ValueError, match="Keys are fetched over https"):
        RemoteKeys(f"http://{host}/jwks", httpx.AsyncClient(), loopback_http=True)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/jwks", "http://user@127.0.0.1/jwks"])
def test_nothing_but_plain_http_is_allowed_on_this_machine(address: str) -> None:
    with pytest.raises(ValueError, match="Keys are fetched over https"):
        RemoteKeys(address, httpx.AsyncClient(), loopback_http=True)


async def test_keys_are_fetched_over_a_real_connection() -> None:
    body = dumped([FIRST])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as server,
        httpx.AsyncClient() as client,
    ):
        port = server.sockets[0].getsockname()[1]
        keys = RemoteKeys(f"http://127.0.0.1:{port}/jwks", client, loopback_http=True)
        assert await keys.sought("first") == trusted_key(FIRST)


async def test_a_token_of_a_provider_holds_until_its_key_is_withdrawn() -> None:
    provider = Provider(FIRST)
    keys = provider.keys(fresh_for=600)
    issuer = TrustedIssuer(NORTH_ISS, "consortium-2034", keys, token_types=frozenset({"jwt"}))
    verifier = Verifier([issuer], clock_at(NOW))
    token = north(north_header(alg="ES256", kid="first"), north_claims(), ecdsa(ec_key("north")))
    assert (await verifier.verify(token)).subject == "248289761001"
    assert (await verifier.verify(token)).subject == "248289761001"
    assert len(provider.asked) == 1
    provider.publish(SECOND)
    provider.now += 600
    with pytest.raises(Exception, match=r"^The token is refused\.$"):
        await verifier.verify(token)
