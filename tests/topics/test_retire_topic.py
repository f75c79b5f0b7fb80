from uuid import UUID

import pytest
from conftest import NORTH
from paths import adopted_topic, ledger_of, proposed_topic, told

from app.vocabulary import Role

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", [proposed_topic, adopted_topic])
async def test_a_topic_is_retired_before_or_after_its_adoption(as_, path):
    topic = await path(as_)
    body = told(await as_(Role.ANALYST).post(f"/v1/topics/{topic['id']}/retire"), 200)
    assert body == topic | {"state": "retired", "version": topic["version"] + 1}


async def test_a_topic_that_is_not_there_is_not_retired(as_):
    told(await as_(Role.ANALYST).post(f"/v1/topics/{UUID(int=7)}/retire"), 404)


async def test_a_district_does_not_retire_a_topic(as_):
    topic = await proposed_topic(as_)
    answer = await as_(Role.SUPERINTENDENT, NORTH).post(f"/v1/topics/{topic['id']}/retire")
    assert told(answer, 403)["rule"] == "TR-02"


async def test_the_retirement_is_in_the_ledger(as_, owner):
    topic = await proposed_topic(as_)
    told(await as_(Role.ANALYST).post(f"/v1/topics/{topic['id']}/retire"), 200)
    assert (await ledger_of(owner, f"topic:{topic['id']}"))[-1] == (
        "topic:propose",
        "done",
        None,
        {"step": "retire"},
    )
