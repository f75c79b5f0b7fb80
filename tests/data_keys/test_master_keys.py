"""Master keys are rotated, data keys wrapped anew beside a running service, old ones forgotten."""

import asyncio
import re

import pytest
from answers import attested, once, put, read, rows, steward
from conftest import NORTH, SOUTH
from paths import ledger_of, open_round, told
from sqlalchemy import text

from app import master_keys
from app.keyfile import KeyFileRefused
from app.master_keys import forget_master, rewrap, rotate_master, standing
from app.policy.actions import MASTER_KEYS, OPERATOR_MAY, WHO_MAY
from app.policy.idempotency import KEPT as ANSWERS_KEPT
from app.policy.key_functions import SWEEP_KEPT
from app.policy.key_store import WrappedKey
from app.policy.outbox import KEPT as JOBS_KEPT
from app.problems import Conflict
from app.sealing import DataKey, MasterKeys

pytestmark = pytest.mark.anyio


async def run(owner, sql, **values):
    async with owner.begin() as connection:
        done = await connection.execute(text(sql), values)
        return [tuple(row) for row in done] if done.returns_rows else []


async def wrappers(owner):
    """The ids of the master keys that wrap data keys."""
    return await run(
        owner, "select encode(substr(wrapped, 2, 8), 'hex') from district_keys order by district_id"
    )


@pytest.fixture
async def answered(as_):
    opened = await open_round(as_)
    for place in (NORTH, SOUTH):
        await attested(as_, opened, district=place)
    return opened


async def test_every_data_key_is_wrapped_anew_and_the_answers_are_read_on(
    as_, owner, house, answered
):
    before = await read(as_, answered)
    (old,) = house.keys.ids
    new = await rotate_master(house)
    assert house.keys.ids == (new, old)
    assert await wrappers(owner) == [(old,), (old,)]
    assert await read(as_, answered) == before
    assert await rewrap(house) == 2
    assert await wrappers(owner) == [(new,), (new,)]
    assert await read(as_, answered) == before
    assert await rewrap(house) == 0
    assert await ledger_of(owner, "master_keys") == [
        ("master_key:rotate", "done", None, {"step": "rotate", "master_key": new}),
        ("data_key:rewrap", "done", None, {"step": "rewrap", "master_key": new, "data_keys": 2}),
    ]


async def test_it_goes_on_in_batches_with_what_is_left(as_, owner, house, answered, monkeypatch):
    monkeypatch.setattr("app.data_keys.masters.BATCH", 1)
    await rotate_master(house)
    async with master_keys.rewrapping_as_operator(house) as masters:
        _, done = await masters.rewrap()
    assert (done, len(set(await wrappers(owner)))) == (1, 2)
    assert await rewrap(house) == 1
    assert len(set(await wrappers(owner))) == 1


async def test_a_key_that_changed_meanwhile_is_left_as_it_is(owner, house, answered):
    await rotate_master(house)
    gone = WrappedKey(NORTH, 1, b"what was there before")
    async with master_keys.rewrapping_as_operator(house) as masters:
        assert await masters._store.rewrap([gone], [b"anything"]) == 0
    assert await rewrap(house) == 2


async def test_a_worker_that_knows_of_no_rotation_wraps_under_the_new_key_all_the_same(key_file):
    one = MasterKeys.from_file(key_file, create=True)
    other = MasterKeys.from_file(key_file)
    new = one.rotate()
    assert other.wrap(NORTH, 1, DataKey.new())[1:9].hex() == new


async def test_a_master_key_is_not_forgotten_while_anything_needs_it(as_, owner, house, answered):
    (old,) = house.keys.ids
    later = {"headers": once() | {"Prefer": "respond-async"}}
    path = f"/v1/rounds/{answered['id']}/districts/{NORTH}/answers/batch"
    told(await steward(as_).post(path, json={"items": rows()}, **later), 202)
    await rotate_master(house)

    async def refused():
        with pytest.raises(Conflict) as conflict:
            await forget_master(house, old)
        said = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "THEN", conflict.value.detail)
        return (
            said.removeprefix(f"The master key {old} is needed by ").removesuffix(".").split("; ")
        )

    answers = "3 answers kept for requests that are sent again (until THEN)"
    assert await refused() == [
        "2 data keys of districts, which c34 keys rewrap wraps anew",
        answers,
        "1 jobs (until they have ended)",
    ]
    await rewrap(house)
    assert await refused() == [answers, "1 jobs (until they have ended)"]
    await run(owner, "update jobs set state = 'succeeded', finished_at = now()")
    assert await refused() == [answers, "1 jobs (until THEN)"]
    await run(owner, "update jobs set finished_at = now() - interval '169 hours'")
    assert await refused() == [answers]
    await run(owner, "update idempotency_records set created_at = now() - interval '25 hours'")
    assert [each.needed_by for each in await standing(house)] == [
        ["2 data keys of districts, which c34 keys rewrap wraps anew"],
        [],
    ]
    await forget_master(house, old)
    assert old not in house.keys.ids
    assert await run(owner, "select count(*) from jobs") == [(0,)]
    assert len((await read(as_, answered))["answers"]) == 6
    told(await put(as_, answered, "survey", {"yes": True}), 200)
    assert (await ledger_of(owner, "master_keys"))[-1][3] == {"step": "forget", "master_key": old}


async def test_it_waits_for_what_may_still_write_under_the_old_key(owner, house, monkeypatch):
    await rotate_master(house)
    old = house.keys.ids[1]
    async with owner.connect() as connection:
        await connection.execute(text("select 1"))
        with monkeypatch.context() as patch:
            patch.setattr(master_keys, "PATIENCE", 0.2)
            with pytest.raises(Conflict, match="A transaction that may still write"):
                await forget_master(house, old)
        forgetting = asyncio.create_task(forget_master(house, old))
        await asyncio.sleep(0.3)
        assert forgetting.done() is False
    await forgetting
    assert len(house.keys.ids) == 1


async def test_the_current_key_and_an_unknown_one_are_not_forgotten(house):
    for each in (house.keys.ids[0], "00" * 8):
        with pytest.raises(KeyFileRefused, match="is not a previous master key"):
            await forget_master(house, each)


async def test_a_kept_answer_is_given_again_after_a_rotation(as_, house, answered):
    key = once()
    path = f"/v1/rounds/{answered['id']}/districts/{NORTH}/answers/batch"
    asked = {"json": {"items": rows({"survey": {"yes": True}})}, "headers": key}
    first = await steward(as_).post(path, **asked)
    await rotate_master(house)
    again = await steward(as_).post(path, **asked)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"


def test_nobody_but_the_operator_works_on_master_keys():
    assert {WHO_MAY[action] for action in MASTER_KEYS} == {frozenset()}
    assert MASTER_KEYS <= OPERATOR_MAY


def test_what_is_swept_is_what_is_kept_no_longer():
    hours, days = re.findall(r"interval '(\d+) (?:hours|days)'", SWEEP_KEPT)
    assert ANSWERS_KEPT.total_seconds() == int(hours) * 3600
    assert JOBS_KEPT.days == int(days)
