"""Pages of other origins: which may call the API from a browser, and what they may read."""

import pytest
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs
from wire.answered import problem
from wire.toy import JSON, KNOWN, TOKEN, toy

from app.settings import Settings

pytestmark = pytest.mark.anyio

THINGS = "/v1/things"
OURS, THEIRS = "https://plans.example", "https://other.example"
SHOWN = (
    "Accept-Patch, Allow, Content-Disposition, Deprecation, ETag, Idempotent-Replayed, Link,"
    " Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate, X-Request-Id"
)


def calling(*origins, raising=True):
    transport = ASGITransport(toy(origins=origins), raise_app_exceptions=raising)
    return AsyncClient(transport=transport, base_url="http://toy", headers=TOKEN)


def cors(answer):
    """What an answer says to a browser."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in answer.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }


def asking(origin, method="PATCH", headers="authorization,content-type,if-match"):
    return {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": headers,
    }


async def test_no_page_may_unless_a_setting_says_so():
    async with calling() as client:
        answer = await client.get(THINGS, headers={"origin": OURS})
        assert (answer.status_code, cors(answer)) == (200, {})
        asked = await client.options(THINGS, headers=asking(OURS))
        assert (asked.status_code, cors(asked)) == (204, {})


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", "authorization,if-none-match,x-request-id"),
        ("POST", "authorization,content-type,idempotency-key,prefer"),
        ("PUT", "authorization,content-type,if-match"),
        ("PATCH", "authorization,content-type,if-match"),
        ("DELETE", "authorization,if-match"),
    ],
)
async def test_a_page_of_an_origin_that_is_allowed_may_send_what_the_api_takes(method, headers):
    async with calling(OURS) as client:
        told = await client.options(f"{THINGS}/{KNOWN}", headers=asking(OURS, method, headers))
    assert (told.status_code, told.content) == (204, b"")
    assert cors(told) == {
        "allow-origin": OURS,
        "allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "allow-headers": "Accept, Accept-Language, Authorization, Content-Language, Content-Type,"
        " Idempotency-Key, If-Match, If-None-Match, Prefer, X-Request-Id",
        "max-age": "600",
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers,"
        " Access-Control-Request-Private-Network",
    }
    assert told.headers["x-content-type-options"] == "nosniff"


async def test_a_preflight_is_in_the_log_with_the_id_it_is_answered_with():
    async with calling(OURS) as client:
        with capture_logs() as logs:
            told = await client.options(THINGS, headers=asking(OURS))
    (line,) = [line for line in logs if line["event"] == "request"]
    assert (line["method"], line["status"]) == ("OPTIONS", 204)
    assert line["request_id"] == told.headers["x-request-id"]


async def test_a_page_of_another_origin_is_told_nothing_it_could_use():
    async with calling(OURS) as client:
        told = await client.options(THINGS, headers=asking(THEIRS))
        assert (told.status_code, "allow-origin" in cors(told)) == (204, False)
        answer = await client.get(THINGS, headers={"origin": THEIRS})
    assert (answer.status_code, cors(answer)) == (200, {"expose-headers": SHOWN, "vary": "Origin"})


async def test_a_page_may_read_an_answer_and_no_cookie_goes_with_it():
    async with calling(OURS, "https://second.example:8443") as client:
        for origin in (OURS, "https://second.example:8443"):
            answer = await client.get(THINGS, headers={"origin": origin})
            assert (answer.status_code, cors(answer)) == (
                200,
                {"allow-origin": origin, "expose-headers": SHOWN, "vary": "Origin"},
            )


async def test_what_is_kept_of_a_page_is_given_to_no_other_origin():
    """Whoever asks without an origin, too: a cache keeps one answer for each."""
    async with calling(OURS) as client:
        assert cors(await client.get(THINGS)) == {"vary": "Origin"}
        explained = await client.get("/problems", headers={"origin": OURS})
    assert explained.headers["vary"] == "Accept, Origin"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (THINGS, b"{", 400),
        ("/v1/nothing", b"{}", 404),
        (THINGS, b"{}", 422),
        (THINGS, b" " * 3_000_000, 413),
        (THINGS, b'{"name": "Boom"}', 500),
        (THINGS, b'{"name": "Later"}', 503),
    ],
)
async def test_a_page_may_read_what_went_wrong(path, body, status):
    async with calling(OURS) as client:
        answer = await client.post(path, content=body, headers=JSON | {"origin": OURS})
    assert answer.status_code == status
    problem(answer, status, answer.json()["code"], answer.json()["detail"], **faults(answer))
    assert cors(answer) == {"allow-origin": OURS, "expose-headers": SHOWN, "vary": "Origin"}


def faults(answer):
    return {"errors": answer.json()["errors"]} if answer.status_code == 422 else {}


async def test_every_page_may_where_the_setting_is_a_star():
    async with calling("*") as client:
        answer = await client.get(THINGS, headers={"origin": THEIRS})
        told = await client.options(THINGS, headers=asking(THEIRS))
    assert cors(answer) == {"allow-origin": "*", "expose-headers": SHOWN, "vary": "Origin"}
    assert (told.status_code, cors(told)["allow-origin"]) == (204, "*")


@pytest.mark.parametrize(
    ("told", "origins"),
    [
        ("", ()),
        ("*", ("*",)),
        ("https://a.example", ("https://a.example",)),
        (
            "https://a.example, http://localhost:5173,http://[::1]:80 ",
            ("https://a.example", "http://localhost:5173", "http://[::1]:80"),
        ),
    ],
)
def test_origins_are_set_with_commas_between_them(monkeypatch, told, origins):
    monkeypatch.setenv("C34_ORIGINS", told)
    assert Settings().c34_origins == origins


@pytest.mark.parametrize(
    "told",
    [
        "null",
        "a.example",
        "https://a.example/",
        "https://*.example",
        "*,https://a.example",
        "ftp://a",
    ]
    + ["https://A.example", "https://user@a.example", "https://a.example:port"],
)
def test_what_no_browser_sends_as_an_origin_is_refused(monkeypatch, told):
    monkeypatch.setenv("C34_ORIGINS", told)
    with pytest.raises(ValueError, match="must be origins such as"):
        Settings()
