"""Measures and schools of two districts to observe, and the calls that enter observations."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from conftest import NORTH, SOUTH, account
from httpx import AsyncClient, Response

from app.measures.models import Measure, MeasureEdition
from app.measuring.words import Direction, PeriodKind
from app.schools.models import School
from app.vocabulary import MeasureKind, Role

YEAR = "2024-25"
WHEN = datetime(2026, 8, 1, tzinfo=UTC)
RATE: dict[str, Any] = {
    "kind": MeasureKind.RATE,
    "factor": 100,
    "dimensions": ["grade", "sex", "home-language"],
}
KINDS: dict[str, list[dict[str, Any]]] = {
    "reading": [RATE, RATE | {"edition": 2}, RATE | {"edition": 3, "era": 3, "era_break": True}],
    "counsellors": [{"kind": MeasureKind.MEAN, "factor": 1}],
    "capacity": [{"kind": MeasureKind.RATE, "factor": 100, "counts_students": False}],
    "incidents": [{"kind": MeasureKind.RATE, "factor": 1000}],
    "graduates": [{"kind": MeasureKind.COUNT, "dimensions": ["sex"]}],
    "spending": [{"kind": MeasureKind.CURRENCY, "counts_students": False}],
    "climate": [{"kind": MeasureKind.RUBRIC_LEVEL, "counts_students": False}],
    "attendance": [{"kind": MeasureKind.RATE, "factor": 100, "frequency": PeriodKind.MONTH}],
}
"""Measures by their codes, and what each edition of them is."""
RIGHT: dict[str, Any] = {"measure": "reading", "period": YEAR, "numerator": 41, "denominator": 80}


def id_of(name: str, place: UUID = NORTH) -> UUID:
    """The id of a measure or school of a district, by its code."""
    return uuid5(place, name)


def an_edition(place: UUID, code: str, **told: Any) -> MeasureEdition:
    usual = {
        "edition": 1,
        "era": 1,
        "era_break": False,
        "definition": "What it counts.",
        "direction": Direction.INCREASE,
        "unit": "percent",
        "decimals": 1,
        "frequency": PeriodKind.SCHOOL_YEAR,
        "dimensions": [],
        "counts_students": True,
        "created_by": account(Role.PLANNER, place),
    }
    return MeasureEdition(district_id=place, measure_id=id_of(code, place), **(usual | told))


def kept_in(place: UUID) -> Iterable[Any]:
    """Every measure in all its editions, and two schools."""
    for code, editions in KINDS.items():
        yield Measure(
            district_id=place,
            id=id_of(code, place),
            code=code,
            name=code.title(),
            edition=len(editions),
        )
        yield from (an_edition(place, code, **told) for told in editions)
    for code in ("elm", "oak"):
        yield School(district_id=place, id=id_of(code, place), code=code, name=f"{code} school")


def at(place: UUID = NORTH) -> str:
    return f"/v1/districts/{place}/observations"


def steward(as_: Any, place: UUID = NORTH) -> AsyncClient:
    return as_(Role.DATA_STEWARD, place)


async def put(as_: Any, place: UUID = NORTH, *, etag: str | None = None, **told: Any) -> Response:
    """Enter one observation of a district by its steward."""
    headers = {} if etag is None else {"If-Match": etag}
    return await steward(as_, place).put(at(place), json=RIGHT | told, headers=headers)


async def entered(as_: Any, place: UUID = NORTH, **told: Any) -> Any:
    """Enter one observation that is new."""
    answer = await put(as_, place, **told)
    assert answer.status_code == 201, answer.text
    return answer.json()


def once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


async def batch(as_: Any, items: list[Any], place: UUID = NORTH, **told: Any) -> Response:
    """Send rows as JSON; ``query`` goes into the address."""
    query = told.pop("query", {})
    path = f"{at(place)}/batch"
    body = {"items": items, **told}
    return await steward(as_, place).post(path, params=query, json=body, headers=once())


async def spreadsheet(as_: Any, body: str | bytes, **query: str) -> Response:
    """Send rows as CSV."""
    headers = once() | {"Content-Type": "text/csv"}
    content = body.encode() if isinstance(body, str) else body
    path = f"{at()}/batch"
    return await steward(as_).post(path, params=query, content=content, headers=headers)


def faults(answer: Response) -> list[tuple[str, str]]:
    """What is wrong, by place and code."""
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def cells(answer: Response) -> list[tuple[int, str | None, str]]:
    """What is wrong with a file, by row, column and code."""
    assert answer.status_code == 422, answer.text
    return [(each["row"], each.get("column"), each["code"]) for each in answer.json()["errors"]]


async def listed(as_: Any, place: UUID = NORTH, **asked: Any) -> list[Any]:
    """List the observations of a district as its viewer."""
    answer = await as_(Role.VIEWER, place).get(at(place), params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


BOTH = (NORTH, SOUTH)
