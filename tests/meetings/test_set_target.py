"""What the members aim for together is adopted at a meeting (TR-20)."""

from uuid import UUID

import asyncpg
import pytest
from conftest import NORTH
from paths import (
    PLAIN,
    YES_NO,
    a_meeting,
    adopted_motion,
    adopted_topic,
    an_instrument,
    ledger_of,
    proposed_topic,
    put_motion,
    told,
)

from app.settings import plain
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
CARRIED = {"votes_for": 9, "votes_against": 2}


@pytest.fixture
async def aim(as_):
    """A target on an item of an adopted topic, as a motion says it."""
    topic = await adopted_topic(as_)
    instrument = await an_instrument(as_, PLAIN, YES_NO, topic_id=topic["id"])
    return {
        "kind": "set_target",
        "topic_id": topic["id"],
        "instrument_code": instrument["code"],
        "item_code": "expenditure",
        "period": "2027-28",
        "direction": "increase",
        "aim": 9500.5,
    }


async def targets(as_, query: str = "") -> list:
    path = f"/v1/consortium-targets{query}"
    return told(await as_(Role.VIEWER, NORTH).get(path), 200)["data"]


async def test_an_adopted_motion_sets_its_target(as_, owner, aim):
    motion = await adopted_motion(as_, **aim)
    (target,) = await targets(as_)
    known = {"id": target["id"], "motion_id": motion["id"], "adopted_on": "2018-04-25"}
    said = {name: value for name, value in aim.items() if name != "kind"}
    assert target == said | known | {"in_force": True}
    path = f"/v1/consortium-targets/{target['id']}"
    assert told(await as_(Role.FACILITATOR).get(path), 200) == target
    assert await ledger_of(owner, f"consortium_target:{target['id']}") == [
        ("motion:decide", "done", "TR-20", {"step": "set"})
    ]


async def test_a_motion_that_waits_sets_no_target(as_, aim):
    motion = await put_motion(as_, **aim)
    assert {name: motion[name] for name in aim} == aim
    assert await targets(as_) == []


async def test_a_later_motion_supersedes_a_target_and_both_can_be_read(as_, aim):
    await adopted_motion(as_, **aim)
    (first,) = await targets(as_)
    await adopted_motion(as_, **aim | {"aim": 9900, "direction": "maintain"})
    (second,) = await targets(as_)
    assert (second["aim"], second["direction"], second["in_force"]) == (9900, "maintain", True)
    both = await targets(as_, "?superseded=true")
    assert both == [first | {"in_force": False}, second]


async def test_targets_of_other_periods_stand_beside_each_other(as_, aim):
    await adopted_motion(as_, **aim)
    await adopted_motion(as_, **aim | {"period": "2028-29"})
    assert [each["period"] for each in await targets(as_)] == ["2027-28", "2028-29"]
    assert [each["period"] for each in await targets(as_, "?period=2028-29")] == ["2028-29"]


async def test_a_target_is_not_set_on_a_topic_that_no_meeting_adopted(as_):
    topic = await proposed_topic(as_)
    instrument = await an_instrument(as_, PLAIN, topic_id=topic["id"])
    motion = await put_motion(
        as_,
        kind="set_target",
        topic_id=topic["id"],
        instrument_code=instrument["code"],
        item_code="expenditure",
        period="2027-28",
        direction="decrease",
        aim=1,
    )
    path = f"/v1/motions/{motion['id']}/adopt"
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=CARRIED), 409)
    assert (body["rule"], body["detail"]) == (
        "TR-20",
        "A target is set on a topic that a meeting has adopted.",
    )
    assert await targets(as_) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"topic_id": str(UUID(int=7))}, ("/topic_id", "unknown_reference")),
        ({"item_code": "other"}, ("/item_code", "unknown_reference")),
        ({"item_code": YES_NO["code"]}, ("/item_code", "unknown_reference")),
        ({"instrument_code": "other"}, ("/item_code", "unknown_reference")),
        ({"direction": "neutral"}, ("/direction", "not_one_of")),
        ({"period": "2027"}, ("/period", "malformed")),
        ({"aim": "9"}, ("/aim", "not_a_number")),
    ],
)
async def test_a_target_with_a_fault_is_not_put(as_, aim, changes, fault):
    meeting = await a_meeting(as_)
    path = f"/v1/meetings/{meeting['id']}/motions"
    draft = {"wording": "So."} | aim | changes
    body = told(await as_(Role.CONSORTIUM_ADMIN).post(path, json=draft), 422)
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [fault]


async def test_a_target_that_is_not_there_is_not_found(as_):
    path = f"/v1/consortium-targets/{UUID(int=7)}"
    told(await as_(Role.VIEWER, NORTH).get(path), 404)


async def test_row_security_adds_a_target_for_an_adopted_motion_alone(as_, addresses, aim):
    motion = await put_motion(as_, **aim)
    adding = """
    insert into consortium_targets select $1, topic_id, instrument_code, item_code, period,
    direction, aim, id, current_date from motions where id = $1"""
    connection = await asyncpg.connect(plain(addresses.app))
    await connection.execute("select set_config('app.consortium', 'on', false)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security policy"):
        await connection.execute(adding, UUID(motion["id"]))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await connection.execute("update consortium_targets set aim = 1")
    await connection.close()
