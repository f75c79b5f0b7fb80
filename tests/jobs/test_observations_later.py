"""Ten thousand observations of a district, asked for at once and entered later."""

from typing import Any

import pytest
from answers import once
from conftest import NORTH, SOUTH
from jobs.conftest import LATER, detail
from observating import BOTH, RIGHT, kept_in, steward
from paths import told
from sqlalchemy import text

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
PATH = f"/v1/districts/{NORTH}/observations/batch"


@pytest.fixture(autouse=True)
async def kept(given, roster) -> None:
    """What there is to observe, in both districts."""
    for place in BOTH:
        await given(*kept_in(place))


def observations(number: int) -> dict[str, Any]:
    return {
        "items": [
            RIGHT | {"breakdown": {"sex": f"s{n}"}, "numerator": n % 80} for n in range(number)
        ]
    }


async def stored(owner) -> list[int]:
    """How many observations there are, and changes that tell of them."""
    tables = ("observations", "changes")
    async with owner.connect() as connection:
        return [await connection.scalar(text(f"select count(*) from {each}")) for each in tables]


async def test_ten_thousand_rows_are_entered_later(as_, worker, owner):
    job = told(
        await steward(as_).post(PATH, json=observations(10_000), headers=once() | LATER), 202
    )
    before = await stored(owner)
    assert await worker.work()
    told_of = await detail(steward(as_), job)
    assert (told_of["state"], told_of["done"], told_of["total"]) == ("succeeded", 10_000, 10_000)
    assert (told_of["answer"]["created"], len(told_of["answer"]["results"])) == (10_000, 10_000)
    assert (before, await stored(owner)) == ([0, 0], [10_000, 10_000])


async def test_a_job_of_a_district_is_that_accounts_alone(as_, worker):
    """Neither another of the district, nor its superintendent, nor the consortium sees it."""
    job = told(await steward(as_).post(PATH, json=observations(1), headers=once() | LATER), 202)
    assert await worker.work()
    others = [
        as_(Role.SUPERINTENDENT, NORTH),
        as_(Role.PLANNER, NORTH),
        as_(Role.DATA_STEWARD, SOUTH),
        as_(Role.CONSORTIUM_ADMIN),
        as_(Role.AUDITOR),
    ]
    answers = [await caller.get(f"/v1/jobs/{job['id']}") for caller in others]
    assert [answer.status_code for answer in answers] == [404] * 5


async def test_a_job_reaches_no_further_than_who_asked(as_, worker, owner):
    """TR-05: another district is not there, for a job as for a request."""
    path = f"/v1/districts/{SOUTH}/observations/batch"
    job = told(await steward(as_).post(path, json=observations(1), headers=once() | LATER), 202)
    assert await worker.work()
    told_of = await detail(steward(as_), job)
    assert (told_of["state"], told_of["problem"]["code"]) == ("failed", "not_found")
    assert await stored(owner) == [0, 0]


async def test_a_row_that_does_not_fit_is_told_when_the_work_is_done(as_, worker, owner):
    body = observations(3)
    body["items"][1]["numerator"] = "41"
    job = told(await steward(as_).post(PATH, json=body, headers=once() | LATER), 202)
    assert await worker.work()
    problem = (await detail(steward(as_), job))["problem"]
    assert [fault["pointer"] for fault in problem["errors"]] == ["/items/1/numerator"]
    assert await stored(owner) == [0, 0]
