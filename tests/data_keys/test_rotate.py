"""A district's answers under a new data key, all of them or none."""

import pytest
from answers import at, attested, batch, put, read, rows, steward
from conftest import NORTH, SOUTH, account, key_id
from paths import ledger_of, open_round, told
from sqlalchemy import text

from app.data_keys.repository import SEALED
from app.db import Base, Sealed
from app.jobs.kinds import kinds_of_jobs
from app.policy.attempt import Attempt
from app.policy.key_functions import SEALED_UNDER
from app.policy.lock import tell
from app.policy.reach import Reach
from app.policy.working import Worker
from app.shredding.keeping import brought_in_line
from app.submissions.seals import OwnSeal
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
HERE = f"/v1/districts/{NORTH}/data-keys"
LATER = {"Prefer": "respond-async"}
WHY = {"reason": "We found 12 schools counted twice."}


def head(as_, district=NORTH):
    return as_(Role.SUPERINTENDENT, district)


async def run(owner, sql, **values):
    async with owner.begin() as connection:
        done = await connection.execute(text(sql), values)
        return [tuple(row) for row in done] if done.returns_rows else []


async def versions(owner, district=NORTH):
    """How many rows of each table are sealed under which key."""
    found = {}
    for table in ("answers", "withdrawals"):
        counted = f"select key_version, count(*) from {table} where district_id = :d group by 1 order by 1"
        found[table] = dict(await run(owner, counted, d=district))
    return found


@pytest.fixture
async def answered(as_):
    """A round that the north answered, corrected and withdrew from, and the south answered."""
    opened = await open_round(as_)
    await attested(as_, opened)
    told(await put(as_, opened, "expenditure", {"value": 6400}), 200)
    await attested(as_, opened, district=SOUTH)
    told(await steward(as_).post(f"{at(opened)}/submission/withdraw", json=WHY), 200)
    return opened


async def test_every_version_is_sealed_anew_and_says_what_it_said(as_, owner, answered):
    paths = [f"{at(answered)}/submission", f"{at(answered)}/submission/history"]
    before = [told(await steward(as_).get(path), 200) for path in paths]
    stored = "select id, version, entered_at from answers order by id"
    rows_before = await run(owner, stored)
    assert told(await head(as_).post(f"{HERE}/rotate"), 200) == {"version": 2, "sealed_anew": 8}
    assert await versions(owner) == {"answers": {2: 7}, "withdrawals": {2: 1}}
    assert await versions(owner, SOUTH) == {"answers": {1: 6}, "withdrawals": {}}
    assert [told(await steward(as_).get(path), 200) for path in paths] == before
    assert await run(owner, stored) == rows_before
    assert await ledger_of(owner, f"district:{NORTH}") == [
        ("data_key:rotate", "done", None, {"version": 2, "sealed_anew": 8})
    ]


async def test_it_is_done_later_where_that_is_preferred(as_, owner, app, house, answered):
    queued = told(await head(as_).post(f"{HERE}/rotate", headers=LATER), 202)
    assert (await versions(owner))["answers"] == {1: 7}
    assert await Worker(house.outbox, kinds_of_jobs(app)).work()
    job = told(await head(as_).get(f"/v1/jobs/{queued['id']}"), 200)
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 8, 8)
    assert job["answer"] == {"version": 2, "sealed_anew": 8}
    assert await versions(owner) == {"answers": {2: 7}, "withdrawals": {2: 1}}
    assert len((await read(as_, answered))["answers"]) == 6


async def test_a_rotation_that_is_stopped_half_way_leaves_all_as_it_was(
    as_, owner, app, house, answered, monkeypatch
):
    monkeypatch.setattr("app.data_keys.repository.AT_ONCE", 3)
    go_on = Attempt.step

    def asked_to_stop(self, done, total):
        self.cancel_asked = done >= 6
        go_on(self, done, total)

    monkeypatch.setattr(Attempt, "step", asked_to_stop)
    queued = told(await head(as_).post(f"{HERE}/rotate", headers=LATER), 202)
    assert await Worker(house.outbox, kinds_of_jobs(app)).work()
    job = told(await head(as_).get(f"/v1/jobs/{queued['id']}"), 200)
    assert (job["state"], job["done"], job["total"]) == ("cancelled", 6, 8)
    assert await versions(owner) == {"answers": {1: 7}, "withdrawals": {1: 1}}
    assert [row["version"] for row in told(await head(as_).get(HERE), 200)["data"]] == [1]


async def test_what_is_answered_next_is_sealed_under_the_newest_key(as_, owner, answered):
    await head(as_).post(f"{HERE}/rotate")
    told(await put(as_, answered, "survey", {"yes": True}), 200)
    assert (await versions(owner))["answers"] == {2: 8}
    await head(as_).post(f"{HERE}/rotate")
    assert (await versions(owner))["answers"] == {3: 8}
    assert len((await read(as_, answered))["answers"]) == 6


async def test_the_older_key_goes_when_nothing_needs_it_and_an_hour_is_over(
    as_, owner, house, answered
):
    async def listed():
        return [row["version"] for row in told(await head(as_).get(HERE), 200)["data"]]

    await head(as_).post(f"{HERE}/rotate")
    await brought_in_line(house)
    assert await listed() == [1, 2]
    await run(owner, "update district_keys set created_at = now() - interval '61 minutes'")
    await run(
        owner, "update answers set key_version = 1 where version = 2 and district_id = :d", d=NORTH
    )
    await brought_in_line(house)
    assert await listed() == [1, 2]
    await run(owner, "update answers set key_version = 2 where district_id = :d", d=NORTH)
    await brought_in_line(house)
    assert await listed() == [2]
    assert len((await read(as_, answered))["answers"]) == 6
    south = told(await head(as_, SOUTH).get(f"/v1/districts/{SOUTH}/data-keys"), 200)
    assert [row["version"] for row in south["data"]] == [1]


async def test_a_rotation_that_fails_half_way_changes_nothing(as_, owner, answered, monkeypatch):
    anew, count = OwnSeal.anew, iter(range(100))

    def fail(seal, *place):
        if next(count) == 7:
            raise RuntimeError
        return anew(seal, *place)

    with monkeypatch.context() as patch:
        patch.setattr(OwnSeal, "anew", fail)
        told(await head(as_).post(f"{HERE}/rotate"), 500)
    assert await versions(owner) == {"answers": {1: 7}, "withdrawals": {1: 1}}
    assert await run(owner, "select max(version) from district_keys") == [(1,)]


async def test_who_may_not_or_cannot_rotate_is_told_so(as_, answered):
    told(await head(as_, SOUTH).post(f"{HERE}/rotate"), 404)
    told(await head(as_, SOUTH).get(HERE), 404)
    for role in (Role.DATA_STEWARD, Role.BOARD_MEMBER):
        told(await as_(role, NORTH).post(f"{HERE}/rotate"), 403)
    told(await as_(Role.CONSORTIUM_ADMIN).post(f"{HERE}/rotate"), 403)
    path = f"/v1/districts/{NORTH}/departure"
    told(await head(as_).post(path), 201)
    told(await head(as_).post(f"{path}/confirm", json={"answers": 7}), 200)
    assert told(await head(as_).post(f"{HERE}/rotate"), 409)["rule"] == "TR-28"


async def test_a_district_without_answers_has_no_key_to_replace(as_):
    detail = "The district has answered nothing yet: there is no key to replace."
    assert told(await head(as_).post(f"{HERE}/rotate"), 409)["detail"] == detail


@pytest.mark.parametrize(
    ("district", "version", "changed"), [(NORTH, 2, 1), (SOUTH, 2, 0), (NORTH, 1, 0), (NORTH, 3, 0)]
)
async def test_the_database_seals_anew_within_the_reach_and_under_a_newer_key_alone(
    as_, owner, house, answered, district, version, changed
):
    """The second lock: the function itself, called by the login of requests for the north."""
    for place in (NORTH, SOUTH):
        await run(
            owner,
            "insert into district_keys (district_id, version, wrapped, created_at)"
            " values (:d, 2, '', now())",
            d=place,
        )
    found = "select id from answers where district_id = :d order by id limit 1"
    ((row,),) = await run(owner, found, d=district)
    reach = Reach(
        (NORTH,),
        account=account(Role.SUPERINTENDENT, NORTH),
        credential=key_id(Role.SUPERINTENDENT, NORTH),
        held=f"superintendent:{NORTH}",
    )
    async with house.sessions(info={"reach": reach}) as session, session.begin():
        await tell(session, reach)
        connection = await session.connection()
        call = "select reseal_answers($1, $2, $3, $4)"
        done = await connection.exec_driver_sql(call, (district, version, [row], [b"other"]))
        assert done.scalar_one() == changed
    assert await run(owner, "select count(*) from answers where sealed = 'other'") == [(changed,)]


def test_everything_that_data_keys_seal_is_known():
    tables = {
        table.name
        for table in Base.metadata.sorted_tables
        if table.info["custody"] is Sealed and "key_version" in table.columns
    }
    assert tables == set(SEALED_UNDER)
    assert [model.__tablename__ for model in SEALED] == list(SEALED_UNDER)


async def test_no_login_changes_an_answer_or_a_key_by_a_statement(owner):
    granted = (
        "select table_name, grantee, privilege_type from information_schema.role_table_grants"
        " where table_name in ('answers', 'withdrawals', 'district_keys')"
        " and grantee in ('c34_app', 'c34_release') and privilege_type in ('UPDATE', 'DELETE')"
    )
    assert await run(owner, granted) == []
    may = "select has_function_privilege(:who, 'rewrap_keys(uuid[], integer[], bytea[], bytea[])', 'execute')"
    assert [await run(owner, may, who=who) for who in ("c34_app", "c34_release")] == [
        [(False,)],
        [(True,)],
    ]


async def test_batches_go_on_until_all_is_sealed_anew(as_, owner, answered, monkeypatch):
    monkeypatch.setattr("app.data_keys.repository.AT_ONCE", 2)
    assert told(await head(as_).post(f"{HERE}/rotate"), 200)["sealed_anew"] == 8
    assert (await versions(owner))["answers"] == {2: 7}
    told(await batch(as_, answered, rows({"survey": {"yes": True}})), 200)
