"""Answers are shredded when the hold is over, once, over crashes, and after a restore."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from answers import at, attested, batch, once, rows, steward
from conftest import NORTH, SOUTH, Addresses
from paths import ledger_of, open_round, step, told
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.doctor import departures
from app.embedded.binaries import find_binaries
from app.keyfile import KeyFileRefused
from app.master_keys import forget_master, rewrap, rotate_master, shred
from app.policy.rules.departures import hold_is_over
from app.sealing import MasterKeys, SealBroken
from app.settings import Settings
from app.shredding.done import Shredded
from app.shredding.keeping import brought_in_line, departures_kept
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
HERE = f"/v1/districts/{NORTH}/departure"
KILLED = Path(__file__).with_name("killed.py")


async def run(owner, sql, **values):
    """Do something past the policy, and give the rows."""
    async with owner.begin() as connection:
        done = await connection.execute(text(sql), values)
        return [tuple(row) for row in done] if done.returns_rows else []


async def keys_of(owner, district=NORTH):
    found = "select version, wrapped from district_keys where district_id = :d order by version"
    return await run(owner, found, d=district)


async def due(owner):
    await run(owner, "update departures set held_until = now() - interval '1 second'")


@pytest.fixture
async def left(as_, owner):
    """A round that both answered, which the north has confirmed to leave, with its hold over."""
    opened = await open_round(as_)
    for place in (NORTH, SOUTH):
        await attested(as_, opened, district=place)
    head = as_(Role.SUPERINTENDENT, NORTH)
    told(await head.post(HERE), 201)
    told(await head.post(f"{HERE}/confirm", json={"answers": 6}), 200)
    await due(owner)
    return opened


async def test_nothing_is_shredded_while_the_hold_lasts(as_, owner, house, left):
    await run(owner, "update departures set held_until = now() + interval '1 hour'")
    assert await brought_in_line(house) == []
    assert len(await keys_of(owner)) == 1
    assert house.keys.tombstones == ()
    async with house.sessions(info={}) as session:
        connection = await session.connection()
        call = "select shred_keys($1, $2)"
        found = await connection.exec_driver_sql(call, (NORTH, []))
        assert found.scalar_one() is None
    assert len(await keys_of(owner)) == 1
    assert hold_is_over.says == "Answers are shredded when the hold is over, and not before."


async def test_when_the_hold_is_over_nobody_opens_the_answers_and_the_district_has_left(
    as_, owner, house, left
):
    ((_, wrapped),) = await keys_of(owner)
    assert await brought_in_line(house) == [Shredded(NORTH, 1, restored=False)]
    assert await keys_of(owner) == []
    with pytest.raises(SealBroken):
        house.keys.unwrap(NORTH, 1, wrapped)
    assert await run(owner, "select standing from districts where id = :d", d=NORTH) == [("left",)]
    ended = "select count(*) filter (where revoked_at is null), count(*) > 0 from {} where district_id = :d"
    for table in ("memberships", "keys"):
        assert await run(owner, ended.format(table), d=NORTH) == [(0, True)]
    assert await run(
        owner, "select state, attested_revision from submissions order by district_id"
    ) == [("withdrawn", None), ("attested", 1)]
    assert await run(owner, "select count(*) from answers where district_id = :d", d=NORTH) == [
        (6,)
    ]
    assert told(await steward(as_).get(f"{at(left)}/submission"), 401)["code"] == "unauthenticated"
    assert (
        len(told(await steward(as_, SOUTH).get(f"{at(left, SOUTH)}/submission"), 200)["answers"])
        == 6
    )
    departure = told(await as_(Role.ANALYST).get(HERE), 200)
    assert departure["state"] == "shredded"
    (entry,) = (await ledger_of(owner, f"departure:{departure['id']}"))[2:]
    told_of = {"step": "shred", "data_keys": 1, "restored": False}
    assert entry == ("district:shred", "done", "TR-28", told_of)


async def test_it_is_done_once_however_often_and_by_how_many(owner, house, left):
    done = await asyncio.gather(*[brought_in_line(house) for _ in range(3)])
    assert sorted(map(len, done)) == [0, 0, 1]
    assert await brought_in_line(house) == []
    shredded = "select count(*) from ledger where action = 'district:shred'"
    assert await run(owner, shredded) == [(1,)]


async def test_the_service_does_it_before_it_serves(owner, house, left):
    async with departures_kept(house):
        assert await keys_of(owner) == []


async def test_killed_between_tombstone_and_deletion_it_is_finished_the_next_time(
    owner, house, left, addresses, key_file
):
    ((_, wrapped),) = await keys_of(owner)
    ring = list(house.keys.every())
    urls = [url.render_as_string(hide_password=False) for url in (addresses.app, addresses.release)]
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, KILLED, *urls, key_file], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert [each.district_id for each in MasterKeys.from_file(key_file).tombstones] == [NORTH]
    assert await keys_of(owner) == [(1, wrapped)]
    assert await run(owner, "select state from departures") == [("held",)]
    assert MasterKeys(ring).unwrap(NORTH, 1, wrapped)
    with pytest.raises(SealBroken):
        house.keys.unwrap(NORTH, 1, wrapped)
    assert await brought_in_line(house) == [Shredded(NORTH, 1, restored=False)]
    assert await keys_of(owner) == []
    assert await run(owner, "select state from departures") == [("shredded",)]


async def test_until_it_is_finished_others_are_shown_none_of_it_and_go_on(as_, house):
    round_ = await open_round(as_, review_days=0)
    for place in (NORTH, SOUTH):
        await attested(as_, round_, district=place)
    about = {"round_id": round_["id"], "item": "advisory"}
    given = await as_(Role.SUPERINTENDENT, NORTH).post(
        f"/v1/districts/{NORTH}/consents", json=about | {"recipients": [str(SOUTH)]}
    )
    told(given, 201)
    await step(as_, round_["id"], "close", "review", "lock")
    house.keys.bury(NORTH, 1)
    south = f"/v1/districts/{SOUTH}"
    shown = told(await steward(as_, SOUTH).get(f"{south}/shared-answers", params=about), 200)
    assert shown["data"] == []
    sought = about | {"sought": {"level": 2}, "contact": "The office"}
    planner = as_(Role.PLANNER, SOUTH)
    asked = told(await planner.post(f"{south}/introductions", json=sought, headers=once()), 201)
    assert (asked["state"], asked["met"]) == ("waiting", [])


async def test_what_requests_of_the_district_left_is_gone_too(as_, owner, house, left):
    later = {"headers": once() | {"Prefer": "respond-async"}}
    for place in (NORTH, SOUTH):
        path = f"{at(left, place)}/answers/batch"
        told(await steward(as_, place).post(path, json={"items": rows()}, **later), 202)
    counted = "select count(*) from {}"
    before = [await run(owner, counted.format(each)) for each in ("jobs", "idempotency_records")]
    await brought_in_line(house)
    after = [await run(owner, counted.format(each)) for each in ("jobs", "idempotency_records")]
    assert [row for ((row,),) in before] == [2, 4]
    assert [row for ((row,),) in after] == [1, 2]


@pytest.fixture
async def restored(server, addresses, owner):
    """Dump the database, and give what restores it beside, as from a backup."""
    admin = addresses.owner
    folder = find_binaries(None).folder
    known = os.environ | {"PGPASSWORD": str(admin.password)}
    at_ = [f"--host={admin.query['host']}", f"--username={admin.username}"]

    def program(name, *words, **how):
        return subprocess.run([str(folder / name), *at_, *words], env=known, check=True, **how)

    dumps = []

    def dump():
        dumps.append(program("pg_dump", f"--dbname={admin.database}", capture_output=True).stdout)

    def restore():
        program("dropdb", "--if-exists", "--force", "restored")
        program("createdb", "restored")
        quiet = {"input": dumps[-1], "stdout": subprocess.DEVNULL}
        program("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=restored", **quiet)
        return Addresses(
            *[each.set(database="restored") for each in (admin, addresses.app, addresses.release)]
        )

    yield dump, restore
    program("dropdb", "--if-exists", "--force", "restored")


async def test_a_restored_database_is_shredded_again_and_opens_nothing_meanwhile(
    as_, owner, house, left, restored, opened
):
    dump, restore = restored
    await run(owner, "update departures set held_until = now() + interval '30 days'")
    dump()
    await due(owner)
    await brought_in_line(house)
    back = restore()
    engine = create_async_engine(back.owner)
    try:
        ((_, wrapped),) = await keys_of(engine)
        async with opened(back, house.keys) as again:
            with pytest.raises(SealBroken):
                again.keys.unwrap(NORTH, 1, wrapped)
            async with departures_kept(again):
                pass
            assert await brought_in_line(again) == []
        assert await keys_of(engine) == []
        assert len(await keys_of(engine, SOUTH)) == 1
        standing = await run(engine, "select standing from districts order by id")
        assert standing == [("left",), ("active",)]
        told_of = "select detail from ledger where action = 'district:shred'"
        assert await run(engine, told_of) == [
            ({"step": "shred", "data_keys": 1, "restored": True},)
        ]
    finally:
        await engine.dispose()


async def test_a_backup_from_before_it_was_announced_is_shredded_again_too(
    as_, owner, house, restored, opened
):
    dump, restore = restored
    await batch(as_, await open_round(as_), rows())
    dump()
    head = as_(Role.SUPERINTENDENT, NORTH)
    told(await head.post(HERE), 201)
    told(await head.post(f"{HERE}/confirm", json={"answers": 6}), 200)
    await due(owner)
    await brought_in_line(house)
    back = restore()
    engine = create_async_engine(back.owner)
    try:
        assert len(await keys_of(engine)) == 1
        async with opened(back, house.keys) as again:
            assert await brought_in_line(again) == [Shredded(NORTH, 1, restored=True)]
        assert await keys_of(engine) == []
        assert await run(engine, "select state from departures") == [("shredded",)]
    finally:
        await engine.dispose()


async def test_made_final_no_backup_opens_it_without_an_old_key_file(
    as_, owner, house, left, key_file
):
    ((_, backed_up),) = await keys_of(owner)
    old_file, (old,) = key_file.read_text(), house.keys.ids
    first = await shred(house, final=True)
    assert (len(first.shredded), first.rewrapped) == (1, 1)
    assert first.forgotten == []
    kept = [each.needed_by for each in first.standing if each.master == old]
    assert [[words.partition(" (until")[0] for words in each] for each in kept] == [
        ["1 answers kept for requests that are sent again"]
    ]
    await run(owner, "update idempotency_records set created_at = now() - interval '25 hours'")
    second = await shred(house, final=True)
    assert (second.rewrapped, second.forgotten) == (0, [old])
    assert [each.current for each in second.standing] == [True]
    with pytest.raises(SealBroken):
        MasterKeys(house.keys.every()).unwrap(NORTH, 1, backed_up)
    assert MasterKeys.from_text(old_file).unwrap(NORTH, 1, backed_up)
    assert (
        len(told(await steward(as_, SOUTH).get(f"{at(left, SOUTH)}/submission"), 200)["answers"])
        == 6
    )


async def test_a_tombstone_that_an_older_key_file_lacks_is_written_again(
    owner, house, left, key_file
):
    before = key_file.read_bytes()
    await brought_in_line(house)
    key_file.write_bytes(before)
    assert house.keys.refresh() is True
    assert house.keys.tombstones == ()
    assert await brought_in_line(house) == [Shredded(NORTH, 0, restored=False)]
    assert [each.district_id for each in house.keys.tombstones] == [NORTH]
    assert await brought_in_line(house) == []


async def test_a_ring_that_is_a_setting_takes_no_tombstone_so_nothing_is_deleted(
    owner, left, addresses, key_file, opened
):
    ring = MasterKeys.from_text(key_file.read_text())
    async with opened(addresses, ring) as house:
        with pytest.raises(KeyFileRefused, match="These master keys are a setting"):
            await brought_in_line(house)
        async with departures_kept(house):
            pass
    assert len(await keys_of(owner)) == 1
    assert await run(owner, "select state from departures") == [("held",)]


async def test_a_ring_given_as_text_keeps_the_tombstones_of_its_file(owner, house, left, key_file):
    ((_, wrapped),) = await keys_of(owner)
    await brought_in_line(house)
    with pytest.raises(SealBroken):
        MasterKeys.from_text(key_file.read_text()).unwrap(NORTH, 1, wrapped)


async def test_a_tombstone_outlives_rotating_and_forgetting(owner, house, left):
    ((_, wrapped),) = await keys_of(owner)
    await brought_in_line(house)
    await rotate_master(house)
    assert await rewrap(house) == 1
    await run(owner, "delete from idempotency_records")
    await forget_master(house, house.keys.ids[1])
    with pytest.raises(SealBroken):
        house.keys.unwrap(NORTH, 1, wrapped)
    assert [each.district_id for each in house.keys.tombstones] == [NORTH]


async def test_the_doctor_says_what_waits_and_what_a_backup_brought_back(
    owner, house, left, addresses, key_file
):
    settings = Settings.model_construct(c34_master_keys=None, c34_data=key_file.parent.parent)
    engine = create_async_engine(addresses.release)
    try:

        async def said():
            return [each.says for each in await departures(engine, settings)]

        assert await said() == ["1 districts wait to be shredded: their hold is over"]
        ((version, wrapped),) = await keys_of(owner)
        await brought_in_line(house)
        assert await said() == []
        await run(
            owner,
            "insert into district_keys (district_id, version, wrapped, created_at)"
            " values (:d, :v, :w, now())",
            d=NORTH,
            v=version,
            w=wrapped,
        )
        assert await said() == ["1 shredded data keys are back, of a backup"]
    finally:
        await engine.dispose()
