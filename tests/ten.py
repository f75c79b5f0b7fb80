"""A consortium of ten districts, five of them in one county, and ways to its releases.

Ten less five are five: neither group of five gives the others away.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from answers import FULL, once
from conftest import NORTH, SOUTH
from httpx import Response
from members import member
from paths import Caller, told

from app.vocabulary import Role

TEN = [NORTH, SOUTH, *[member(number) for number in range(1, 9)]]
GROUPS = [
    ("county", "Alder", TEN[:5]),
    ("county", "Birch", TEN[5:7]),
    ("size", "small", TEN[1:6]),
]
STUDENTS = [195, 240, 1550, 243, 1335, 137, 888, 412, 2210, 640]
TEACHERS = ["10.9", "11.15", "82.9", "14", "71.5", "6.4", "40.0", "21.5", "104.6", "30"]
SPENT = [6385, 5099, 5502, 7102, 5236, 5580, 5253, 6010, 4870, 5986]


def answers_of(place: int) -> dict[str, dict[str, Any]]:
    """What one of the ten answers, by its place among them."""
    ratio = {"numerator": STUDENTS[place], "denominator": float(Decimal(TEACHERS[place]))}
    spent = {"value": SPENT[place]}
    return FULL | {"students-per-teacher": ratio, "expenditure": spent}


async def drafted(caller: Caller, round_: dict[str, Any]) -> dict[str, Any]:
    """A plan of a locked round."""
    return told(await caller(Role.ANALYST).post(f"/v1/rounds/{round_['id']}/release-plans"), 201)


async def publish(
    caller: Caller, round_id: str, plan_id: Any, headers: dict[str, str] | None = None
) -> Response:
    """What becomes of a plan that is to be published."""
    path = f"/v1/rounds/{round_id}/releases"
    body = {"plan_id": str(plan_id)}
    return await caller(Role.ANALYST).post(path, json=body, headers=headers or once())


async def published(caller: Caller, round_: dict[str, Any]) -> dict[str, Any]:
    """A release of a locked round."""
    plan = await drafted(caller, round_)
    path, body = f"/v1/rounds/{round_['id']}/releases", {"plan_id": plan["id"]}
    return told(await caller(Role.ANALYST).post(path, json=body, headers=once()), 201)


async def cells_of(caller: Caller, release: dict[str, Any], **only: Any) -> list[dict[str, Any]]:
    """The cells of a release, as the staff sees them."""
    path = f"/v1/releases/{release['id']}/cells"
    page = await caller(Role.ANALYST).get(path, params={"limit": 200, **only})
    return told(page, 200)["data"]


def in_short(cell: dict[str, Any]) -> tuple[Any, ...]:
    """An item, a group, a count and a value."""
    return (cell["item"], cell["group"], cell["n"], cell["value"])


def mean(figures: list[Decimal], step: str) -> float:
    """The mean of figures, rounded half to even."""
    return float((sum(figures) / len(figures)).quantize(Decimal(step), ROUND_HALF_EVEN))
