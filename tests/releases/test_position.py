from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from answers import put
from conftest import NORTH, SOUTH
from members import join
from paths import told
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from ten import TEN, answers_of, drafted, published

from app.submissions.models import Answer
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
MAY = {Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD}


async def position(caller, release, district=NORTH, role=Role.SUPERINTENDENT):
    path = f"/v1/releases/{release['id']}/position"
    return await caller(role, district).get(path, params={"district_id": str(district)})


async def test_own_answers_stand_beside_the_released_figures(everyone, locked, owner):
    round_ = await locked()
    release = await published(everyone, round_)
    whole = told(await position(everyone, release), 200)
    items = whole.pop("items")
    assert whole == {
        "release_id": release["id"],
        "round_id": round_["id"],
        "district_id": str(NORTH),
    }
    async with AsyncSession(owner) as session:
        ids = select(Answer.id).where(Answer.district_id == NORTH)
        stored = {str(each) for each in await session.scalars(ids)}
    assert {item["answer"]["id"] for item in items} == stored
    spent = items[1]
    answer = spent.pop("answer")
    assert (answer["item"], answer["value"], answer["status"]) == ("expenditure", 6385, "reported")
    released = spent.pop("released")
    assert spent == {
        "item": "expenditure",
        "kind": "quantitative",
        "unit": "USD per student",
        "figure": 6385,
        "shares": [],
        "trends": [],
    }
    assert released[0] == {
        "peer_group_id": None,
        "basis": None,
        "group": None,
        "statistic": "mean_of_districts",
        "status": "published",
        "n": 10,
        "value": 5702,
        "band": "above",
    }
    assert [(each["group"], each["value"], each["band"]) for each in released[1:]] == [
        ("Alder", 5865, "above")
    ]


async def test_a_district_sees_the_groups_it_is_in_and_no_other(everyone, released):
    release = await released()
    groups = {}
    for district in (TEN[0], TEN[1], TEN[6]):
        role = Role.DATA_STEWARD
        items = told(await position(everyone, release, district, role), 200)["items"]
        groups[district] = [(each["group"], each["band"]) for each in items[1]["released"]]
    assert groups == {
        TEN[0]: [(None, "above"), ("Alder", "above")],
        TEN[1]: [(None, "below"), ("Alder", "below"), ("small", "withheld")],
        TEN[6]: [(None, "below"), ("Birch", "withheld")],
    }


async def test_a_ratio_is_compared_as_it_is_released(everyone, released):
    """18.8 is released, of 18.828; an own 18.84 is at it."""
    ratio = {"numerator": 1884, "denominator": 100}
    same = {district: answers_of(0) | {"students-per-teacher": ratio} for district in TEN}
    release = await released(same)
    item = told(await position(everyone, release), 200)["items"][0]
    told_ = [(each["value"], each["band"]) for each in item["released"]]
    assert (item["figure"], told_) == (18.8, [(18.8, "at"), (18.8, "at")])


async def test_what_was_not_answered_and_what_is_withheld_are_told_apart(everyone, released):
    silent = {"status": "not_collected", "comment": "Next year."}
    changes = {NORTH: answers_of(0) | {"expenditure": silent}}
    release = await released(changes)
    items = told(await position(everyone, release), 200)["items"]
    assert [
        (item["item"], item["figure"], [each["band"] for each in item["released"]])
        for item in items[:3]
    ] == [
        ("students-per-teacher", 17.9, ["below", "below"]),
        ("expenditure", None, ["not_answered", "withheld"]),
        ("advisory", None, []),
    ]
    assert items[1]["answer"]["status"] == "not_collected"


async def test_it_shows_what_was_attested_and_no_later_draft(everyone, reviewed):
    round_ = await reviewed()
    await put(everyone, round_, "expenditure", {"value": 1, "reason": "A slip."})
    told(await everyone(Role.ANALYST).post(f"/v1/rounds/{round_['id']}/lock"), 200)
    release = await published(everyone, round_)
    assert told(await position(everyone, release), 200)["items"][1]["figure"] == 6385


async def test_a_late_member_sees_the_figures_and_no_answer(everyone, given, released):
    release = await released()
    late = await join(given, 9, joined_on=datetime.now(UTC).date() + timedelta(days=1))
    items = told(await position(everyone, release, late), 200)["items"]
    assert [item["answer"] for item in items] == [None] * 6
    assert [each["band"] for each in items[0]["released"]] == ["not_answered"]


async def test_another_districts_position_and_an_absent_release_are_the_same(everyone, released):
    release = await released()
    caller, seen = everyone(Role.SUPERINTENDENT, NORTH), []
    for release_id, district in (
        (release["id"], SOUTH),
        (release["id"], uuid4()),
        (uuid4(), NORTH),
    ):
        path = f"/v1/releases/{release_id}/position"
        answer = await caller.get(path, params={"district_id": str(district)})
        body = answer.json() | {"instance": "", "request_id": ""}
        seen.append((answer.status_code, body))
    assert seen == [(404, seen[0][1])] * 3


async def test_a_position_is_of_one_district_that_is_named(everyone, released):
    release = await released()
    path = f"/v1/releases/{release['id']}/position"
    for asked, code in (
        ("", "required"),
        (f"?district_id={NORTH}&district_id={SOUTH}", "repeated_parameter"),
        ("?district_id=1", "not_an_id"),
    ):
        answer = await everyone(Role.SUPERINTENDENT, NORTH).get(path + asked)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.PUBLIC])
async def test_a_role_of_the_district_sees_it_or_is_refused(everyone, released, role):
    release = await released()
    caller = everyone(role, None if role.of_consortium else NORTH)
    path = f"/v1/releases/{release['id']}/position"
    answer = await caller.get(path, params={"district_id": str(NORTH)})
    expected = (200, None) if role in MAY else (403, "TR-02")
    assert (answer.status_code, answer.json().get("rule")) == expected


async def test_there_is_no_position_before_a_release(everyone, locked):
    round_ = await locked()
    plan = await drafted(everyone, round_)
    assert (await position(everyone, plan)).status_code == 404
