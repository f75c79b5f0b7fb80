from uuid import uuid4

import pytest
from conftest import NORTH, account
from paths import told
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from ten import TEN, answers_of, drafted

from app.releases.models import PlannedCell
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def planned(caller, plan, **only):
    path = f"/v1/release-plans/{plan['id']}/cells"
    page = await caller(Role.ANALYST).get(path, params={"limit": 200, **only})
    return told(page, 200)["data"]


async def test_a_plan_is_whole_and_is_read_back(everyone, locked):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    read = await everyone(Role.ANALYST).get(f"/v1/release-plans/{plan['id']}")
    assert read.json() == plan
    assert plan.pop("made_at").endswith("Z")
    assert plan == {
        "id": plan["id"],
        "round_id": round_["id"],
        "number": 1,
        "state": "drafted",
        "charter_version": 1,
        "made_by": str(account(Role.ANALYST)),
        "bases": None,
        "quantiles": True,
        "prevalence": True,
        "trends": True,
        "breakdowns": True,
        "cells_to_publish": 22,
        "cells_to_withhold": 26,
        "version": 1,
    }


async def test_a_plan_of_which_nothing_is_said_is_the_usual_one(everyone, locked):
    path = f"/v1/rounds/{(await locked())['id']}/release-plans"
    plans = [
        told(await everyone(Role.ANALYST).post(path, **said), 201)
        for said in ({"json": {}}, {}, {"headers": {"content-type": "application/json"}})
    ]
    own = {"id", "number", "made_at"}
    usual = [{k: v for k, v in plan.items() if k not in own} for plan in plans]
    assert usual[0] == usual[1] == usual[2]


async def test_the_plans_of_a_round_are_listed_in_order(everyone, locked):
    round_ = await locked()
    plans = [await drafted(everyone, round_) for _ in range(2)]
    listed = await everyone(Role.ANALYST).get(f"/v1/rounds/{round_['id']}/release-plans")
    assert listed.json() == {"data": plans, "next_cursor": None, "has_more": False}
    assert [plan["number"] for plan in plans] == [1, 2]


async def test_its_cells_say_why_without_a_count_or_a_value(everyone, locked):
    cells = await planned(everyone, await drafted(everyone, await locked()))
    whole = {
        "id": cells[2]["id"],
        "position": 3,
        "item": "students-per-teacher",
        "peer_group_id": cells[2]["peer_group_id"],
        "basis": "county",
        "group": "Birch",
        "statistic": "mean_of_districts",
        "category": None,
        "period": "2026-27",
        "verdict": "withheld",
        "reason": "too_few_districts",
        "rule": "DR-01",
        "recipe": None,
    }
    assert cells[2] == whole
    assert [(cell["statistic"], cell["reason"], cell["rule"]) for cell in cells[-2:]] == [
        (None, "no_statistic", None),
        (None, "no_statistic", None),
    ]
    assert [cell["verdict"] for cell in cells[:4]] == [
        "published",
        "published",
        "withheld",
        "withheld",
    ]


async def test_of_a_difference_they_give_the_recipe_in_the_names_of_cells(everyone, locked):
    """Alder less the small ones is one district less another."""
    cells = await planned(everyone, await drafted(everyone, await locked()))
    term = {"release_id": None, "item": "students-per-teacher", "period": "2026-27"}
    term["statistic"] = "mean_of_districts"
    assert (cells[3]["reason"], cells[3]["rule"]) == ("difference", "DR-05")
    assert cells[3]["recipe"] == [
        {"times": "1", "basis": "county", "group": "Alder", **term},
        {"times": "-1", "basis": "size", "group": "small", **term},
    ]


async def test_its_cells_are_narrowed_by_item_group_and_verdict(everyone, locked):
    plan = await drafted(everyone, await locked())
    only = {"item": "expenditure", "basis": "county", "verdict": "withheld"}
    (cell,) = await planned(everyone, plan, **only)
    assert (cell["item"], cell["group"]) == ("expenditure", "Birch")


async def test_a_plan_changes_with_no_value_while_nobody_stands_out(everyone, locked):
    """What the staff is told depends on who answered, not on what."""

    def without_ids(rows):
        ids = {"id", "peer_group_id"}
        return [{name: row[name] for name in row if name not in ids} for row in rows]

    other = {TEN[0]: answers_of(0) | {"expenditure": {"value": 9_999}}}
    plans = [await drafted(everyone, await locked(changes)) for changes in (None, other)]
    one, two = [without_ids(await planned(everyone, plan)) for plan in plans]
    assert one == two


@pytest.mark.parametrize("tail", ["", "/cells"])
async def test_an_absent_plan_is_not_found(everyone, tail):
    answer = await everyone(Role.ANALYST).get(f"/v1/release-plans/{uuid4()}{tail}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_plans_of_an_absent_round_are_not_found(everyone, method):
    answer = await everyone(Role.ANALYST).request(method, f"/v1/rounds/{uuid4()}/release-plans")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.PUBLIC, Role.ANALYST}])
async def test_only_an_analyst_plans_and_reads_plans(everyone, locked, role, owner):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    caller = everyone(role, None if role.of_consortium else NORTH)
    for method, path in (
        ("POST", f"/v1/rounds/{round_['id']}/release-plans"),
        ("GET", f"/v1/rounds/{round_['id']}/release-plans"),
        ("GET", f"/v1/release-plans/{plan['id']}"),
        ("GET", f"/v1/release-plans/{plan['id']}/cells"),
    ):
        answer = await caller.request(method, path)
        assert (answer.status_code, answer.json()["rule"]) == (403, "TR-02")
    async with AsyncSession(owner) as session:
        assert await session.scalar(select(func.count()).select_from(PlannedCell)) == 48
