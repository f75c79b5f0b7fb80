"""The feed: within reach, in an order that misses nothing, with a cursor that is always there."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from answers import attested, once
from conftest import NORTH, SOUTH, account, key_id
from members import among, join
from paths import open_round, step, told
from planning import a_school, patched, planner
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from ten import GROUPS, TEN, answers_of, published

from app.changes.schemas import ChangeType
from app.plans.models import Plan
from app.policy.changes import Change
from app.policy.lock import tell
from app.policy.reach import Reach
from app.policy.reader import reading_within
from app.problems import InvalidCursor
from app.schools.models import School
from app.tables import Base
from app.vocabulary import ChangeOp, PlanLifecycle, Role

pytestmark = pytest.mark.anyio

FOLLOWERS = [Role.CONSORTIUM_ADMIN, Role.ANALYST]
OF_A_DISTRICT = [role for role in Role if not role.of_consortium and role is not Role.PUBLIC]
MEETING = {"title": "Spring meeting", "held_on": "2026-04-20"}


def steward(place: UUID) -> Reach:
    return Reach(
        (place,),
        account=account(Role.DATA_STEWARD, place),
        credential=key_id(Role.DATA_STEWARD, place),
        held=f"data_steward:{place}",
    )


@asynccontextmanager
async def written(house, place: UUID, *schools: School):
    """A transaction that has written schools and is open until the end of the block."""
    reach = steward(place)
    async with house.sessions(info={"reach": reach}) as session:
        await tell(session, reach)
        session.add_all(schools)
        await session.flush()
        yield session


def a_new_school(place: UUID, code: str) -> School:
    return School(district_id=place, code=code, name=f"Invented Elementary {code}")


async def followed(caller, cursor: str | None = None, **asked: Any) -> tuple[list[Any], str]:
    """All that there is to be seen after a cursor, and where to go on."""
    rows = []
    while True:
        told_here = {**asked, **({} if cursor is None else {"cursor": cursor})}
        page = told(await caller.get("/v1/changes", params=told_here), 200)
        rows += page["data"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            return rows, cursor


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


async def test_a_write_is_a_change_with_the_version_it_made(as_):
    school = await a_school(as_)
    path = f"/v1/schools/{school['id']}"
    told(await patched(planner(as_), path, {"name": "Renamed Elementary"}), 200)
    page = told(await planner(as_).get("/v1/changes"), 200)
    first, second = page["data"]
    assert page == {"data": [first, second], "next_cursor": page["next_cursor"], "has_more": False}
    expected = {
        "type": "school",
        "op": "upsert",
        "id": school["id"],
        "version": 1,
        "district_id": str(NORTH),
    }
    assert first == expected | {"cursor": first["cursor"], "changed_at": first["changed_at"]}
    assert second == expected | {
        "version": 2,
        "cursor": second["cursor"],
        "changed_at": second["changed_at"],
    }


async def test_what_is_taken_away_is_a_delete(as_, house):
    plan = Plan(
        district_id=NORTH,
        code="gone",
        title="Every student known",
        first_year="2026-27",
        last_year="2030-31",
        lifecycle=PlanLifecycle.DRAFTING,
        values=[],
    )
    async with written(house, NORTH, plan) as session:
        await session.commit()
    async with written(house, NORTH) as session:
        await session.delete(await session.get(Plan, (NORTH, plan.id)))
        await session.commit()
    rows, _ = await followed(planner(as_))
    assert [(row["type"], row["op"], row["id"], row["version"]) for row in rows] == [
        ("plan", "upsert", str(plan.id), 1),
        ("plan", "delete", str(plan.id), 1),
    ]


async def test_what_else_identifies_a_district_is_a_change_of_the_district(as_):
    admin = as_(Role.CONSORTIUM_ADMIN)
    draft = {"name": "East Invented Unified", "state": "CA", "nces_id": "0600077"}
    district = told(await admin.post("/v1/districts", json=draft), 201)
    before = await admin.get(f"/v1/districts/{district['id']}")
    more = draft | {"external_ids": {"ca_cds": "4711"}}
    told(await admin.post("/v1/districts", json=more), 200)
    after = await admin.get(f"/v1/districts/{district['id']}")
    rows, _ = await followed(admin)
    assert after.headers["etag"] != before.headers["etag"]
    assert [(row["type"], row["version"]) for row in rows] == [
        ("district", 1),
        ("district", after.json()["version"]),
    ]


async def test_what_is_common_is_everybodys_and_has_no_district(as_):
    meeting = told(await as_(Role.CONSORTIUM_ADMIN).post("/v1/meetings", json=MEETING), 201)
    for caller in (as_(Role.ANALYST), as_(Role.VIEWER, SOUTH)):
        rows, _ = await followed(caller)
        assert [(row["type"], row["id"], row["district_id"]) for row in rows] == [
            ("meeting", meeting["id"], None)
        ]


@pytest.mark.parametrize("role", OF_A_DISTRICT)
async def test_a_role_of_a_district_follows_its_own_and_no_others(as_, role):
    north, south = await a_school(as_, NORTH), await a_school(as_, SOUTH)
    for place, school in ((NORTH, north), (SOUTH, south)):
        assert ids((await followed(as_(role, place)))[0]) == [school["id"]]


@pytest.mark.parametrize("role", [role for role in Role if role.of_consortium])
async def test_no_role_of_the_consortium_sees_a_districts_changes(as_, role):
    """TR-03: the staff follows what is common; who is no staff follows nothing."""
    await a_school(as_, NORTH)
    answer = await as_(role).get("/v1/changes")
    if role in FOLLOWERS:
        assert told(answer, 200)["data"] == []
    else:
        assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


async def test_a_scope_that_does_not_name_it_does_not_follow(as_):
    answer = await as_(Role.VIEWER, NORTH, scopes="school:read").get("/v1/changes")
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


async def test_pages_are_whole_and_each_goes_on_with_any_limit(as_):
    schools = [(await a_school(as_))["id"] for _ in range(5)]
    caller = planner(as_)
    assert ids((await followed(caller, limit=2))[0]) == schools
    first = await caller.get("/v1/changes", params={"limit": 2})
    page = told(first, 200)
    assert page["has_more"] is True
    assert first.headers["link"] == f'<?cursor={page["next_cursor"]}&limit=2>; rel="next"'
    rest = await followed(caller, page["next_cursor"], limit=200)
    assert ids(rest[0]) == schools[2:]
    after_one = await followed(caller, page["data"][0]["cursor"])
    assert ids(after_one[0]) == schools[1:]


async def test_a_follower_comes_back_later_with_the_last_cursor(as_):
    caller = planner(as_)
    nothing, cursor = await followed(caller)
    first = await a_school(as_)
    seen, cursor_after = await followed(caller, cursor)
    again, _ = await followed(caller, cursor_after)
    second = await a_school(as_)
    later, _ = await followed(caller, cursor_after)
    assert [ids(rows) for rows in (nothing, seen, again, later)] == [
        [],
        [first["id"]],
        [],
        [second["id"]],
    ]


async def test_types_narrow_and_belong_to_the_cursor(as_):
    school = await a_school(as_)
    meeting = told(await as_(Role.CONSORTIUM_ADMIN).post("/v1/meetings", json=MEETING), 201)
    caller = planner(as_)
    only, cursor = await followed(caller, types=["meeting", "goal"])
    assert ids(only) == [meeting["id"]]
    assert ids((await followed(caller))[0]) == [school["id"], meeting["id"]]
    same = await caller.get("/v1/changes", params={"cursor": cursor, "types": ["goal", "meeting"]})
    assert told(same, 200)["data"] == []
    for types in (["meeting"], []):
        other = await caller.get("/v1/changes", params={"cursor": cursor, "types": types})
        assert (other.status_code, other.json()["code"]) == (422, "invalid_cursor")


async def test_a_type_that_is_not_followed_is_refused(as_):
    answer = await planner(as_).get("/v1/changes", params={"types": "answer"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?types")


async def test_a_cursor_is_its_callers_and_is_not_forged(as_):
    await a_school(as_)
    _, cursor = await followed(planner(as_))
    swapped = ("B" if cursor[0] == "A" else "A") + cursor[1:]
    for caller, told_cursor in (
        (as_(Role.VIEWER, NORTH), cursor),
        (planner(as_, SOUTH), cursor),
        (planner(as_), swapped),
        (planner(as_), "e30"),
    ):
        answer = await caller.get("/v1/changes", params={"cursor": told_cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_a_cursor_of_another_reach_is_refused_lest_something_be_missed(roster, house):
    """Who reached less when it was made would miss what was written where it reaches now."""
    who = {
        "account": account(Role.VIEWER, NORTH),
        "credential": key_id(Role.VIEWER, NORTH),
        "held": f"viewer:{NORTH}",
    }
    async with reading_within(house.pool, Reach((), **who), house.marks, None) as less:
        cursor = less.mark("changes", b"[1, 2]", types=None)
        assert less.marked("changes", cursor, types=None) == b"[1, 2]"
    async with reading_within(house.pool, Reach((NORTH,), **who), house.marks, None) as more:
        with pytest.raises(InvalidCursor):
            more.marked("changes", cursor, types=None)


async def test_what_commits_late_is_not_missed(as_, house):
    """A slow writer began first and commits last; a fast one was seen in between."""
    caller = as_(Role.VIEWER, NORTH)
    slow, fast = a_new_school(NORTH, "slow"), a_new_school(SOUTH, "fast")
    _, cursor = await followed(caller)
    async with written(house, NORTH, slow) as late, written(house, SOUTH, fast) as quick:
        slow_began_first = await xid_of(late) < await xid_of(quick)
        await quick.commit()
        before, cursor = await followed(caller, cursor)
        theirs, their_cursor = await followed(as_(Role.VIEWER, SOUTH))
        await late.commit()
    after, cursor = await followed(caller, cursor)
    theirs_after, _ = await followed(as_(Role.VIEWER, SOUTH), their_cursor)
    assert slow_began_first
    assert (before, theirs) == ([], [])
    assert (ids(after), ids(theirs_after)) == ([str(slow.id)], [str(fast.id)])


async def xid_of(session: AsyncSession) -> int:
    connection = await session.connection()
    return await connection.scalar(text("select pg_current_xact_id()::text::bigint"))


async def test_a_transaction_that_is_open_holds_back_what_came_after_it(as_, house):
    """It may yet write what comes before; once it ends, both are there, in order."""
    caller, staff = as_(Role.VIEWER, NORTH), as_(Role.CONSORTIUM_ADMIN)
    _, cursor = await followed(caller)
    slow = a_new_school(NORTH, "slow")
    async with written(house, NORTH, slow) as late:
        meeting = told(await staff.post("/v1/meetings", json=MEETING), 201)
        held_back, cursor = await followed(caller, cursor)
        await late.commit()
    both, cursor = await followed(caller, cursor)
    assert (held_back, ids(both)) == ([], [str(slow.id), meeting["id"]])


async def test_what_is_taken_back_is_never_seen(as_, house):
    caller = as_(Role.VIEWER, NORTH)
    async with written(house, NORTH, a_new_school(NORTH, "gone")) as session:
        await session.rollback()
    school = await a_school(as_)
    assert ids((await followed(caller))[0]) == [school["id"]]


async def test_a_follower_sees_every_change_of_many_writers_exactly_once(as_, house, owner):
    """Writers of two districts and the consortium commit in any order while a follower polls."""
    caller = as_(Role.VIEWER, NORTH)
    done = asyncio.Event()

    async def writer(place: UUID, number: int) -> None:
        for each in range(6):
            school = a_new_school(place, f"{number}-{each}")
            async with written(house, place, school) as session:
                await asyncio.sleep(0.03 * ((number + each) % 3))
                await session.commit()

    async def follower() -> list[str]:
        rows, cursor = await followed(caller, limit=3)
        while not done.is_set():
            more, cursor = await followed(caller, cursor, limit=3)
            rows += more
        return ids(rows + (await followed(caller, cursor))[0])

    following = asyncio.create_task(follower())
    places = [NORTH, SOUTH, NORTH, SOUTH]
    await asyncio.gather(*[writer(place, number) for number, place in enumerate(places)])
    done.set()
    seen = await following
    async with AsyncSession(owner) as session:
        by_seq = select(Change.subject_id).where(Change.district_id == NORTH).order_by(Change.seq)
        stored = [str(each) for each in await session.scalars(by_seq)]
    assert len(stored) == 12
    assert seen == stored


def test_every_type_that_is_followed_is_in_the_contract():
    tables = [mapper.class_ for mapper in Base.registry.mappers]
    followed_types = {table.follows for table in tables if hasattr(table, "follows")}
    assert {each.value for each in ChangeType} == followed_types
    assert set(ChangeOp) == {"upsert", "delete"}


async def test_a_batch_adds_a_change_for_each_row_it_keeps(as_):
    rows = [
        {"code": "one", "name": "One"},
        {"code": "two", "name": ""},
        {"code": "three", "name": "Three"},
    ]
    path = f"/v1/districts/{NORTH}/schools/batch"
    body = {"mode": "best_effort", "items": rows}
    result = told(await planner(as_).post(path, json=body, headers=once()), 200)
    kept = [row["id"] for row in result["results"] if row["id"] is not None]
    assert ids((await followed(planner(as_)))[0]) == kept


async def test_what_the_vault_publishes_is_followed_by_all(app, as_, given):
    """The login of the vault adds changes too, which it cannot read back itself."""
    for number in range(1, 9):
        await join(given, number)
    everyone = among(app, as_)
    round_ = await open_round(everyone, review_days=0, groups=GROUPS)
    for place, district in enumerate(TEN):
        await attested(everyone, round_, answers_of(place), district)
    await step(everyone, round_["id"], "close", "review", "lock")
    caller = as_(Role.VIEWER, NORTH)
    _, cursor = await followed(caller)
    release = await published(everyone, round_)
    rows, _ = await followed(caller, cursor)
    assert sorted((row["type"], row["id"], row["district_id"]) for row in rows) == [
        ("release", release["id"], None),
        ("round", round_["id"], None),
    ]
