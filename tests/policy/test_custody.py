"""Each lock alone, over every table, every reach and every login: whose rows are there."""

import re

import pytest
from conftest import NORTH, SOUTH
from policy.conftest import CLASSES, FREE, OTHER, REACHES, TABLES, C, N, S, reader_of, session_of
from pydantic import BaseModel
from sqlalchemy import exc, func, select, text, true

from app.db import (
    Common,
    ConsortiumOwned,
    Credential,
    DistrictOwned,
    Feed,
    Ledger,
    Personal,
    Published,
    Roster,
    Sealed,
    Shared,
    Told,
    Vaulted,
    Witnessed,
)
from app.policy import Reading
from app.policy.lock import locks
from app.policy.session import ReleaseSession

pytestmark = pytest.mark.anyio
ALL_FREE = 3


class Count(BaseModel):
    n: int | None


def all_of(table) -> int:
    """How many rows there are: those of the consortium exist where a row may be its."""
    if table in FREE:
        return ALL_FREE
    common = "account_id" in table.c or table.info["custody"] is Feed
    return N + S + (C if common else 0)


SEEN_BY_NORTH = {
    Common: "all",
    Published: "all",
    ConsortiumOwned: 0,
    DistrictOwned: N,
    Sealed: N,
    Roster: N,
    Credential: N,
    Personal: N,
    Ledger: N,
    Vaulted: 0,
    Witnessed: "all",
    Told: "all",
    Shared: N,
    Feed: N + C,
}
SEEN_BY_STAFF = {
    Common: "all",
    Published: "all",
    ConsortiumOwned: "all",
    DistrictOwned: "all",
    Sealed: 0,
    Roster: "all",
    Credential: "all",
    Personal: C,
    Ledger: "all",
    Vaulted: 0,
    Witnessed: "all",
    Told: "all",
    Shared: 0,
    Feed: C,
}
SEEN = {"north": SEEN_BY_NORTH, "staff": SEEN_BY_STAFF}
SEEN_BY_VAULT = {
    "north": SEEN_BY_NORTH
    | {DistrictOwned: 0, Sealed: "all", Shared: "all", Vaulted: "all"}
    | {Roster: N, Credential: N, Ledger: 0, Witnessed: 0},
    "staff": SEEN_BY_STAFF
    | {Sealed: "all", Shared: "all", Vaulted: "all"}
    | {Roster: C, Credential: C, Ledger: 0, Witnessed: 0},
}
CHANGED_BY_APP = {
    "north": SEEN_BY_NORTH | {Common: 0, Published: 0, Ledger: 0, Witnessed: 0, Told: N, Feed: 0},
    "staff": SEEN_BY_STAFF | {Published: 0, Ledger: 0, Witnessed: 0, Told: 0, Feed: 0},
}
CHANGED_BY_VAULT = {
    "north": dict.fromkeys(SEEN_BY_NORTH, 0) | {Personal: N},
    "staff": dict.fromkeys(SEEN_BY_NORTH, 0)
    | {Common: "all", ConsortiumOwned: "all", DistrictOwned: "all", Personal: C},
}

OPENED = {"submissions": N + S}
"""Whose rows the vault sees beside those that are sealed: no value is in them."""
ALSO_CHANGED = {("release", "north"): {"inquiries": N, "practices": N}}
"""What a policy of the table's own allows beside those of its custody."""


def wanted(expected, reach) -> dict[str, int]:
    told = {table: expected[reach][table.info["custody"]] for table in TABLES}
    return {table.name: all_of(table) if n == "all" else n for table, n in told.items()}


@pytest.mark.parametrize("reach", REACHES)
async def test_the_first_lock_alone_narrows_a_session(wide, reach):
    """The connection of a superuser, whom row security does not bind."""
    seen = {}
    async with session_of(wide.owner, REACHES[reach]) as session:
        for table in TABLES:
            counted = select(func.count()).select_from(CLASSES[table])
            seen[table.name] = await session.scalar(counted)
    assert seen == wanted(SEEN, reach)


@pytest.mark.parametrize("reach", REACHES)
async def test_the_first_lock_alone_narrows_a_reading(wide, reach, marks):
    seen = {}
    async with reader_of(wide.owner, REACHES[reach], marks) as reader:
        for table in TABLES:
            counted = Reading(select(func.count().label("n")).select_from(table), Count)
            seen[table.name] = (await reader.row(counted)).n
    assert seen == wanted(SEEN, reach)


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("login", ["app", "release"])
async def test_the_second_lock_alone_narrows_what_is_seen(wide, reach, login):
    """Plain SQL on the connection of a session, past the first lock."""
    seen = {}
    async with session_of(getattr(wide, login), REACHES[reach]) as session:
        connection = await session.connection()
        for table in TABLES:
            seen[table.name] = await connection.scalar(text(f"select count(*) from {table}"))
    told = wanted({"app": SEEN, "release": SEEN_BY_VAULT}[login], reach)
    if (login, reach) == ("release", "staff"):
        told["accounts"] = 1  # an account's own row is one
    if login == "release":
        told |= OPENED
    assert seen == told


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("login", ["app", "release"])
async def test_the_second_lock_alone_narrows_what_is_changed(wide, reach, login):
    changed = {}
    async with session_of(getattr(wide, login), REACHES[reach]) as session:
        connection = await session.connection()
        for table in TABLES:
            column = table.columns.keys()[-1]
            done = await connection.execute(text(f"update {table} set {column} = {column}"))
            changed[table.name] = done.rowcount
    expected = wanted({"app": CHANGED_BY_APP, "release": CHANGED_BY_VAULT}[login], reach)
    assert changed == expected | ALSO_CHANGED.get((login, reach), {})


@pytest.mark.parametrize("login", ["app", "release"])
async def test_without_being_told_who_asks_a_login_sees_what_is_common_and_no_more(wide, login):
    vault = {Sealed, Shared, Vaulted} if login == "release" else set()
    seen = {}
    async with getattr(wide, login).connect() as connection:
        for table in TABLES:
            seen[table.name] = await connection.scalar(text(f"select count(*) from {table}"))
    shown = {Common, Told} | vault
    assert seen == {
        table.name: all_of(table) if table.info["custody"] in shown else 0 for table in TABLES
    } | {"changes": C} | (OPENED if login == "release" else {})


ADDED = {
    ("app", "north"): {Ledger},
    ("release", "staff"): {
        Vaulted,
        Published,
        ConsortiumOwned,
        Ledger,
        DistrictOwned,
        Feed,
        Shared,
    },
}
ALSO_ADDED = {
    ("app", "north"): set(),
    ("release", "staff"): {"departures", "inquiries", "practices", "submissions", "vault_keys"},
}
"""Tables to which a policy of their own allows it."""


def of_south(table):
    if table in FREE:
        return true()
    if "account_id" in table.c:
        return table.c.account_id == OTHER
    return table.c.district_id == SOUTH if "district_id" in table.c else true()


@pytest.mark.parametrize(("login", "reach"), ADDED)
async def test_the_second_lock_alone_says_where_a_row_of_another_is_added(wide, login, reach):
    """A copy of a row of South: only where the policy of the custody allows it."""
    added, also = set(), set()
    async with wide.owner.connect() as connection:
        rows = {
            table: (await connection.execute(select(table).where(of_south(table)).limit(1)))
            .mappings()
            .one()
            for table in TABLES
        }
    async with session_of(getattr(wide, login), REACHES[reach]) as session:
        connection = await session.connection()
        for table, row in rows.items():
            values = {k: v for k, v in row.items() if table.c[k].server_default is None}
            nested = await connection.begin_nested()
            try:
                await connection.execute(table.insert().inline().values(values))
            except exc.IntegrityError:
                if "policies" in table.info:
                    also.add(table.name)
                else:
                    added.add(table.info["custody"])
            except exc.DBAPIError as refused:
                assert "row-level security policy" in str(refused.orig)
            await nested.rollback()
    assert (added, also) == (ADDED[login, reach], ALSO_ADDED[login, reach])


async def test_frozen_rows_are_added_once_and_by_a_release(wide):
    """The first lock alone."""
    for table in TABLES:
        if table.info["custody"] not in {Published, Vaulted, Ledger, Feed, Witnessed}:
            continue
        async with session_of(wide.owner, REACHES["staff"], ReleaseSession) as session:
            session.info["unsealed"] = True
            row = (await session.scalars(select(CLASSES[table]).limit(1))).one()
            await session.delete(row)
            with pytest.raises(TypeError, match="is frozen: it is added, once"):
                await session.flush()


async def test_no_setting_opens_a_sealed_row_of_another_to_the_app_login(wide):
    """Plain SQL past the first lock, with every setting that a policy reads set as it likes."""
    read = set(re.findall(r"current_setting\('([^']+)'", " ".join(locks())))
    everywhere = f"{{{NORTH},{SOUTH}}}"
    forged = {"app.consortium": "on", "app.districts": everywhere, "app.account": str(OTHER)}
    assert read == forged.keys()
    for name, value in forged.items():
        async with session_of(wide.app, REACHES["north"]) as session:
            connection = await session.connection()
            await connection.execute(
                text("select set_config(:name, :value, true)"), {"name": name, "value": value}
            )
            theirs = await connection.scalar(
                text("select count(*) from answers where district_id <> :north"), {"north": NORTH}
            )
            assert (name, theirs) == (name, 0)


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("role", "c34_release", "permission denied to set role"),
        ("session_authorization", "c34_release", "permission denied to set session authorization"),
        ("row_security", "off", "query would be affected by row-level security"),
    ],
)
async def test_the_app_login_takes_no_other_login(wide, setting, value, why):
    async with session_of(wide.app, REACHES["north"]) as session:
        connection = await session.connection()
        with pytest.raises(exc.DBAPIError, match=why):
            await connection.execute(text(f"select set_config('{setting}', '{value}', true)"))
            await connection.scalar(text("select count(*) from answers"))
