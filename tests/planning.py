"""Ways of a district to its schools, plans, goals and indicators, through the HTTP API."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

from conftest import NORTH
from httpx import AsyncClient, Response
from paths import Caller, told

from app.vocabulary import Role

NUMBERS = count(1)
TO = {
    "drafting": (),
    "out_for_feedback": ("send-out",),
    "refining": ("send-out", "refine"),
    "recommended": ("send-out", "refine", "recommend"),
    "approved": ("send-out", "refine", "recommend", "approve"),
    "active": ("send-out", "refine", "recommend", "approve", "activate"),
    "in_review": ("send-out", "refine", "recommend", "approve", "activate", "review"),
    "superseded": (
        *("send-out", "refine", "recommend", "approve", "activate"),
        "supersede",
    ),
}
"""What leads a plan to each state of its lifecycle."""
EDITED = ("drafting", "refining")
"""The states in which a plan takes edits (TR-11)."""
NOT_EDITED = tuple(state for state in TO if state not in EDITED)
CARRIED = {"votes_for": 5, "votes_against": 2, "abstained": 0}
LOST = {"votes_for": 3, "votes_against": 3, "abstained": 1}


def planner(as_: Caller, district: UUID = NORTH) -> AsyncClient:
    """Who drafts the plans of a district."""
    return as_(Role.PLANNER, district)


def vote(**changes: Any) -> dict[str, Any]:
    """A vote of the board."""
    return {"motion": "That the plan be approved.", "decided_on": "2018-06-12"} | CARRIED | changes


async def a_school(as_: Caller, district: UUID = NORTH, **changes: Any) -> dict[str, Any]:
    """A school of a district."""
    number = next(NUMBERS)
    draft = {
        "district_id": str(district),
        "code": f"{number:03}",
        "name": f"Invented Elementary {number}",
    }
    return told(await planner(as_, district).post("/v1/schools", json=draft | changes), 201)


async def a_plan(
    as_: Caller, district: UUID = NORTH, state: str = "drafting", **changes: Any
) -> dict[str, Any]:
    """A plan of a district that stands at a state of its lifecycle."""
    draft = {
        "district_id": str(district),
        "code": f"plan-{next(NUMBERS)}",
        "title": "Every student known",
        "first_year": "2026-27",
        "last_year": "2030-31",
    }
    plan = told(await planner(as_, district).post("/v1/plans", json=draft | changes), 201)
    return await led(as_, plan, state)


async def led(as_: Caller, plan: Mapping[str, Any], state: str) -> dict[str, Any]:
    """A plan in drafting, led to a state of its lifecycle."""
    district, path = UUID(plan["district_id"]), f"/v1/plans/{plan['id']}"
    for verb in TO[state]:
        if verb == "approve":
            board = as_(Role.BOARD_MEMBER, district)
            told(await board.post(f"{path}/decisions", json=vote()), 201)
        elif verb == "supersede":
            await led(as_, await succeeded(as_, plan), "active")
        else:
            told(await as_(Role.SUPERINTENDENT, district).post(f"{path}/{verb}"), 200)
    return told(await planner(as_, district).get(path), 200)


async def succeeded(as_: Caller, plan: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The plan that follows a plan, in drafting."""
    draft = {
        "code": f"{plan['code']}-next",
        "title": "Every student known, still",
        "first_year": "2031-32",
        "last_year": "2035-36",
    }
    path, district = f"/v1/plans/{plan['id']}/supersede", UUID(plan["district_id"])
    return told(await planner(as_, district).post(path, json=draft | changes), 201)


async def a_goal(
    as_: Caller, plan: Mapping[str, Any] | None = None, district: UUID = NORTH, **changes: Any
) -> dict[str, Any]:
    """A goal of a plan, or of one that is drafted for it."""
    plan = plan or await a_plan(as_, district)
    draft = {
        "plan_id": plan["id"],
        "code": f"goal-{next(NUMBERS)}",
        "focus_area": "teaching_and_learning",
        "title": "Every student reads by grade 3",
    }
    caller = planner(as_, UUID(plan["district_id"]))
    return told(await caller.post("/v1/goals", json=draft | changes), 201)


async def an_indicator(
    as_: Caller, goal: Mapping[str, Any] | None = None, district: UUID = NORTH, **changes: Any
) -> dict[str, Any]:
    """An indicator of a goal, or of one that is written for it."""
    goal = goal or await a_goal(as_, district=district)
    draft = {
        "goal_id": goal["id"],
        "code": f"indicator-{next(NUMBERS)}",
        "statement": "More third graders read at grade level.",
    }
    caller = planner(as_, UUID(goal["district_id"]))
    return told(await caller.post("/v1/indicators", json=draft | changes), 201)


async def seen(client: AsyncClient, path: str) -> dict[str, str]:
    """The header of a change to what stands at a path now."""
    answer = await client.get(path)
    told(answer, 200)
    return {"If-Match": answer.headers["etag"]}


async def patched(client: AsyncClient, path: str, changes: Mapping[str, Any]) -> Response:
    """What becomes of a change by a caller who has seen what stands there now."""
    return await client.patch(path, json=changes, headers=await seen(client, path))


def faults(answer: Response) -> list[tuple[str, str]]:
    """Where a refused request is at fault, and by which codes."""
    return [(each["pointer"], each["code"]) for each in told(answer, 422)["errors"]]
