"""What several people do at the same time is done one after the other."""

from asyncio import gather

import pytest
from paths import told
from planning import planner
from targets.aimed import WAY, a_draft, a_target

pytestmark = pytest.mark.anyio
MANY = 5
ONE_OF_THEM = [201, *[409] * (MANY - 1)]


async def test_an_indicator_is_given_one_target_for_a_measure(as_):
    draft = await a_draft(as_) | WAY
    callers = [planner(as_) for _ in range(MANY)]
    answers = await gather(*(each.post("/v1/targets", json=draft) for each in callers))
    assert sorted(answer.status_code for answer in answers) == ONE_OF_THEM


async def test_one_override_is_in_force(as_):
    path = f"/v1/targets/{(await a_target(as_))['id']}/overrides"
    draft = {"says": "on_track", "reason": "Two schools tested late."}
    callers = [planner(as_) for _ in range(MANY)]
    answers = await gather(*(each.post(path, json=draft) for each in callers))
    assert sorted(answer.status_code for answer in answers) == ONE_OF_THEM


async def test_each_rebaselining_begins_where_the_one_before_it_ended(as_):
    path = f"/v1/targets/{(await a_target(as_))['id']}"
    why = {"reason": "Measured anew.", "decided_by": "Board, June 12"}
    sent = [WAY | why | {"milestones": [], "aim_value": 60 + number} for number in range(MANY)]
    answers = await gather(*(planner(as_).post(f"{path}/rebaseline", json=each) for each in sent))
    assert [answer.status_code for answer in answers] == [201] * MANY
    events = told(await planner(as_).get(f"{path}/rebaselinings"), 200)["data"]
    assert [event["old"] for event in events[1:]] == [event["new"] for event in events[:-1]]
    assert sorted(event["new"]["aim_value"] for event in events) == [60, 61, 62, 63, 64]


async def test_a_list_is_a_spreadsheet_too(as_):
    target = await a_target(as_)
    answer = await planner(as_).get("/v1/targets?format=csv&fields=id,aim_value,milestones")
    heading, row = answer.text.splitlines()
    assert answer.status_code == 200
    assert (heading, row.split(",")[0]) == ("id,aim_value,milestones", target["id"])
