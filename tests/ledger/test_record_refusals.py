"""TR-06: a refusal is in the ledger; beyond a hundred a minute they are counted, not listed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from conftest import NORTH, account
from paths import told
from rosters import bearing, written
from sqlalchemy import text

from app.policy import audit
from app.policy.actions import Action
from app.policy.audit import LISTED_A_MINUTE, Recorder, settling
from app.policy.principal import ANYONE, Principal
from app.vocabulary import Role

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


class Clock:
    """A time that a test sets forward."""

    def __init__(self):
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def recorder(house, owner, clock):
    return Recorder(house.sessions, clock)


@pytest.fixture
def caller():
    return Principal(uuid4(), uuid4(), None)


async def refuse(recorder, caller, times, action=Action.KEY_READ, rule="TR-02"):
    for _ in range(times):
        await recorder.refused(caller, action, rule, "request")


async def told_of(owner, caller):
    """The entries about a caller: how many are listed, and what the others say."""
    async with owner.connect() as connection:
        asked = text(
            "select action, rule, detail, request_id, key_id from ledger where account_id = :id"
        )
        rows = [tuple(row) for row in await connection.execute(asked, {"id": caller.account})]
    listed = [row for row in rows if row[2] == {}]
    counts = sorted((row for row in rows if row[2]), key=str)
    return len(listed), counts


async def test_a_hundred_a_minute_are_listed_and_the_rest_counted(recorder, caller, clock, owner):
    await refuse(recorder, caller, LISTED_A_MINUTE + 7)
    await refuse(recorder, caller, 3, Action.LEDGER_READ, None)
    assert await told_of(owner, caller) == (LISTED_A_MINUTE, [])
    clock.time += MINUTE
    await refuse(recorder, caller, 1)
    assert await told_of(owner, caller) == (
        LISTED_A_MINUTE + 1,
        [
            ("key:read", "TR-02", {"unlisted": 7}, None, caller.credential),
            ("ledger:read", None, {"unlisted": 3}, None, caller.credential),
        ],
    )


async def test_a_count_is_written_also_if_the_caller_does_not_come_back(
    recorder, caller, clock, owner
):
    await refuse(recorder, caller, LISTED_A_MINUTE + 2)
    clock.time += MINUTE - timedelta(seconds=1)
    await recorder.settle()
    assert await told_of(owner, caller) == (LISTED_A_MINUTE, [])
    clock.time += timedelta(seconds=1)
    for _ in range(2):
        await recorder.settle()
        counts = [("key:read", "TR-02", {"unlisted": 2}, None, caller.credential)]
        assert await told_of(owner, caller) == (LISTED_A_MINUTE, counts)


async def test_callers_are_counted_apart(recorder, caller, owner):
    other = Principal(uuid4(), None, None)
    await refuse(recorder, caller, LISTED_A_MINUTE + 1)
    await refuse(recorder, other, 1)
    assert await told_of(owner, caller) == (LISTED_A_MINUTE, [])
    assert await told_of(owner, other) == (1, [])


async def test_what_is_counted_is_written_when_the_service_stops(recorder, caller, owner):
    async with settling(recorder):
        await refuse(recorder, caller, LISTED_A_MINUTE + 4)
    assert (await told_of(owner, caller))[1] == [
        ("key:read", "TR-02", {"unlisted": 4}, None, caller.credential)
    ]


async def test_the_counts_are_settled_every_minute(recorder, caller, clock, owner, monkeypatch):
    from asyncio import sleep

    monkeypatch.setattr(audit, "MINUTE", timedelta(milliseconds=5))
    async with settling(recorder):
        await refuse(recorder, caller, LISTED_A_MINUTE + 4)
        clock.time += MINUTE
        for _ in range(200):
            await sleep(0.01)
            counts = (await told_of(owner, caller))[1]
            if counts:
                break
        assert counts == [("key:read", "TR-02", {"unlisted": 4}, None, caller.credential)]


async def test_a_caller_that_makes_room_for_others_is_counted(recorder, caller, owner, monkeypatch):
    monkeypatch.setattr(audit, "CALLERS", 2)
    await refuse(recorder, caller, LISTED_A_MINUTE + 5)
    for _ in range(2):
        await refuse(recorder, Principal(uuid4(), None, None), 1)
    assert (await told_of(owner, caller))[1] == [
        ("key:read", "TR-02", {"unlisted": 5}, None, caller.credential)
    ]


async def test_a_count_that_cannot_be_written_is_owed(recorder, caller, clock, owner, house):
    await refuse(recorder, caller, LISTED_A_MINUTE + 6)
    clock.time += MINUTE

    def no_sessions(**_):
        raise OSError("No connection.")

    recorder._sessions = no_sessions
    for _ in range(2):
        with pytest.raises(OSError, match="No connection"):
            await recorder.settle()
    recorder._sessions = house.sessions
    await recorder.settle()
    assert (await told_of(owner, caller))[1] == [
        ("key:read", "TR-02", {"unlisted": 6}, None, caller.credential)
    ]


async def test_refusals_of_nobody_in_particular_are_metered_alone(recorder, owner):
    await refuse(recorder, ANYONE, 3)
    assert (recorder.anonymous, await written(owner)) == (3, [])


async def test_a_caller_without_credentials_is_metered(client, house, owner):
    before = house.recorder.anonymous
    assert (await client.get("/v1/ledger")).status_code == 401
    assert (house.recorder.anonymous, await written(owner)) == (before + 1, [])


async def test_a_flood_over_http_is_listed_up_to_a_hundred(as_, owner):
    viewer = as_(Role.VIEWER, NORTH)
    for _ in range(LISTED_A_MINUTE + 5):
        assert (await viewer.get("/v1/ledger")).status_code == 403
    assert len(await written(owner)) == LISTED_A_MINUTE


async def test_what_was_refused_is_not_done_and_yet_is_told(as_, owner):
    """The refusal is written after the roll-back, in a transaction of its own."""
    keeper = as_(Role.SUPERINTENDENT, NORTH, scopes="key:create")
    wide = {
        "account_id": str(account(Role.VIEWER, NORTH)),
        "name": "wide",
        "scopes": ["round:read"],
    }
    refused = await keeper.post("/v1/keys", json=wide, headers={"Idempotency-Key": "once-only"})
    assert told(refused, 403)["rule"] == "TR-01"
    assert [(entry["action"], entry["outcome"]) for entry in await written(owner)] == [
        ("key:create", "refused")
    ]
    async with owner.connect() as connection:
        for table, count in (("keys", "name = 'wide'"), ("idempotency_records", "true")):
            asked = text(f"select count(*) from {table} where {count}")
            assert await connection.scalar(asked) == 0


async def test_a_credential_that_has_ended_is_told_of_each_time_it_is_used(as_, app, owner):
    viewer = as_(Role.VIEWER, NORTH)
    key = told(await viewer.post("/v1/me/keys", json={"name": "old"}), 201)
    told(await viewer.post(f"/v1/me/keys/{key['id']}/revoke"), 200)
    for _ in range(2):
        assert (await bearing(app, key["secret"]).get("/v1/districts")).status_code == 401
    refused = [entry for entry in await written(owner) if entry["outcome"] == "refused"]
    assert [(entry["account_id"], entry["action"]) for entry in refused] == [
        (account(Role.VIEWER, NORTH), "district:read")
    ] * 2
