"""Targets are read by their own district."""

import pytest
from conftest import NORTH, SOUTH
from targets.aimed import a_target

from app.db import new_id
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
OF_ONE = ("", "/status", "/trajectory", "/rebaselinings", "/overrides")


@pytest.fixture
async def three(as_):
    """Two targets in the north and one in the south."""
    return [await a_target(as_), await a_target(as_), await a_target(as_, district=SOUTH)]


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("", [0, 1]),
        ("sort=updated_at", [0, 1]),
        ("sort=-updated_at", [1, 0]),
        (f"district_id={NORTH}", [0, 1]),
        (f"district_id={SOUTH}", []),
        ("indicator_id={0[indicator_id]}", [0]),
        ("measure_id={1[measure_id]}", [1]),
        ("measure_id={1[measure_id]}&measure_id={0[measure_id]}", [0, 1]),
        ("measure_id={2[measure_id]}", []),
    ],
)
async def test_the_targets_of_one_s_own_district_are_listed(as_, three, asked, places):
    answer = await as_(Role.VIEWER, NORTH).get(f"/v1/targets?{asked.format(*three)}")
    assert answer.json() == {
        "data": [three[place] for place in places],
        "next_cursor": None,
        "has_more": False,
    }


async def test_a_target_that_stands_is_not_sent_again_and_can_be_cut(as_, three):
    caller, address = as_(Role.VIEWER, NORTH), f"/v1/targets/{three[0]['id']}"
    etag = (await caller.get(address)).headers["etag"]
    known = await caller.get(address, headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")
    cut = await caller.get(f"{address}?fields=aim_value,due_in")
    assert cut.json() == {"aim_value": 50, "due_in": "2026-27"}


@pytest.mark.parametrize("of", OF_ONE)
async def test_a_target_of_another_district_looks_like_none(as_, three, of):
    caller = as_(Role.PLANNER, NORTH)
    answers = [await caller.get(f"/v1/targets/{each}{of}") for each in (three[2]["id"], new_id())]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not_found")] * 2


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_targets_are_read_by_every_role_of_the_district_and_no_other(as_, three, role):
    caller = as_(role, None if role.of_consortium else NORTH)
    addresses = ["/v1/targets", *(f"/v1/targets/{three[0]['id']}{of}" for of in OF_ONE)]
    answers = [(await caller.get(address)).status_code for address in addresses]
    assert answers == [200 if role in WHO_MAY[Action.TARGET_READ] else 403] * len(addresses)
