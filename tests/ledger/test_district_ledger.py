"""TR-07: a district sees every entry that concerns its data, and no entry of another's."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from conftest import NORTH, SOUTH, account
from ledger.sealing import an_entry
from paths import told
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.ledger.repository import OF_DISTRICT
from app.policy.audit import LedgerEntry
from app.policy.lock import telling
from app.policy.reach import Reach
from app.policy.session import NarrowedSession
from app.policy.witness import Witness
from app.settings import plain
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
JOINED, OTHERS = UUID(int=71), UUID(int=72)
"""Two rounds: North answered in the first, South in the second."""


def opening(round_id: UUID) -> LedgerEntry:
    """The entry of who opens the vault for a round; it names no district."""
    return an_entry(
        account_id=account(Role.ANALYST),
        action="release_plan:draft",
        rule="TR-04",
        district_id=None,
        subject=f"round:{round_id}",
        detail={"step": "open the vault"},
    )


@pytest.fixture
async def answered(as_, owner):
    """North answered in one round, South in another."""
    answered = text(
        "insert into submissions (district_id, id, round_id, state, revision, items_answered, version)"
        " values (:district, :id, :round, 'locked', 1, 1, 1)"
    )
    async with owner.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        for district, round_id in ((NORTH, JOINED), (SOUTH, OTHERS)):
            told = {"district": district, "id": uuid4(), "round": round_id}
            await connection.execute(answered, told)


@pytest.fixture
async def entries(answered, given):
    """An entry of each district, one of nobody's, and one of the vault for each round."""
    made = {
        "north": an_entry(),
        "south": an_entry(district_id=SOUTH),
        "nobody": an_entry(district_id=None, subject=None),
        "joined": opening(JOINED),
        "others": opening(OTHERS),
        "unknown": opening(UUID(int=73)),
    }
    await given(*made.values())
    return made


async def seen(caller, place: UUID, query: str = "") -> list[str]:
    page = told(await caller.get(f"/v1/districts/{place}/ledger{query}"), 200)
    return [row["id"] for row in page["data"]]


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.DATA_STEWARD])
async def test_a_district_sees_its_own_and_what_was_done_to_its_rounds(as_, entries, role):
    north = [str(entries["north"].id), str(entries["joined"].id)]
    south = [str(entries["south"].id), str(entries["others"].id)]
    assert await seen(as_(role, NORTH), NORTH) == north
    assert await seen(as_(role, SOUTH), SOUTH) == south
    assert await seen(as_(role, NORTH), NORTH, "?sort=-at") == north[::-1]
    assert await seen(as_(role, NORTH), NORTH, "?action=release_plan:draft") == north[1:]


async def test_an_opening_of_the_vault_as_its_district_sees_it(as_, entries, house, issuer):
    assert await Witness(house.sessions, issuer).seal() == 6
    steward = as_(Role.DATA_STEWARD, NORTH)
    page = told(await steward.get(f"/v1/districts/{NORTH}/ledger?action=release_plan:draft"), 200)
    entry = entries["joined"]
    assert page == {
        "data": [
            {
                "id": str(entry.id),
                "at": page["data"][0]["at"],
                "account_id": str(account(Role.ANALYST)),
                "key_id": None,
                "action": "release_plan:draft",
                "outcome": "done",
                "rule": "TR-04",
                "district_id": None,
                "subject": f"round:{JOINED}",
                "detail": {"step": "open the vault"},
                "request_id": None,
                "batch": 1,
                "position": 4,
            }
        ],
        "next_cursor": None,
        "has_more": False,
    }


async def test_an_entry_not_sealed_yet_has_no_place(as_, entries):
    steward = as_(Role.DATA_STEWARD, NORTH)
    rows = told(await steward.get(f"/v1/districts/{NORTH}/ledger"), 200)["data"]
    assert [(row["batch"], row["position"]) for row in rows] == [(None, None)] * 2


async def test_another_district_is_not_there(as_, entries):
    told(await as_(Role.SUPERINTENDENT, NORTH).get(f"/v1/districts/{SOUTH}/ledger"), 404)
    told(await as_(Role.SUPERINTENDENT, NORTH).get(f"/v1/districts/{uuid4()}/ledger"), 404)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.VIEWER, Role.BOARD_MEMBER])
async def test_who_keeps_no_data_of_the_district_sees_no_entry(as_, entries, role):
    told(await as_(role, NORTH).get(f"/v1/districts/{NORTH}/ledger"), 403)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.CONSORTIUM_ADMIN])
async def test_the_consortium_has_no_view_of_a_district(as_, entries, role):
    told(await as_(role).get(f"/v1/districts/{NORTH}/ledger"), 403)


async def seen_by_login(addresses, place: UUID, districts: str) -> set[UUID]:
    """What plain SQL on the login of requests shows a steward, past the first lock."""
    engine = create_async_engine(addresses.app)
    settings = text(
        "select set_config('app.districts', :districts, true),"
        " set_config('app.account', :account, true)"
    )
    who = {"districts": districts, "account": str(account(Role.DATA_STEWARD, place))}
    try:
        async with engine.connect() as connection:
            await connection.execute(settings, who)
            return set(await connection.scalars(text("select id from ledger")))
    finally:
        await engine.dispose()


async def test_row_security_alone_shows_a_district_what_concerns_it(entries, addresses):
    north = {entries["north"].id, entries["joined"].id}
    south = {entries["south"].id, entries["others"].id}
    assert await seen_by_login(addresses, NORTH, f"{{{NORTH}}}") == north
    assert await seen_by_login(addresses, SOUTH, f"{{{SOUTH}}}") == south
    assert await seen_by_login(addresses, NORTH, "{}") == set()


async def test_the_first_lock_alone_shows_a_district_what_concerns_it(entries, owner):
    """On a superuser's connection, whom row security does not bind."""
    info = {"reach": Reach((NORTH,), account=account(Role.DATA_STEWARD, NORTH))}
    async with AsyncSession(owner, sync_session_class=NarrowedSession, info=info) as session:
        shown = set(await session.scalars(select(LedgerEntry.id)))
    assert shown == {entries["north"].id, entries["joined"].id}


async def test_what_another_district_did_in_a_round_of_both_is_not_told(
    as_, entries, given, addresses, owner
):
    """TR-03: else each would learn of the others who answers, and who shows what to whom."""
    north = [entries["north"].id, entries["joined"].id]
    await given(an_entry(district_id=SOUTH, subject=f"round:{JOINED}"))
    assert await seen(as_(Role.DATA_STEWARD, NORTH), NORTH) == [str(each) for each in north]
    assert await seen_by_login(addresses, NORTH, f"{{{NORTH}}}") == set(north)
    info = {"reach": Reach((NORTH,), account=account(Role.DATA_STEWARD, NORTH))}
    async with AsyncSession(owner, sync_session_class=NarrowedSession, info=info) as session:
        assert set(await session.scalars(select(LedgerEntry.id))) == set(north)


@pytest.mark.parametrize(
    "action", ["consent:give", "introduction:ask", "introduction:answer", "shared_answer:read"]
)
async def test_who_had_the_vault_look_for_itself_is_not_named_to_the_others(
    as_, answered, given, action
):
    """TR-27: who asks for an introduction is told to nobody before both said yes."""
    own = an_entry(action=action, key_id=uuid4(), request_id="asked-so")
    await given(own)
    common = opening(JOINED)
    common.action, common.key_id, common.request_id = action, uuid4(), "asked-so"
    await given(common)
    steward = as_(Role.DATA_STEWARD, NORTH)
    rows = told(await steward.get(f"/v1/districts/{NORTH}/ledger"), 200)["data"]
    who = [(row["id"], row["account_id"], row["key_id"], row["request_id"]) for row in rows]
    assert who == [
        (str(own.id), str(own.account_id), str(own.key_id), "asked-so"),
        (str(common.id), None, None, None),
    ]


async def test_a_view_of_a_large_ledger_reads_no_foreign_row(entries, owner, addresses):
    """The entries of a district are found by index, not by looking at each entry."""
    many = text(
        "insert into ledger (id, at, account_id, action, outcome, district_id, subject, detail)"
        " select gen_random_uuid(), now(), gen_random_uuid(), 'key:create', 'done',"
        "  case when n % 3 > 0 then gen_random_uuid() end,"
        "  case when n % 3 = 0 then 'round:' || gen_random_uuid() end, '{}'"
        " from generate_series(1, 30000) n"
    )
    async with owner.begin() as connection:
        await connection.execute(many)
    async with owner.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("analyze ledger")
        )
    reach = Reach((NORTH,), account=account(Role.DATA_STEWARD, NORTH), held=f"data_steward:{NORTH}")
    narrowed = dict.fromkeys(f"only_{name}" for name in ("action", "outcome", "at_gte"))
    sql, arguments = OF_DISTRICT.first.within(reach, {**narrowed, "own": [NORTH], "page_limit": 51})
    connection = await asyncpg.connect(plain(addresses.app))
    try:
        async with connection.transaction():
            await connection.execute(telling(reach))
            plan = "\n".join(row[0] for row in await connection.fetch(f"explain {sql}", *arguments))
            found = await connection.fetch(sql, *arguments)
    finally:
        await connection.close()
    assert {row["id"] for row in found} == {entries["north"].id, entries["joined"].id}
    assert "BitmapOr" in plan
    assert "Seq Scan on ledger " not in plan
