"""Milestones and tolerance change, and a target goes, while the plan takes edits (TR-11)."""

import pytest
from conftest import NORTH, SOUTH
from paths import told
from planning import EDITED, NOT_EDITED, a_plan, faults, led, patched, planner, seen
from targets.aimed import BACK_LOADED, BAND, a_target, a_target_in

from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio


async def test_milestones_and_tolerance_are_changed_and_nothing_else(as_):
    target = await a_target(as_)
    path = f"/v1/targets/{target['id']}"
    changes = {"milestones": BACK_LOADED[1:3], "tolerance": 0.5}
    body = told(await patched(planner(as_), path, changes), 200)
    assert body == target | changes | {"version": 2, "updated_at": body["updated_at"]}
    back = told(await patched(planner(as_), path, {"tolerance": None}), 200)
    assert (back["tolerance"], back["milestones"]) == (None, BACK_LOADED[1:3])


async def test_a_target_is_changed_by_who_has_seen_it(as_):
    path = f"/v1/targets/{(await a_target(as_))['id']}"
    old = await seen(planner(as_), path)
    unseen = await planner(as_).patch(path, json={"tolerance": 1})
    kept = await planner(as_).patch(path, json={"tolerance": 1}, headers=old)
    stale = await planner(as_).patch(path, json={"milestones": BACK_LOADED[::-1]}, headers=old)
    gone = [await planner(as_).delete(path), await planner(as_).delete(path, headers=old)]
    answers = [unseen, kept, stale, *gone]
    assert [answer.status_code for answer in answers] == [428, 200, 412, 428, 412]
    assert stale.headers["etag"] == kept.headers["etag"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"milestones": None}, [("/milestones", "not_a_list")]),
        ({"milestones": BACK_LOADED[::-1]}, [("/milestones", "out_of_order")]),
        ({"tolerance": -0.1}, [("/tolerance", "out_of_range")]),
        ({"aim_value": 60}, [("/aim_value", "unknown_member")]),
        ({"id": "x"}, [("/id", "unknown_member")]),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(as_, changes, expected):
    path = f"/v1/targets/{(await a_target(as_))['id']}"
    assert faults(await patched(planner(as_), path, changes)) == expected


async def test_a_band_takes_no_milestones(as_):
    path = f"/v1/targets/{(await a_target(as_, BAND, direction='maintain'))['id']}"
    answer = await patched(planner(as_), path, {"milestones": BACK_LOADED})
    assert faults(answer) == [("/milestones", "unexpected")]


@pytest.mark.parametrize("state", [*EDITED, *NOT_EDITED])
async def test_a_target_changes_and_goes_while_the_plan_takes_edits(as_, state):
    plan = await a_plan(as_)
    path = f"/v1/targets/{(await a_target_in(as_, plan))['id']}"
    await led(as_, plan, state)
    changed = await patched(planner(as_), path, {"tolerance": 1})
    gone = await planner(as_).delete(path, headers=await seen(planner(as_), path))
    after = await planner(as_).get(path)
    taken = [200, 204, 404] if state in EDITED else [409, 409, 200]
    assert [answer.status_code for answer in (changed, gone, after)] == taken
    if state not in EDITED:
        assert [answer.json()["rule"] for answer in (changed, gone)] == ["TR-11"] * 2


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_targets_are_kept_by_those_who_may(as_, role):
    path = f"/v1/targets/{(await a_target(as_))['id']}"
    caller = as_(role, None if role.of_consortium else NORTH)
    answers = [
        await caller.patch(path, json={"tolerance": 1}, headers={"If-Match": "*"}),
        await caller.delete(path, headers={"If-Match": "*"}),
    ]
    may = role in WHO_MAY[Action.TARGET_SET]
    assert [answer.status_code for answer in answers] == ([200, 204] if may else [403, 403])


async def test_a_target_of_another_district_looks_like_none(as_):
    path = f"/v1/targets/{(await a_target(as_))['id']}"
    caller = planner(as_, SOUTH)
    answers = [
        await caller.patch(path, json={"tolerance": 1}, headers={"If-Match": "*"}),
        await caller.delete(path, headers={"If-Match": "*"}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not_found")] * 2
