"""Every write of a measure, a target and what is decided on it is in the feed of changes."""

import pytest
from conftest import NORTH
from measures.drafts import PROFICIENT
from paths import told
from planning import planner, seen
from targets.aimed import WAY, a_target

from app.vocabulary import Role

pytestmark = pytest.mark.anyio
TYPES = ("measure", "measure_edition", "target", "rebaselining", "status_override")


async def test_what_becomes_of_a_target_is_followed(as_):
    target = await a_target(as_)
    path, measure = f"/v1/targets/{target['id']}", target["measure_id"]
    edition = PROFICIENT | {"definition": "Anew.", "era_break": True, "reason": "New test."}
    steward = as_(Role.DATA_STEWARD, NORTH)
    newest = told(await steward.post(f"/v1/measures/{measure}/editions", json=edition), 201)
    why = {"reason": "New test.", "decided_by": "Board, June 12"}
    event = told(await planner(as_).post(f"{path}/rebaseline", json=WAY | why), 201)
    draft = {"says": "on_track", "reason": "Two schools tested late."}
    flag = told(await planner(as_).post(f"{path}/overrides", json=draft), 201)
    told(await planner(as_).post(f"{path}/overrides/{flag['id']}/lift"), 200)
    assert (
        await planner(as_).delete(path, headers=await seen(planner(as_), path))
    ).status_code == 204
    asked = "&".join(f"types={each}" for each in TYPES)
    feed = told(await planner(as_).get(f"/v1/changes?{asked}"), 200)["data"]
    told_of = [(each["type"], each["op"], each["id"], each["version"]) for each in feed]
    first = next(each["id"] for each in feed if each["type"] == "measure_edition")
    written = [
        ("measure", "upsert", measure, 1),
        ("measure_edition", "upsert", first, 1),
        ("target", "upsert", target["id"], 1),
        ("measure", "upsert", measure, 2),
        ("measure_edition", "upsert", newest["id"], 1),
        ("rebaselining", "upsert", event["id"], 1),
        ("target", "upsert", target["id"], 2),
        ("status_override", "upsert", flag["id"], 1),
        ("status_override", "upsert", flag["id"], 2),
    ]
    removed = [
        ("rebaselining", "delete", event["id"], 1),
        ("status_override", "delete", flag["id"], 2),
        ("target", "delete", target["id"], 2),
    ]
    assert (sorted(told_of[:9]), sorted(told_of[9:])) == (sorted(written), removed)
