"""Ways of a district to targets and what is observed of them, through the HTTP API."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

from conftest import NORTH
from measures.drafts import DEVICES, FILLED, defined
from paths import Caller, told
from planning import a_goal, a_plan, an_indicator, planner

from app.vocabulary import Role

NUMBERS = count(1)
BACK_LOADED = [
    {"period": "2022-23", "value": 41},
    {"period": "2023-24", "value": 42},
    {"period": "2024-25", "value": 44},
    {"period": "2025-26", "value": 47},
]
WAY: dict[str, Any] = {
    "baseline_period": "2021-22",
    "baseline_value": 40,
    "aim_value": 50,
    "due_in": "2026-27",
    "milestones": BACK_LOADED,
}
"""From 40 to 50, most of it late."""
BAND: dict[str, Any] = {"low": 94, "high": 96, "starts_in": "2021-22", "due_in": "2026-27"}
NOTHING = dict.fromkeys(
    ["baseline_period", "baseline_value", "baseline_edition", "aim_value", "low", "high"]
    + ["starts_in", "due_in", "tolerance"]
) | {"milestones": []}
COUNTED = DEVICES | FILLED
"""A measure whose values are plain numbers, and neutral."""


async def a_measure(as_: Caller, district: UUID = NORTH, **changes: Any) -> dict[str, Any]:
    """A measure of a district: a rate that should increase, unless told otherwise."""
    code = f"measure-{next(NUMBERS)}"
    return await defined(
        as_(Role.DATA_STEWARD, district), **{"code": code, "place": district} | changes
    )


async def named(
    as_: Caller, measure: Mapping[str, Any], plan: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An indicator that names a measure, in a plan that is drafted."""
    district = UUID(measure["district_id"])
    goal = await a_goal(as_, plan, district=district)
    indicator = await an_indicator(as_, goal, district=district)
    path = f"/v1/indicators/{indicator['id']}/measures/{measure['id']}"
    return told(await planner(as_, district).put(path), 201)


async def a_draft(as_: Caller, district: UUID = NORTH, **changes: Any) -> dict[str, Any]:
    """What sets a target of a new measure, in a new plan."""
    measure = await a_measure(as_, district, **changes)
    indicator = await named(as_, measure)
    return {"indicator_id": indicator["id"], "measure_id": measure["id"]}


async def a_target(
    as_: Caller, aims: Mapping[str, Any] = WAY, district: UUID = NORTH, **changes: Any
) -> dict[str, Any]:
    """A target of a new measure, in a plan that is drafted."""
    draft = await a_draft(as_, district, **changes)
    return told(await planner(as_, district).post("/v1/targets", json=draft | aims), 201)


async def a_target_in(as_: Caller, plan: Mapping[str, Any], **aims: Any) -> dict[str, Any]:
    """A target of a new measure, in a plan."""
    measure = await a_measure(as_)
    indicator = await named(as_, measure, plan)
    draft = {"indicator_id": indicator["id"], "measure_id": measure["id"]} | WAY | aims
    return told(await planner(as_).post("/v1/targets", json=draft), 201)


async def a_drafted_plan(as_: Caller) -> dict[str, Any]:
    return await a_plan(as_)


async def observe(as_: Caller, target: Mapping[str, Any], period: str, **said: Any) -> str:
    """Record what a target's measure came to in the whole district, and name the observation."""
    district = UUID(target["district_id"])
    steward = as_(Role.DATA_STEWARD, district)
    draft = {"measure": target["measure_id"], "period": period} | said
    answer = await steward.put(f"/v1/districts/{district}/observations", json=draft)
    return told(answer, 201)["id"]
