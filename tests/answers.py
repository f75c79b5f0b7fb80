"""Ways of a district with its submission through the HTTP API, and what it answers by the way."""

from typing import Any
from uuid import UUID, uuid4

from conftest import NORTH
from httpx import AsyncClient, Response
from paths import Caller, told

from app.vocabulary import Role

FULL: dict[str, dict[str, Any]] = {
    "students-per-teacher": {"numerator": 195, "denominator": 10.9},
    "expenditure": {"value": 6385},
    "advisory": {"level": 2},
    "who-coaches": {"option": "nobody"},
    "survey": {"yes": False},
    "learned": {"status": "not_applicable", "comment": "We began this year."},
}
"""An answer to each item of ``paths.EVERY_KIND``."""


def once() -> dict[str, str]:
    """The header of a request that is done once."""
    return {"Idempotency-Key": str(uuid4())}


def at(round_: dict[str, Any], district: UUID = NORTH) -> str:
    """The address of what a district does with a round."""
    return f"/v1/rounds/{round_['id']}/districts/{district}"


def steward(as_: Caller, district: UUID = NORTH) -> AsyncClient:
    """Who enters and attests for a district."""
    return as_(Role.DATA_STEWARD, district)


def rows(answers: dict[str, dict[str, Any]] = FULL, **more: Any) -> list[dict[str, Any]]:
    """The rows of a batch."""
    return [{"item": code, **answer, **more} for code, answer in answers.items()]


async def put(
    as_: Caller, round_: dict[str, Any], code: str, answer: Any, district: UUID = NORTH
) -> Response:
    """What becomes of one answer."""
    return await steward(as_, district).put(f"{at(round_, district)}/answers/{code}", json=answer)


async def batch(
    as_: Caller, round_: dict[str, Any], items: list[Any], district: UUID = NORTH, **how: Any
) -> Response:
    """What becomes of many answers."""
    body = {"items": items, **how}
    path = f"{at(round_, district)}/answers/batch"
    return await steward(as_, district).post(path, json=body, headers=once())


async def attested(
    as_: Caller,
    round_: dict[str, Any],
    answers: dict[str, dict[str, Any]] = FULL,
    district: UUID = NORTH,
) -> dict[str, Any]:
    """A district's submission that was entered and attested."""
    told(await batch(as_, round_, rows(answers), district), 200)
    attest = f"{at(round_, district)}/submission/attest"
    return told(await steward(as_, district).post(attest), 200)


async def read(as_: Caller, round_: dict[str, Any], district: UUID = NORTH) -> dict[str, Any]:
    """A district's submission as the district reads it."""
    return told(await steward(as_, district).get(f"{at(round_, district)}/submission"), 200)


def said(answer: dict[str, Any]) -> dict[str, Any]:
    """What an answer says, without what is not set and without where it stands in the history."""
    apart = {"id", "item", "kind", "version", "revision", "entered_by", "entered_at"}
    return {
        name: value for name, value in answer.items() if name not in apart and value is not None
    }


def faults(answer: Response) -> list[tuple[str, str]]:
    """Where and what is wrong, of a 422."""
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
