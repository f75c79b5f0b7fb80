"""Ways to progress reports through the HTTP API, and short names for what they show."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from conftest import NORTH
from httpx import AsyncClient
from measured import an_observation
from paths import Caller, told

from app.measures.models import Measure
from app.observations.models import Observation
from app.plans.models import Plan
from app.schools.models import School
from app.vocabulary import Role

PERIOD = "2025-26"


def superintendent(as_: Caller, district: UUID = NORTH) -> AsyncClient:
    return as_(Role.SUPERINTENDENT, district)


def once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def a_school(code: str, district: UUID = NORTH) -> School:
    return School(id=uuid4(), district_id=district, code=code, name=f"Invented School {code}")


def observed(
    measure: Measure, numerator: int, denominator: int, school: School | None = None, **by: str
) -> Observation:
    """What a rate came to in a group, in the period that reports tell of."""
    return an_observation(
        measure,
        PERIOD,
        numerator=Decimal(numerator),
        denominator=Decimal(denominator),
        school_id=None if school is None else school.id,
        breakdown=by,
    )


async def publish(as_: Caller, plan: Plan, **draft: Any) -> dict[str, Any]:
    """The answer to a new report."""
    path = f"/v1/plans/{plan.id}/progress-reports"
    body = {"title": "How far we are"} | draft
    made = await superintendent(as_, plan.district_id).post(path, json=body, headers=once())
    report: dict[str, Any] = told(made, 201)
    return report


async def preview(as_: Caller, plan: Plan) -> dict[str, Any]:
    path = f"/v1/plans/{plan.id}/progress-reports/preview"
    seen: dict[str, Any] = told(await superintendent(as_, plan.district_id).get(path), 200)
    return seen


async def withdraw(as_: Caller, report: Mapping[str, Any]) -> dict[str, Any]:
    path = f"/v1/progress-reports/{report['id']}/withdraw"
    caller = superintendent(as_, UUID(report["district_id"]))
    summary: dict[str, Any] = told(await caller.post(path), 200)
    return summary


def measure_of(report: Mapping[str, Any], code: str = "rate") -> dict[str, Any]:
    """The one place in a report that tells of a measure."""
    (found,) = [
        measure
        for goal in report["content"]["goals"]
        for indicator in goal["indicators"]
        for measure in indicator["measures"]
        if measure["code"] == code
    ]
    measure: dict[str, Any] = found
    return measure


def cells_of(report: Mapping[str, Any], code: str = "rate") -> dict[str, tuple[int, int] | str]:
    """What a report shows of a measure: numerator and denominator of each cell, or its status."""
    measure = measure_of(report, code)
    figures = [{"school": None, "breakdown": {}, **measure["observation"]}, *measure["cells"]]
    return {
        named(each): (each["numerator"], each["denominator"])
        if each["value"] is not None
        else each["status"]
        for each in figures
    }


def named(cell: Mapping[str, Any]) -> str:
    """``7/grade=4`` for the fourth grade of school 7."""
    place = "" if cell["school"] is None else f"{cell['school']}/"
    return place + ";".join(f"{name}={value}" for name, value in cell["breakdown"].items())
