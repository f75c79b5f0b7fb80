"""Measures as a district defines them."""

from typing import Any
from uuid import UUID

from conftest import NORTH
from httpx import AsyncClient

PROFICIENT: dict[str, Any] = {
    "definition": "Grade 3 students who meet or exceed the standard in reading.",
    "kind": "rate",
    "direction": "increase",
    "unit": "%",
    "numerator": "grade 3 students who meet or exceed the standard",
    "denominator": "grade 3 students tested",
    "factor": 100,
    "decimals": 1,
    "frequency": "school_year",
    "grace_days": None,
    "source": "State assessment",
    "dimensions": ["grade", "language_status"],
    "counts_students": True,
}
"""A definition, with every member of it."""

DEVICES: dict[str, Any] = {
    "definition": "Devices that students take home.",
    "kind": "count",
    "direction": "neutral",
    "unit": "devices",
    "frequency": "semester",
}
"""A definition with nothing in it that could be left out."""

FILLED = {
    "numerator": None,
    "denominator": None,
    "factor": None,
    "decimals": 1,
    "grace_days": None,
    "source": None,
    "dimensions": [],
    "counts_students": False,
}
"""What is said where a definition leaves it out."""


def draft(code: str = "reading-grade-3", place: UUID = NORTH, **changes: Any) -> dict[str, Any]:
    """A new measure of a district."""
    told = {"district_id": str(place), "code": code, "name": "Reading in grade 3"}
    return told | PROFICIENT | changes


async def defined(caller: AsyncClient, **changes: Any) -> dict[str, Any]:
    """Define a measure, and give it back as it is shown."""
    answer = await caller.post("/v1/measures", json=draft(**changes))
    assert answer.status_code == 201
    return answer.json()
