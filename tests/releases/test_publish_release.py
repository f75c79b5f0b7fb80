from decimal import Decimal
from uuid import uuid4

import pytest
from answers import FULL, attested, once, put
from conftest import NORTH, SOUTH, account
from paths import open_round, step, told
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from ten import (
    SPENT,
    STUDENTS,
    TEACHERS,
    TEN,
    answers_of,
    cells_of,
    drafted,
    in_short,
    mean,
    publish,
    published,
)
from vaulted import members_of

from app.districts.models import District
from app.policy.audit import LedgerEntry
from app.policy.lock import RELEASE
from app.releases.models import Cell, CellMembership, Release
from app.submissions.models import Answer
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


def ratios(places):
    return [Decimal(STUDENTS[place]) / Decimal(TEACHERS[place]) for place in places]


async def test_figures_are_means_of_districts_and_small_groups_are_withheld(everyone, released):
    release = await released()
    cells = await cells_of(everyone, release)
    assert [in_short(cell) for cell in cells[:8]] == [
        ("students-per-teacher", None, 10, mean(ratios(range(10)), "0.1")),
        ("students-per-teacher", "Alder", 5, mean(ratios(range(5)), "0.1")),
        ("students-per-teacher", "Birch", None, None),
        ("students-per-teacher", "small", None, None),
        ("expenditure", None, 10, mean([Decimal(each) for each in SPENT], "1")),
        ("expenditure", "Alder", 5, mean([Decimal(each) for each in SPENT[:5]], "1")),
        ("expenditure", "Birch", None, None),
        ("expenditure", "small", None, None),
    ]
    assert [cell["status"] for cell in cells[:4]] == [
        "published",
        "published",
        "withheld",
        "withheld",
    ]
    assert [in_short(cell) for cell in cells[-4:]] == [
        ("learned", group, None, None) for group in (None, "Alder", "Birch", "small")
    ]


async def test_how_common_an_answer_is_goes_out_in_tenths_and_of_few_as_a_band(everyone, released):
    levels = {
        place: answers_of(n) | {"advisory": {"level": n // 4 + 1}} for n, place in enumerate(TEN)
    }
    cells = await cells_of(everyone, await released(levels), item="advisory")
    told_ = [
        (each["group"], each["category"], each["n"], each["value"], each["band"], each["reading"])
        for each in cells
    ]
    assert told_ == [
        (None, "not begun", 10, 40, None, "nearest"),
        (None, "planned", 10, 40, None, "nearest"),
        (None, "in some schools", 10, 20, None, "nearest"),
        (None, "in all schools", 10, 0, None, "nearest"),
        ("Alder", "not begun", 5, None, "most_all", None),
        ("Alder", "planned", 5, None, "none_few", None),
        ("Alder", "in some schools", 5, None, "none_few", None),
        ("Alder", "in all schools", 5, None, "none_few", None),
        *[
            (group, option, None, None, None, None)
            for group in ("Birch", "small")
            for option in ("not begun", "planned", "in some schools", "in all schools")
        ],
    ]


async def test_a_release_is_whole(everyone, locked):
    round_ = await locked()
    release = await published(everyone, round_)
    read = await everyone(Role.ANALYST).get(f"/v1/releases/{release['id']}")
    assert read.json() == release
    assert release.pop("released_at").endswith("Z")
    assert release == {
        "id": release["id"],
        "round_id": round_["id"],
        "number": 1,
        "charter_version": 1,
        "notes": None,
        "cells_published": 22,
        "cells_withheld": 26,
    }


async def test_a_cell_is_whole(everyone, released):
    cells = await cells_of(everyone, await released())
    assert cells[1] == {
        "id": cells[1]["id"],
        "position": 2,
        "item": "students-per-teacher",
        "unit": "students per teacher",
        "peer_group_id": cells[1]["peer_group_id"],
        "basis": "county",
        "group": "Alder",
        "statistic": "mean_of_districts",
        "category": None,
        "period": "2026-27",
        "status": "published",
        "n": 5,
        "value": 18.8,
        "band": None,
        "reading": None,
    }
    assert cells[2] == cells[1] | {
        "id": cells[2]["id"],
        "position": 3,
        "peer_group_id": cells[2]["peer_group_id"],
        "group": "Birch",
        "status": "withheld",
        "n": None,
        "value": None,
    }


async def test_the_round_and_the_plan_are_published_with_it(everyone, locked):
    round_ = await locked()
    release = await published(everyone, round_)
    after = told(await everyone(Role.ANALYST).get(f"/v1/rounds/{round_['id']}"), 200)
    assert (after["stage"], after["published_at"]) == ("published", release["released_at"])
    path = f"/v1/rounds/{round_['id']}/release-plans"
    (plan,) = told(await everyone(Role.ANALYST).get(path), 200)["data"]
    assert plan["state"] == "published"


async def test_all_of_it_is_one_transaction_of_the_release_login(everyone, locked, owner):
    """``xmin`` is the transaction that wrote a row."""
    round_ = await locked()
    async with owner.begin() as connection:
        for table in ("releases", "cells", "cell_memberships", "ledger"):
            added = f"alter table {table} add login text default session_user"
            await connection.execute(text(added))
    try:
        await published(everyone, round_)
        asked = text(
            "select distinct l.login, l.xmin = r.xmin, c.login, c.xmin = r.xmin, k.login,"
            " k.xmin = r.xmin, r.login, o.xmin = r.xmin from releases r, cells c,"
            " cell_memberships k, rounds o, ledger l where l.action = 'release:publish'"
        )
        async with owner.connect() as connection:
            assert [tuple(row) for row in await connection.execute(asked)] == [
                (RELEASE, True, RELEASE, True, RELEASE, True, RELEASE, True)
            ]
    finally:
        async with owner.begin() as connection:
            for table in ("releases", "cells", "cell_memberships", "ledger"):
                await connection.execute(text(f"alter table {table} drop login"))


async def test_the_vault_keeps_whose_answers_went_in_and_which_version(
    everyone, reviewed, owner, master_keys
):
    round_ = await reviewed()
    correction = {"value": 6386, "reason": "Counted again."}
    await put(everyone, round_, "expenditure", correction, NORTH)
    attest = f"/v1/rounds/{round_['id']}/districts/{NORTH}/submission/attest"
    told(await everyone(Role.DATA_STEWARD, NORTH).post(attest), 200)
    unattested = {"value": 1, "reason": "A slip."}
    await put(everyone, round_, "expenditure", unattested, SOUTH)
    await step(everyone, round_["id"], "lock")
    cells = await cells_of(everyone, await published(everyone, round_), item="expenditure")
    assert cells[0]["value"] == mean([Decimal(each) for each in [6386, *SPENT[1:]]], "1")
    async with AsyncSession(owner) as session:
        answers = {each.id: each for each in await session.scalars(select(Answer))}
        with_members = await session.scalars(
            select(Cell.status).join(CellMembership, CellMembership.cell_id == Cell.id).distinct()
        )
        assert list(with_members) == ["published"]
    behind = await members_of(owner, master_keys, cells[0]["id"])
    kept = [(each.district_id, each.answer_version) for each in behind]
    assert kept == [(NORTH, 2), *[(district, 1) for district in TEN[1:]]]
    assert kept == [
        (answers[each.answer_id].district_id, answers[each.answer_id].version) for each in behind
    ]


async def test_who_reports_nothing_or_withdrew_or_never_attested_does_not_count(everyone, released):
    silent = {"status": "not_collected", "comment": "Next year."}
    changes = {NORTH: answers_of(0) | {"expenditure": silent}, SOUTH: {}}
    cells = await cells_of(everyone, await released(changes))
    assert [in_short(cell) for cell in cells[:6]] == [
        ("students-per-teacher", None, 9, mean(ratios([0, *range(2, 10)]), "0.1")),
        ("students-per-teacher", "Alder", None, None),
        ("students-per-teacher", "Birch", None, None),
        ("students-per-teacher", "small", None, None),
        ("expenditure", None, 8, mean([Decimal(each) for each in SPENT[2:]], "1")),
        ("expenditure", "Alder", None, None),
    ]


async def test_districts_under_one_administration_count_once(everyone, locked, owner):
    round_ = await locked()
    async with AsyncSession(owner) as session, session.begin():
        for place in TEN[:2]:
            (await session.get(District, place)).administration = "alder-joint-office"
    cells = await cells_of(everyone, await published(everyone, round_), item="expenditure")
    assert [(cell["group"], cell["n"]) for cell in cells] == [
        (None, 10),
        ("Alder", None),
        ("Birch", None),
        ("small", 5),
    ]


async def test_a_release_is_made_once(everyone, locked):
    round_ = await locked()
    plans = [await drafted(everyone, round_) for _ in range(2)]
    key = once()
    first = await publish(everyone, round_["id"], plans[0]["id"], key)
    replayed = await publish(everyone, round_["id"], plans[0]["id"], key)
    assert (replayed.json(), replayed.headers["idempotent-replayed"]) == (first.json(), "true")
    for plan in plans:
        again = await publish(everyone, round_["id"], plan["id"])
        assert (again.status_code, again.json()["rule"]) == (409, "DR-09")


async def test_a_plan_that_no_longer_fits_is_not_published(everyone, locked, owner):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    async with AsyncSession(owner) as session, session.begin():
        for place in TEN[:2]:
            (await session.get(District, place)).administration = "alder-joint-office"
    refused = await publish(everyone, round_["id"], plan["id"])
    assert (refused.status_code, refused.json()["rule"]) == (409, "DR-09")
    async with AsyncSession(owner) as session:
        assert await session.scalar(select(func.count()).select_from(Release)) == 0


async def test_a_plan_that_was_published_is_not_fresh_whatever_its_round_says(
    everyone, locked, owner
):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    async with owner.begin() as connection:
        await connection.execute(text("update release_plans set state = 'published'"))
    refused = await publish(everyone, round_["id"], plan["id"])
    told_ = (refused.status_code, refused.json()["rule"], refused.json()["detail"])
    assert told_ == (409, "DR-09", "A plan is published once.")


async def test_only_what_is_locked_takes_part(everyone, locked, owner):
    """No step leads here: it is the vault that does not trust the other tables."""
    round_ = await locked()
    async with owner.begin() as connection:
        asked = text("update submissions set state = 'draft' where district_id = :district")
        await connection.execute(asked, {"district": NORTH})
    cells = await cells_of(everyone, await published(everyone, round_), item="expenditure")
    assert [(cell["group"], cell["n"]) for cell in cells[:2]] == [(None, 9), ("Alder", None)]


async def test_a_release_needs_an_idempotency_key(everyone, locked):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    path = f"/v1/rounds/{round_['id']}/releases"
    answer = await everyone(Role.ANALYST).post(path, json={"plan_id": plan["id"]})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


async def test_a_plan_of_another_round_and_no_plan_are_the_same(everyone, locked):
    round_, other = await locked(), await locked()
    strange = (await drafted(everyone, other))["id"]
    answers = [await publish(everyone, round_["id"], plan) for plan in (strange, uuid4())]
    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert (answers[0].status_code, bodies[0]["errors"]) == (
        422,
        [
            {
                "pointer": "/plan_id",
                "code": "unknown_reference",
                "detail": "The round has no such plan.",
            }
        ],
    )
    assert bodies[0] == bodies[1]


async def test_an_absent_round_is_not_found(everyone):
    answer = await publish(everyone, uuid4(), uuid4())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("steps", [[], ["close"], ["close", "review"]])
async def test_a_release_follows_the_lock_of_its_round(everyone, steps):
    round_ = await open_round(everyone, review_days=0)
    await attested(everyone, round_, FULL)
    for verb in steps:
        await step(everyone, round_["id"], verb)
    planned = await everyone(Role.ANALYST).post(f"/v1/rounds/{round_['id']}/release-plans")
    assert (planned.status_code, planned.json()["rule"]) == (409, "DR-09")


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.PUBLIC, Role.ANALYST}])
async def test_only_an_analyst_publishes(everyone, locked, role):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    path = f"/v1/rounds/{round_['id']}/releases"
    caller = everyone(role, None if role.of_consortium else NORTH)
    answer = await caller.post(path, json={"plan_id": plan["id"]}, headers=once())
    assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")


async def test_the_ledger_tells_of_each_opening_of_the_vault(everyone, locked, owner):
    round_ = await locked()
    release = await published(everyone, round_)
    async with AsyncSession(owner) as session:
        entries = await session.execute(
            select(
                LedgerEntry.account_id,
                LedgerEntry.action,
                LedgerEntry.rule,
                LedgerEntry.subject,
                LedgerEntry.detail,
            )
            .where(LedgerEntry.action.in_(["release:publish", "release_plan:draft"]))
            .order_by(LedgerEntry.at, LedgerEntry.id)
        )
    who, subject = account(Role.ANALYST), f"round:{round_['id']}"
    opening = {"step": "open the vault"}
    counts = {"number": 1, "published": 22, "withheld": 26}
    whole = f"release:{release['id']}"
    assert [tuple(entry) for entry in entries] == [
        (who, "release_plan:draft", "TR-04", subject, opening),
        (who, "release_plan:draft", "DR-14", subject, {"step": "plan", **counts}),
        (who, "release:publish", "TR-04", subject, opening),
        (who, "release:publish", "TR-04", subject, opening),
        (who, "release:publish", "TR-04", whole, opening),
        (who, "release:publish", "TR-04", whole, opening),
        (who, "release:publish", "DR-09", subject, {"step": "publish", **counts}),
    ]
