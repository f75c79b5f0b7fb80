"""Measures are read by their own district, in any order, and conditionally."""

import pytest
from conftest import NORTH, SOUTH
from measures.drafts import DEVICES, FILLED, defined

from app.db import new_id
from app.policy.actions import WHO_MAY, Action
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
STEWARD = (Role.DATA_STEWARD, NORTH)


@pytest.fixture
async def three(as_):
    """Two measures in the north and one in the south."""
    north = as_(*STEWARD)
    return [
        await defined(north, code="attendance", name="B attendance"),
        await defined(north, code="devices", name="A devices", **DEVICES | FILLED),
        await defined(as_(Role.DATA_STEWARD, SOUTH), place=SOUTH, code="devices"),
    ]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", ["attendance", "devices"]),
        ("sort=-code", ["devices", "attendance"]),
        ("sort=name", ["devices", "attendance"]),
        ("sort=updated_at", ["attendance", "devices"]),
        ("kind=count", ["devices"]),
        ("kind=count&kind=rate", ["attendance", "devices"]),
        ("kind=mean", []),
        ("code=attendance", ["attendance"]),
        (f"district_id={NORTH}", ["attendance", "devices"]),
        (f"district_id={SOUTH}", []),
    ],
)
async def test_the_measures_of_one_s_own_district_are_listed(as_, three, asked, codes):
    answer = await as_(Role.BOARD_MEMBER, NORTH).get(f"/v1/measures?{asked}")
    whole = {measure["code"]: measure for measure in three[:2]}
    assert answer.json() == {
        "data": [whole[code] for code in codes],
        "next_cursor": None,
        "has_more": False,
    }


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name", "updated_at", "-updated_at"])
async def test_pages_follow_each_other_in_every_order(as_, three, sort):
    caller = as_(*STEWARD)
    whole = (await caller.get(f"/v1/measures?sort={sort}")).json()["data"]
    first = (await caller.get(f"/v1/measures?sort={sort}&limit=1")).json()
    cursor = first["next_cursor"]
    second = await caller.get(f"/v1/measures?sort={sort}&limit=1&cursor={cursor}")
    assert first["data"] + second.json()["data"] == whole
    assert len(whole) == 2


@pytest.mark.parametrize("asked", ["sort=unit", "kind=sum", "code=A", "limit=0", "name=x"])
async def test_what_no_list_takes_is_refused(as_, asked):
    answer = await as_(*STEWARD).get(f"/v1/measures?{asked}")
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert (answer.status_code, pointers) == (422, [f"?{asked.partition('=')[0]}"])


async def test_a_measure_that_stands_is_not_sent_again_and_can_be_cut(as_, three):
    caller, address = as_(Role.VIEWER, NORTH), f"/v1/measures/{three[0]['id']}"
    etag = (await caller.get(address)).headers["etag"]
    known = await caller.get(address, headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")
    cut = await caller.get(f"{address}?fields=code,era")
    assert cut.json() == {"code": "attendance", "era": 1}
    assert cut.headers["etag"] != etag


@pytest.mark.parametrize("of", ["", "/editions"])
async def test_a_measure_of_another_district_looks_like_none(as_, three, of):
    addresses = [f"/v1/measures/{each}{of}" for each in (three[2]["id"], new_id())]
    answers = [await as_(*STEWARD).get(address) for address in addresses]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "not_found")] * 2


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PUBLIC}))
async def test_measures_are_read_by_every_role_of_the_district_and_no_other(as_, three, role):
    place = None if role.of_consortium else NORTH
    addresses = [
        "/v1/measures",
        *(f"/v1/measures/{three[0]['id']}{of}" for of in ("", "/editions")),
    ]
    answers = [(await as_(role, place).get(address)).status_code for address in addresses]
    assert answers == [200 if role in WHO_MAY[Action.MEASURE_READ] else 403] * 3
