"""TR-06: the ledger is sealed in chained batches, none left out, and signed."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from conftest import BASE_URL, NORTH
from ledger.sealing import an_entry, brought_out, examined, kept, listed
from paths import told
from sqlalchemy import text

from app.ledger.chain import digest_of
from app.policy.witness import SIGNED_EVERY, Witness, witnessing
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def witness(house, issuer, clock, owner):
    return Witness(house.sessions, issuer, clock)


async def rows(owner, sql: str) -> list[tuple]:
    async with owner.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(sql))]


async def test_what_was_written_is_sealed_once_and_chained(as_, given, owner, witness):
    first, second, third = an_entry(), an_entry(subject="key:2"), an_entry(subject="key:3")
    await given(first, second)
    assert await witness.seal() == 2
    assert await witness.seal() == 0
    await given(third)
    assert await witness.seal() == 1
    seals = await rows(owner, "select batch, position, entry_id from ledger_seals order by 1, 2")
    assert seals == [(1, 1, first.id), (1, 2, second.id), (2, 1, third.id)]
    one, two = await rows(
        owner,
        "select number, entries, total, hash, body::jsonb ->> 'previous', body"
        " from ledger_batches order by number",
    )
    assert (one[:3], one[4]) == ((1, 2, 2), "")
    assert (two[:3], two[4]) == ((2, 1, 3), one[3])
    assert [digest_of(one[5]), digest_of(two[5])] == [one[3], two[3]]
    done = await examined(as_)
    assert (done.batches, done.entries, done.unsealed, done.findings) == (2, 3, 0, [])
    assert done.hash == two[3]


async def test_an_entry_is_hashed_with_every_column(as_, given, owner, witness):
    entry = an_entry(rule="TR-04", request_id="r", at=START + timedelta(microseconds=7))
    await given(entry)
    await witness.seal()
    (sealed,) = await listed(as_(Role.AUDITOR), "sealed")
    ((columns,),) = await rows(
        owner,
        "select array_agg(column_name::text order by column_name)"
        " from information_schema.columns where table_name = 'ledger'",
    )
    shown = json.loads(sealed["text"])
    assert sorted(shown) == columns
    ((xid,),) = await rows(owner, "select xid::text::bigint from ledger")
    assert shown == {
        "id": str(entry.id),
        "at": "2026-03-01T12:00:00.000007Z",
        "xid": xid,
        "account_id": str(entry.account_id),
        "key_id": None,
        "action": "key:create",
        "outcome": "done",
        "rule": "TR-04",
        "district_id": str(NORTH),
        "subject": "key:1",
        "detail": {"scopes": None, "of": "größer"},
        "request_id": "r",
    }
    assert sealed == {
        "batch": 1,
        "position": 1,
        "entry_id": str(entry.id),
        "digest": digest_of(sealed["text"]),
        "text": sealed["text"],
    }


async def test_nothing_new_is_nothing_written(as_, given, owner, witness):
    await given(an_entry())
    await witness.seal()
    counts = (
        "select (select count(*) from ledger_batches), (select count(*) from ledger_checkpoints)"
    )
    before = await rows(owner, counts)
    for _ in range(3):
        assert await witness.seal(sign=True) == 0
    assert await rows(owner, counts) == before == [(1, 1)]
    async with owner.begin() as connection:
        assert await connection.scalar(text("select seal_ledger(10)")) == 0
        wrote = text("select pg_current_xact_id_if_assigned() is not null")
        assert await connection.scalar(wrote) is False


async def test_an_empty_ledger_has_no_batch_and_no_checkpoint(as_, owner, witness):
    assert await witness.seal(sign=True) == 0
    done = await examined(as_)
    assert (done.batches, done.entries, done.unsealed, done.findings) == (0, 0, 0, [])
    told(await as_(Role.VIEWER, NORTH).get("/v1/ledger/checkpoints/latest"), 404)


async def test_what_commits_late_is_sealed_later_and_never_lost(as_, given, owner, witness):
    """A transaction with an older id is open while younger ones commit: they wait for it."""
    insert = text(
        "insert into ledger (id, at, account_id, action, outcome, detail) values"
        " (gen_random_uuid(), now(), gen_random_uuid(), 'key:create', 'done', '{}')"
    )
    async with owner.connect() as late:
        transaction = await late.begin()
        await late.execute(insert)
        await given(an_entry(), an_entry())
        assert await witness.seal() == 0
        assert len(await listed(as_(Role.AUDITOR), "unsealed")) == 2
        await transaction.commit()
    assert await witness.seal() == 3
    done = await examined(as_)
    assert (done.entries, done.unsealed, done.findings) == (3, 0, [])


async def test_writers_and_sealers_at_once_lose_nothing(as_, given, owner, house, issuer, clock):
    """Eight writers, some slow, some giving up, and three sealers that take small batches."""
    sealers = [Witness(house.sessions, issuer, clock, most=7) for _ in range(3)]
    insert = text(
        "insert into ledger (id, at, account_id, action, outcome, detail) values"
        " (gen_random_uuid(), now(), gen_random_uuid(), 'key:create', 'done', '{}')"
    )
    writing = True

    async def write(number: int) -> None:
        for turn in range(12):
            async with owner.connect() as connection:
                transaction = await connection.begin()
                await connection.execute(insert)
                await asyncio.sleep(0.003 * (number % 4))
                await (transaction.rollback() if turn % 4 == 3 else transaction.commit())

    async def seal(sealer: Witness) -> int:
        sealed = 0
        while writing:
            sealed += await sealer.seal()
            await asyncio.sleep(0)
        return sealed

    sealing = [asyncio.create_task(seal(each)) for each in sealers]
    await asyncio.gather(*[write(number) for number in range(8)])
    writing = False
    sealed = sum(await asyncio.gather(*sealing)) + await sealers[0].seal()
    done = await examined(as_)
    assert (sealed, done.entries, done.unsealed, done.findings) == (72, 72, 0, [])
    assert [
        row[0] for row in await rows(owner, "select number from ledger_batches order by 1")
    ] == list(range(1, done.batches + 1))


async def test_another_sealer_at_work_is_left_to_it(owner, given, witness, house):
    await given(an_entry())
    async with owner.begin() as connection:
        taken = text("select pg_advisory_xact_lock(hashtextextended('ledger', 34))")
        await connection.execute(taken)
        assert await witness.seal() == 0
    assert await witness.seal() == 1


async def test_a_database_put_back_from_a_copy_goes_on(as_, given, owner, witness):
    """Its transactions are counted anew, so that what was sealed seems to be of the future."""
    await given(an_entry(), an_entry())
    await witness.seal()
    async with owner.begin() as connection:
        await connection.execute(
            text("update ledger_batches set upto = 9000000000 where number = 1")
        )
        await connection.execute(
            text("update ledger set xid = '8999999999' where subject = 'key:x'")
        )
    await given(an_entry())
    assert await witness.seal() == 1
    await given(an_entry())
    assert await witness.seal() == 1
    assert await witness.seal() == 0
    assert await rows(owner, "select number, entries from ledger_batches order by 1") == [
        (1, 2),
        (2, 1),
        (3, 1),
    ]
    assert await rows(owner, "select count(*), count(distinct entry_id) from ledger_seals") == [
        (4, 4)
    ]


async def test_a_checkpoint_is_signed_at_once_and_then_once_a_minute(as_, given, witness, clock):
    await given(an_entry())
    await witness.seal()
    first = await kept(as_)
    await given(an_entry())
    await witness.seal()
    assert await kept(as_) == first
    clock.at += SIGNED_EVERY
    await witness.seal()
    second = await kept(as_)
    assert (first.batch, first.total, second.batch, second.total) == (1, 1, 2, 2)
    clock.at += SIGNED_EVERY
    await witness.seal()
    assert await kept(as_) == second


async def test_what_a_checkpoint_says_on_the_wire(as_, given, witness, issuer, owner):
    await given(an_entry())
    await witness.seal()
    ((chain,),) = await rows(owner, "select hash from ledger_batches")
    shown = told(await as_(Role.AUDITOR).get("/v1/ledger/checkpoints/latest"), 200)
    (key,) = issuer.jwks()["keys"]
    assert shown == {
        "batch": 1,
        "total": 1,
        "hash": chain,
        "signed_at": "2026-03-01T12:00:00Z",
        "jws": shown["jws"],
        "key": key,
    }
    from app.identity.compact import read_compact

    header, claims = read_compact(shown["jws"])
    assert header == {"alg": "ES256", "typ": "ledger-checkpoint+jwt", "kid": key["kid"]}
    assert claims == {
        "iss": BASE_URL,
        "iat": claims["iat"],
        "batch": 1,
        "total": 1,
        "hash": chain,
    }
    listing = told(await as_(Role.VIEWER, NORTH).get("/v1/ledger/checkpoints"), 200)
    assert listing == {"data": [shown], "next_cursor": None, "has_more": False}


async def test_a_checkpoint_is_no_token(client, as_, given, witness):
    await given(an_entry())
    await witness.seal()
    jws = (await kept(as_)).jws
    answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {jws}"})
    assert answer.status_code == 401


async def test_a_batch_on_the_wire_has_no_entry(as_, given, witness, owner):
    await given(an_entry())
    await witness.seal()
    ((body, chain),) = await rows(owner, "select body, hash from ledger_batches")
    page = told(await as_(Role.DATA_STEWARD, NORTH).get("/v1/ledger/batches"), 200)
    (batch,) = page["data"]
    assert batch == {
        "number": 1,
        "entries": 1,
        "total": 1,
        "sealed_at": batch["sealed_at"],
        "body": body,
        "hash": chain,
    }


async def test_the_service_seals_while_it_serves_and_signs_at_its_end(as_, given, owner, witness):
    async with witnessing(witness, every=0.01):
        await given(an_entry())
        for _ in range(500):
            if (await rows(owner, "select count(*) from ledger_seals")) == [(1,)]:
                break
            await asyncio.sleep(0.01)
        await given(an_entry())
    done = await examined(as_, await kept(as_))
    assert (done.entries, done.unsealed, done.findings) == (2, 0, [])
    assert (await kept(as_)).total == 2


async def test_a_sealer_that_fails_tries_again(given, owner, witness, monkeypatch):
    calls = []

    async def seal(*, sign: bool = False) -> int:
        calls.append(sign)
        if len(calls) < 3:
            raise OSError
        return 0

    monkeypatch.setattr(witness, "seal", seal)
    async with witnessing(witness, every=0.001):
        while len(calls) < 4:
            await asyncio.sleep(0.001)
    assert calls[-1] is True


LOGINS_CANNOT = (
    (
        "insert into ledger_batches (number, entries, total, upto, sealed_at, body, hash)"
        " values (1, 0, 0, 0, now(), '', '')"
    ),
    (
        "insert into ledger_seals (batch, position, entry_id, digest)"
        " values (1, 1, gen_random_uuid(), '')"
    ),
    (
        "insert into ledger_checkpoints (batch, total, hash, signed_at, jws, key)"
        " values (1, 0, '', now(), '', '{}')"
    ),
    "update ledger_batches set hash = ''",
    "delete from ledger_seals",
    "update ledger_seals set position = 2",
    "delete from ledger_checkpoints",
    "truncate ledger_batches",
    "set role c34_audit_owner",
    "create or replace function seal_ledger(most integer) returns integer language sql as 'select 0'",
)


@pytest.mark.parametrize("login", ["app", "release"])
@pytest.mark.parametrize("change", LOGINS_CANNOT)
async def test_no_login_writes_the_chain_but_by_its_functions(addresses, owner, login, change):
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(getattr(addresses, login))
    try:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            async with engine.begin() as connection:
                await connection.execute(text("select set_config('app.consortium', 'on', true)"))
                await connection.execute(text(change))
    finally:
        await engine.dispose()


@pytest.mark.parametrize("change", LOGINS_CANNOT[:8])
async def test_the_owner_of_everything_else_does_not_write_it_either(owner, change):
    from sqlalchemy.exc import DBAPIError

    from app.policy.lock import OWNER

    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        async with owner.begin() as connection:
            await connection.execute(text(f"set local role {OWNER}"))
            await connection.execute(text(change))


async def test_entries_are_brought_out_whole_over_pages(as_, given, witness):
    await given(*[an_entry(subject=f"key:{n}") for n in range(5)])
    await witness.seal()
    whole = await listed(as_(Role.AUDITOR), "sealed")
    pages, cursor = [], ""
    while True:
        page = told(await as_(Role.AUDITOR).get(f"/v1/ledger/sealed?limit=2{cursor}"), 200)
        pages += page["data"]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert pages == whole
    assert len(await brought_out(as_)) == 1 + 5 + 1


@pytest.mark.parametrize("path", ["sealed", "unsealed"])
@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.DATA_STEWARD, Role.VIEWER])
async def test_a_member_sees_the_chain_and_no_entry(as_, role, path):
    told(await as_(role, NORTH).get(f"/v1/ledger/{path}"), 403)
    told(await as_(role, NORTH).get("/v1/ledger/batches"), 200)
    told(await as_(Role.CONSORTIUM_ADMIN).get(f"/v1/ledger/{path}"), 403)


async def test_without_a_token_there_is_no_chain(client, roster):
    for path in ("batches", "checkpoints", "checkpoints/latest", "sealed", "unsealed"):
        told(await client.get(f"/v1/ledger/{path}"), 401)
