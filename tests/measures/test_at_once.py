"""What several people do at the same time is done one after the other."""

from asyncio import gather

import pytest
from conftest import NORTH
from measures.drafts import PROFICIENT, defined, draft

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STEWARD = (Role.DATA_STEWARD, NORTH)
MANY = 5


async def test_a_code_that_many_ask_for_is_given_once(as_):
    callers = [as_(*STEWARD) for _ in range(MANY)]
    answers = await gather(*(each.post("/v1/measures", json=draft()) for each in callers))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * (MANY - 1)]


async def test_editions_that_are_added_at_once_are_counted_one_by_one(as_):
    path = f"/v1/measures/{(await defined(as_(*STEWARD)))['id']}/editions"
    edition = PROFICIENT | {"era_break": True, "reason": "New test."}
    sent = [edition | {"definition": f"Anew, {number}."} for number in range(MANY)]
    answers = await gather(*(as_(*STEWARD).post(path, json=each) for each in sent))
    assert [answer.status_code for answer in answers] == [201] * MANY
    listed = (await as_(*STEWARD).get(path)).json()["data"]
    expected = [(number, number) for number in range(1, MANY + 2)]
    assert [(each["edition"], each["era"]) for each in listed] == expected
