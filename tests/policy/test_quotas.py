"""Quotas: counted before anything is looked at, told on every answer, small in memory."""

from dataclasses import replace
from math import ceil

import pytest
from conftest import BASE_URL, NORTH, SOUTH
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text
from wire.answered import problem

from app.policy.quotas import Counter, Quota, Quotas, Standing, address_of
from app.serving import quotas
from app.settings import Settings
from app.vocabulary import Role

DISTRICTS = "/v1/districts"
OVER = "The quota is used up. Try again after the seconds in Retry-After."


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limited(app, house, clock):
    """The application with a quota of 3 requests in 10 seconds, and 2 for an address."""
    quotas = Quotas(account=Quota(3, 10), address=Quota(2, 10), clock=clock, kept=4)
    app.state.house = replace(house, quotas=quotas)
    yield quotas
    app.state.house = house


def at(app, address):
    """A client that is nobody, of an address."""
    return AsyncClient(transport=ASGITransport(app, client=(address, 1)), base_url=BASE_URL)


def told(answer):
    return answer.status_code, answer.headers.get("ratelimit")


def begins(times: list[float], seconds: float) -> float:
    """When the window of the last of these requests began, told from all of them."""
    first = times[0]
    for when in times:
        if when >= first + seconds:
            first = when
    return first


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.floats(0, 4)), max_size=80))
def test_exactly_what_is_beyond_the_quota_of_a_window_is_refused(asked):
    clock = Clock()
    counter = Counter(Quota(3, 10), clock, kept=5)
    times: dict[str, list[float]] = {}
    for caller, passes in asked:
        clock.now += passes
        times.setdefault(caller, []).append(clock.now)
        first = begins(times[caller], 10)
        used = len([when for when in times[caller] if when >= first])
        assert counter.count(caller) == Standing(
            left=max(3 - used, 0), seconds=ceil(first + 10 - clock.now), over=used > 3
        )


def test_a_window_begins_with_the_first_request_in_it(clock):
    counter = Counter(Quota(2, 10), clock)
    shown = []
    for passes in (0, 4, 1, 4.5, 0.5, 3):
        clock.now += passes
        standing = counter.count("one")
        shown.append((standing.left, standing.seconds, standing.over))
    assert shown == [
        (1, 10, False),
        (0, 6, False),
        (0, 5, True),
        (0, 1, True),
        (1, 10, False),
        (0, 7, False),
    ]


def test_one_caller_does_not_use_up_the_quota_of_another(clock):
    counter = Counter(Quota(1, 10), clock)
    assert [counter.count(caller).over for caller in "aabb"] == [False, True, False, True]


def test_what_is_over_is_forgotten_and_nobody_beyond_the_bound_is_remembered(clock):
    counter = Counter(Quota(1, 10), clock, kept=3)
    for caller in "abc":
        counter.count(caller)
        clock.now += 2
    counter.count("d")
    assert list(counter.windows) == ["b", "c", "d"]
    clock.now += 9
    counter.count("e")
    assert list(counter.windows) == ["d", "e"]
    clock.now += 100
    counter.count("d")
    assert list(counter.windows) == ["d"]


def test_a_flood_of_strangers_is_forgotten_before_any_account(clock):
    quotas = Quotas(account=Quota(9, 10), address=Quota(9, 10), clock=clock, kept=50)
    quotas.accounts.count("known")
    for number in range(1000):
        quotas.addresses.count(f"2001:db8:{number:x}::")
    assert (len(quotas.addresses.windows), list(quotas.accounts.windows)) == (50, ["known"])


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 9), "192.0.2.7"),
        (("::ffff:192.0.2.7", 9), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 9), "2001:db8:1:2::"),
        (("2001:db8:1:2::9", 9), "2001:db8:1:2::"),
        (("fe80::1%eth0", 9), "fe80::"),
        (("testclient", 9), None),
        (None, None),
    ],
)
def test_an_address_is_that_of_one_customer(client, address):
    assert address_of({"client": client}) == address
    assert address_of({}) is None


pytestmark = pytest.mark.anyio


async def test_every_answer_tells_a_known_caller_where_it_stands(as_, limited, clock):
    planner = as_(Role.PLANNER, NORTH)
    found = await planner.get(DISTRICTS)
    assert found.headers["ratelimit-policy"] == '"default";q=3;w=10'
    assert told(found) == (200, '"default";r=2;t=10')
    clock.now += 2.5
    assert told(await planner.get(f"{DISTRICTS}?limit=0")) == (422, '"default";r=1;t=8')
    assert told(await planner.get("/v1/accounts/none")) == (404, None)
    refused = await planner.post(DISTRICTS, json={})
    assert told(refused) == (403, '"default";r=0;t=8')


async def test_beyond_the_quota_nothing_is_looked_at_until_its_time_is_over(as_, limited, clock):
    planner, other = as_(Role.PLANNER, NORTH), as_(Role.PLANNER, SOUTH)
    for _ in range(3):
        assert (await planner.get(DISTRICTS)).status_code == 200
    clock.now += 3.2
    for path in (DISTRICTS, "/v1/me"):
        over = await planner.get(path)
        problem(over, 429, "too_many_requests", OVER)
        assert over.headers["retry-after"] == "7"
        assert told(over) == (429, '"default";r=0;t=7')
    assert told(await other.get(DISTRICTS)) == (200, '"default";r=2;t=10')
    clock.now += 7
    assert told(await planner.get(DISTRICTS)) == (200, '"default";r=2;t=10')


async def test_what_was_refused_counts(as_, limited):
    reader = as_(Role.AUDITOR)
    assert [(await reader.post(DISTRICTS, json={})).status_code for _ in range(4)] == [
        403,
        403,
        403,
        429,
    ]


async def test_two_keys_of_one_account_have_one_quota(as_, limited):
    by_key = as_(Role.PLANNER, NORTH)
    by_token = as_(Role.PLANNER, NORTH, scopes="district:read")
    for left, caller in ((2, by_key), (1, by_token), (0, by_key)):
        assert told(await caller.get(DISTRICTS)) == (200, f'"default";r={left};t=10')


async def test_who_is_not_known_is_counted_by_address_and_told_nothing(app, limited):
    async with at(app, "192.0.2.1") as one, at(app, "192.0.2.2") as two:
        wrong = {"authorization": "Bearer c34_wrong"}
        assert told(await one.get(DISTRICTS, headers=wrong)) == (401, None)
        assert told(await one.get("/problems")) == (200, None)
        over = await one.get(DISTRICTS, headers=wrong)
        problem(over, 429, "too_many_requests", OVER)
        assert (over.headers["retry-after"], "ratelimit" in over.headers) == ("10", False)
        assert (await one.get("/problems")).status_code == 429
        assert (await two.get("/problems")).status_code == 200


async def test_who_is_known_is_not_refused_for_strangers_at_its_address(app, as_, limited):
    async with at(app, "127.0.0.1") as stranger:
        answers = [(await stranger.get(DISTRICTS)).status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    assert (await as_(Role.PLANNER, NORTH).get(DISTRICTS)).status_code == 200


async def test_whoever_watches_the_service_asks_as_often_as_it_likes(app, limited):
    async with at(app, "192.0.2.1") as watcher:
        answers = {(await watcher.get(path)).status_code for path in ("/live", "/ready") * 5}
    assert (answers, limited.addresses.windows) == ({200}, {})


async def test_a_key_that_was_revoked_is_answered_as_one_that_never_was(
    as_, client, limited, owner
):
    planner = as_(Role.PLANNER, NORTH)
    async with owner.begin() as connection:
        await connection.execute(text("update keys set revoked_at = now()"))
    revoked = await planner.get(DISTRICTS)
    unknown = await client.get(DISTRICTS, headers={"authorization": "Bearer c34_wrong"})
    assert (revoked.status_code, unknown.status_code) == (401, 401)
    assert list(revoked.headers) == list(unknown.headers)


def test_the_settings_say_how_much_and_how_long(monkeypatch):
    for name, value in (("QUOTA", "7"), ("ADDRESS_QUOTA", "0"), ("QUOTA_WINDOW", "30")):
        monkeypatch.setenv(f"C34_{name}", value)
    made = quotas(Settings())
    assert (made.accounts.quota, made.addresses.quota) == (Quota(7, 30), Quota(0, 30))


def test_where_nothing_is_set_a_caller_has_600_requests_in_a_minute():
    made = quotas(Settings())
    assert (made.accounts.quota, made.addresses.quota) == (Quota(600, 60), Quota(600, 60))


@pytest.mark.parametrize(
    ("name", "value"), [("QUOTA", "-1"), ("ADDRESS_QUOTA", "-1"), ("QUOTA_WINDOW", "0")]
)
def test_a_quota_that_is_none_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"C34_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


async def test_without_a_quota_nobody_is_counted_and_nothing_is_told(as_):
    answers = [await as_(Role.PLANNER, NORTH).get(DISTRICTS) for _ in range(5)]
    assert [told(answer) for answer in answers] == [(200, None)] * 5
