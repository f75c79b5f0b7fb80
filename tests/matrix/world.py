"""A consortium in which the north and the south hold a row in every table that a district may hold.

What has a way through the API, or a row of its own among the other tests, is put in place by it; of
what is left, whatever table it is, each of the two is given a row that is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from answers import FULL, at, attested, once, rows, steward
from conftest import NORTH, SOUTH, account
from fastapi import FastAPI
from matrix.samples import SAMPLES, Operation, body_of, names_in, operations
from measured import Planned
from members import Given, among, join
from paths import EVERY_KIND, PLAIN, Caller, an_instrument, open_round, step, told
from policy.conftest import a_row
from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from ten import GROUPS, TEN, published

from app.db import Base, Credential, DistrictOwned, Personal, Roster, Sealed, Shared
from app.links.models import Link
from app.vocabulary import Role

ABSENT = UUID(int=0x0198C0DE00007000800000000000ABCD)
PAIR = (NORTH, SOUTH)
ODD: Mapping[UUID, str] = {NORTH: "odd quagga", SOUTH: "odd okapi"}
"""What stands in the texts of each of the two, and in nobody else's."""
SECRET: Mapping[UUID, Decimal] = {NORTH: Decimal("6391.4471"), SOUTH: Decimal("6397.5583")}
"""What each answers under its seal."""
COACH: Mapping[UUID, str] = {NORTH: "a colleague", SOUTH: "the principal"}
"""What only the one of the two answers of all ten, so that each asks to meet the other."""
OBSERVED: Mapping[UUID, Decimal] = {NORTH: Decimal(459447713), SOUTH: Decimal(461558917)}
ITEMS = [PLAIN | {"decimals": 4} if item is PLAIN else item for item in EVERY_KIND]
WORDED = frozenset(
    {"comment", "definition", "display_name", "motion", "name", "note", "reason", "statement"}
    | {"title", "contact", "description", "decided_by"}
)
"""Columns that hold what people write."""
EVERYBODYS_OWN = ("consortium", "consortium_targets", "district_external_ids", "ledger_checkpoints")
"""Tables without an owner in which nothing above puts a row."""
HELD = (DistrictOwned, Sealed, Roster, Credential, Personal, Shared)

IDS: Mapping[str, str] = {
    "account_id": "select account_id from accounts where kind = 'service' and district_id = :place",
    "district_id": "select id from districts where id = :place",
    "district_ids": "select id from districts where id = :place",
    "goal_id": "select goal_id from indicators where id = (select indicator_id from targets"
    " where district_id = :place order by id limit 1)",
    "indicator_id": "select indicator_id from targets where district_id = :place",
    "instrument_code": "select instrument_code from links where district_id = :place",
    "item_code": "select item_code from links where district_id = :place",
    "job_id": "select id from jobs where account_id = :steward",
    "key_id": "select id from keys where account_id = :steward",
    "measure_id": "select measure_id from targets where district_id = :place",
    "override_id": "select id from status_overrides where target_id = (select id from targets"
    " where district_id = :place order by id limit 1)",
    "plan_id": "select plan_id from goals where district_id = :place",
    "decision_id": "select id from board_decisions where plan_id ="
    " (select plan_id from goals where district_id = :place order by id limit 1)",
    "released_round_id": "select round_id from release_plans",
    "report_id": "select id from progress_reports where district_id = :place",
    "review_motion_id": "select id from motions where kind = 'set_review_days'",
    "round_id": "select id from rounds where stage = 'open' and id in"
    " (select round_id from submissions)",
    "user_id": "select account_id from accounts where kind = 'user' and district_id = :place",
    "with": "select id from release_plans",
}
"""Where the name of a parameter does not tell its table: ``school_id`` is an id of ``schools``."""
WORDS: Mapping[str, str] = {
    "nces_id": "0601620",
    "scheme": "ca_cds",
    "value": "19-64733",
    "code": "elm",
    "item": "expenditure",
    "topic": "time-with-adults",
    "instrument": "resources",
}
"""Parameters that name what is everybody's, or what need not be there."""


@dataclass(frozen=True)
class Request:
    """An operation with all that it takes."""

    operation: Operation
    path: str
    query: Mapping[str, str]
    body: Any

    def headers(self) -> dict[str, str]:
        """Give the headers that it may need."""
        if self.operation.method == "POST":
            return once()
        return {"If-Match": "*"} if self.operation.method in {"PATCH", "DELETE"} else {}


@dataclass(frozen=True)
class World:
    """The ids of what each of the two holds, and of what is everybody's."""

    held: Mapping[UUID, Mapping[str, str]]
    common: Mapping[str, str]

    def known(self, name: str, place: UUID | None, path: str = "") -> str | None:
        """Give the id that a name stands for; of no place, one that is not there."""
        name = next((each for each in spelled(name, path) if self.has(each)), name)
        if name in self.held[NORTH]:
            return str(ABSENT) if place is None else self.held[place][name]
        return self.common.get(name)

    def has(self, name: str) -> bool:
        """Whether an id was found for a name."""
        return name in self.held[NORTH] or name in self.common

    def request(self, operation: Operation, place: UUID | None) -> Request:
        """Make the request for what a place holds."""
        path, query = operation.path, {}
        for name in names_in(operation.path):
            held = self.known(name, place, operation.path)
            assert held is not None, f"{operation.path}: what is {name}?"
            path = path.replace(f"{{{name}}}", held)
        for name in {*operation.required(), "district_id"} - {*names_in(operation.path)}:
            if any(each["name"] == name and each["in"] == "query" for each in operation.parameters):
                held = self.known(name, place)
                assert held is not None, f"{operation.path}: what is {name}?"
                query[name] = held

        def known(name: str) -> str | None:
            return None if name in WORDS else self.known(name, place)

        return Request(operation, path, query, body_of(operation, known))

    def concerns_a_place(self, operation: Operation) -> bool:
        """Whether the request differs with whose rows it is about."""
        one, two = (self.request(operation, place) for place in PAIR)
        return (one.path, one.query, str(one.body)) != (two.path, two.query, str(two.body))


async def planted(app: FastAPI, as_: Caller, given: Given, owner: AsyncEngine) -> World:
    """Put all of it in place, and find the ids."""
    for number in range(1, 9):
        await join(given, number)
    everyone = among(app, as_)
    await answered(everyone)
    for place in PAIR:
        await planned(as_, given, place)
    admin = as_(Role.CONSORTIUM_ADMIN)
    for meeting in told(await admin.get("/v1/meetings"), 200)["data"]:
        path = f"/v1/meetings/{meeting['id']}/agenda"
        told(await admin.post(path, json=SAMPLES["/agenda"]), 201)
        path = f"/v1/meetings/{meeting['id']}/attendance/{NORTH}"
        told(await admin.put(path, json={"presence": "present"}), 201)
    async with owner.begin() as connection:
        await connection.execute(text("set local session_replication_role = replica"))
        await connection.execute(
            text("update districts set nces_id = :nces where id = :place"),
            {"nces": WORDS["nces_id"], "place": NORTH},
        )
        for table in Base.metadata.sorted_tables:
            if issubclass(table.info["custody"], HELD):
                await filled(connection, table)
                await worded(connection, table)
            elif table.name in EVERYBODYS_OWN:
                await alone(connection, table)
    async with owner.connect() as connection:
        return await found(connection, app)


async def answered(everyone: Caller) -> None:
    """A round that was released, and one that is open and answered by the two."""
    instrument = await an_instrument(everyone, *ITEMS, code="resources")
    round_ = await open_round(everyone, instrument=instrument, groups=GROUPS, review_days=0)
    opened = await open_round(everyone, instrument=instrument)
    left = await open_round(everyone, instrument=instrument)
    for place in TEN:
        mine = FULL
        if place in PAIR:
            mine = FULL | {"expenditure": answer_of(place), "who-coaches": {"option": COACH[place]}}
        await attested(everyone, round_, mine, place)
    for place in PAIR:
        await attested(everyone, left, FULL, place)
        farewell = {"reason": f"Too busy with the {ODD[place]}"}
        path = f"{at(left, place)}/submission/withdraw"
        told(await steward(everyone, place).post(path, json=farewell), 200)
        waiting = once() | {"Prefer": "respond-async"}
        body = {"items": rows({"expenditure": answer_of(place)})}
        caller = steward(everyone, place)
        told(
            await caller.post(f"{at(opened, place)}/answers/batch", json=body, headers=once()), 200
        )
        told(
            await caller.post(f"{at(round_, place)}/answers/batch", json=body, headers=waiting), 202
        )
    await step(everyone, round_["id"], "close", "review", "lock")
    await published(everyone, round_)
    for place, other in (PAIR, PAIR[::-1]):
        sought = {"item": "who-coaches", "sought": {"option": COACH[other]}}
        asked = {"round_id": round_["id"], "contact": "Ada Invented, ada@example.org"} | sought
        path = f"/v1/districts/{place}/introductions"
        caller = everyone(Role.SUPERINTENDENT, place)
        told(await caller.post(path, json=asked, headers=once()), 201)


def answer_of(place: UUID) -> dict[str, Any]:
    """What one of the two answers of what it spends."""
    return {"value": float(SECRET[place]), "comment": f"As every {ODD[place]} knows"}


async def planned(as_: Caller, given: Given, place: UUID) -> None:
    """A plan with all that belongs to it."""
    plan = Planned(place)
    plan.observation.numerator = OBSERVED[place]
    plan.observation.denominator = Decimal(1_000_000_000)
    await given(*plan.rows)
    target = f"/v1/targets/{plan.target.id}"
    planner = as_(Role.PLANNER, place)
    draft = {"says": "on_track", "reason": "Two schools tested late."}
    told(await planner.post(f"{target}/overrides", json=draft), 201)
    moved = SAMPLES["/rebaseline"] | {"aim_value": 52}
    told(await planner.post(f"{target}/rebaseline", json=moved), 201)
    of = {"instrument_code": "resources", "item_code": "students-per-teacher"}
    await given(Link(district_id=place, measure_id=plan.rate.id, **of))
    account_ = {"display_name": "A system", "district_id": str(place)}
    superintendent = as_(Role.SUPERINTENDENT, place)
    told(await superintendent.post("/v1/service-accounts", json=account_), 201)
    reports = f"/v1/plans/{plan.plan.id}/progress-reports"
    report = {"title": "Where we stand"}
    told(await superintendent.post(reports, json=report, headers=once()), 201)


async def filled(connection: AsyncConnection, table: Table) -> None:
    """Give each of the two a row of a table in which it has none."""
    for number, place in enumerate(PAIR):
        owner = "district_id" if "district_id" in table.c else "account_id"
        who = place if owner == "district_id" else account(Role.DATA_STEWARD, place)
        asked = text(f"select count(*) from {table} where {owner} = :who")
        if await connection.scalar(asked, {"who": who}):
            continue
        row = await made_up(connection, table, 900 + number, place)
        if "code" in row:
            row["code"] = WORDS["code"]
        if "recipient_id" in table.c:
            row["recipient_id"] = place
        await connection.execute(insert(table).values(row))


async def alone(connection: AsyncConnection, table: Table) -> None:
    """Give everybody one row of a table."""
    row = await made_up(connection, table, 900, NORTH)
    told_ = {name: word for name, word in WORDS.items() if name in row}
    await connection.execute(insert(table).values(row | told_))


async def made_up(
    connection: AsyncConnection, table: Table, number: int, place: UUID
) -> dict[str, Any]:
    """Make a row that belongs to what is there."""
    row = a_row(table, number, place, account(Role.DATA_STEWARD, place))
    for name in row.keys() - {"id", "district_id", "account_id"}:
        held = await one_of(connection, name, place)
        row |= {} if held is None else {name: held}
    return row


async def worded(connection: AsyncConnection, table: Table) -> None:
    """Have each of the two say what nobody else does, wherever people write."""
    if "district_id" not in table.c:
        return
    for name in WORDED & set(table.c.keys()):
        for place in PAIR:
            async with connection.begin_nested():
                await connection.execute(
                    text(
                        f"update {table} set {name} = {name} || ' {ODD[place]}'"
                        f" where district_id = :place and {name} is not null"
                    ),
                    {"place": place},
                )


def spelled(name: str, path: str) -> list[str]:
    """List what a parameter may be called: by the noun before it in a path, and by itself.

    ``/v1/agenda-items/{item_id}`` is an agenda item, not an item of an instrument. A round is one
    that is open, but where it is asked for its releases.
    """
    if name == "round_id" and "/release" in path:
        return ["released_round_id"]
    before, found_, _ = path.partition(f"/{{{name}}}")
    if name in IDS or not found_:
        return [name]
    return [before.rsplit("/", 1)[1].replace("-", "_") + "_id", name]


def query_of(name: str) -> str | None:
    """Say which rows a name may stand for, or nothing where it is no id."""
    if name in IDS:
        return IDS[name]
    noun = name.removesuffix("_id")
    tables = Base.metadata.tables
    for table in (noun, f"{noun}s", f"{noun.removesuffix('y')}ies"):
        if name in WORDS:
            return None
        if noun != name and table in tables and "id" in tables[table].c:
            near = " where district_id = :place" if "district_id" in tables[table].c else ""
            return f"select id from {table}{near}"
    return None


async def one_of(connection: AsyncConnection, name: str, place: UUID) -> str | None:
    """Find the first id that a name may stand for."""
    query = query_of(name)
    if query is None:
        return None
    who = {"place": place, "steward": account(Role.DATA_STEWARD, place)}
    used = {key: value for key, value in who.items() if f":{key}" in query}
    value = await connection.scalar(text(f"{query} order by 1 limit 1"), used)
    return None if value is None else str(value)


async def found(connection: AsyncConnection, app: FastAPI) -> World:
    """Find every id that the contract has a name for."""
    names = set().union(*(names_of(each) for each in operations(app))) - WORDS.keys()
    names |= {
        each
        for operation in operations(app)
        for name in names_in(operation.path)
        for each in spelled(name, operation.path)
    }
    names -= {name for name in names if query_of(name) is None}
    held: dict[UUID, dict[str, str]] = {place: {} for place in PAIR}
    common = dict(WORDS)
    for name in sorted(names):
        per_place = ":" in (query_of(name) or "")
        for place in PAIR:
            value = await one_of(connection, name, place)
            if value is not None:
                (held[place] if per_place else common)[name] = value
    assert held[NORTH].keys() == held[SOUTH].keys()
    return World(held, common)


def names_of(operation: Operation) -> set[str]:
    """List the names of parameters, and of members of any body, that an operation may take."""
    schemas = operation.defs["schemas"].values()
    members = {name for each in schemas for name in each.get("properties", ())}
    return {each["name"] for each in operation.parameters} | members
