from uuid import UUID

import pytest
from answers import at, attested, put, steward
from conftest import NORTH, PLACES, SOUTH, a_district
from paths import EVERY_KIND, locked_round, open_round, scheduled_round, step, told

from app.vocabulary import DistrictState, Role

pytestmark = pytest.mark.anyio
EAST, WEST = UUID(int=3), UUID(int=4)
STAFF = (Role.CONSORTIUM_ADMIN, Role.ANALYST)
OWN_FIGURES = (Role.SUPERINTENDENT, Role.BOARD_MEMBER, Role.PLANNER, Role.DATA_STEWARD)


def a_row(district: UUID, state: str, answered: int, name: str | None = None) -> dict:
    return {
        "district_id": str(district),
        "name": name or PLACES[district],
        "state": state,
        "items_answered": answered,
        "items_total": len(EVERY_KIND),
    }


def counts(**some: int) -> dict:
    none = dict.fromkeys(["invited", "not_started", "draft", "attested", "locked", "withdrawn"], 0)
    return none | some


async def completeness(as_, role: Role, round_: dict, place: UUID | None = None) -> list[dict]:
    """The rows of a round as a role reads them."""
    path = f"/v1/rounds/{round_['id']}/completeness"
    body = told(await as_(role, place).get(path), 200)
    assert (body["next_cursor"], body["has_more"]) == (None, False)
    return body["data"]


async def summary(as_, role: Role, round_: dict, place: UUID | None = None) -> dict:
    """The counts of a round as a role reads them."""
    path = f"/v1/rounds/{round_['id']}/completeness/summary"
    return told(await as_(role, place).get(path), 200)


@pytest.mark.parametrize("role", STAFF)
async def test_the_staff_sees_how_far_every_member_has_come(as_, role):
    opened = await open_round(as_)
    await attested(as_, opened, district=NORTH)
    for code, answer in [("survey", {"yes": True}), ("expenditure", {"value": 6385})]:
        told(await put(as_, opened, code, answer, district=SOUTH), 201)
    assert await completeness(as_, role, opened) == [
        a_row(NORTH, "attested", 6),
        a_row(SOUTH, "draft", 2),
    ]
    assert await summary(as_, role, opened) == counts(invited=2, attested=1, draft=1)


@pytest.mark.parametrize("role", OWN_FIGURES)
async def test_a_district_sees_its_own_row_and_no_other(as_, role):
    opened = await open_round(as_)
    await attested(as_, opened, district=NORTH)
    assert await completeness(as_, role, opened, NORTH) == [a_row(NORTH, "attested", 6)]
    assert await completeness(as_, role, opened, SOUTH) == [a_row(SOUTH, "not_started", 0)]
    assert await summary(as_, role, opened, SOUTH) == counts(invited=1, not_started=1)


async def test_a_round_that_has_not_opened_has_nobody_who_started(as_):
    scheduled = await scheduled_round(as_)
    assert await completeness(as_, Role.ANALYST, scheduled) == [
        a_row(NORTH, "not_started", 0),
        a_row(SOUTH, "not_started", 0),
    ]


async def test_what_was_locked_or_withdrawn_is_told_as_that(as_):
    opened = await open_round(as_, review_days=0)
    for district in (NORTH, SOUTH):
        await attested(as_, opened, district=district)
    path = f"{at(opened, SOUTH)}/submission/withdraw"
    told(await steward(as_, SOUTH).post(path, json={"reason": "A wrong year."}), 200)
    await step(as_, opened["id"], "close", "review", "lock")
    rows = await completeness(as_, Role.ANALYST, opened)
    assert [row["state"] for row in rows] == ["locked", "withdrawn"]
    assert await summary(as_, Role.ANALYST, opened) == counts(invited=2, locked=1, withdrawn=1)


async def test_a_round_is_told_apart_from_another(as_):
    one, other = await open_round(as_), await open_round(as_)
    await attested(as_, one, district=NORTH)
    rows = await completeness(as_, Role.ANALYST, other)
    assert [row["state"] for row in rows] == ["not_started", "not_started"]


@pytest.mark.parametrize("standing", [DistrictState.INVITED, DistrictState.PAUSED])
async def test_a_district_that_is_no_active_member_is_not_waited_for(as_, given, standing):
    scheduled = await scheduled_round(as_)
    await given(a_district(EAST, "East Invented Unified", standing=standing))
    rows = await completeness(as_, Role.ANALYST, scheduled)
    assert [row["district_id"] for row in rows] == [str(NORTH), str(SOUTH)]


async def test_a_district_that_was_paused_after_it_began_stays_in_the_list(as_):
    opened = await open_round(as_)
    told(await put(as_, opened, "survey", {"yes": True}), 201)
    told(await as_(Role.CONSORTIUM_ADMIN).post(f"/v1/districts/{NORTH}/pause"), 200)
    rows = await completeness(as_, Role.ANALYST, opened)
    assert rows == [a_row(NORTH, "draft", 1), a_row(SOUTH, "not_started", 0)]


async def test_the_list_is_paged_by_name(as_, given):
    locked = await locked_round(as_)
    await given(a_district(WEST, "A West"), a_district(EAST, "Z East"))
    found, path = [], f"/v1/rounds/{locked['id']}/completeness?limit=1"
    async with as_(Role.ANALYST) as analyst:
        while path:
            answer = await analyst.get(path)
            found += told(answer, 200)["data"]
            link = answer.links.get("next")
            path = None if link is None else f"/v1/rounds/{locked['id']}/completeness{link['url']}"
    assert found == [
        a_row(WEST, "not_started", 0, "A West"),
        a_row(NORTH, "not_started", 0),
        a_row(SOUTH, "not_started", 0),
        a_row(EAST, "not_started", 0, "Z East"),
    ]


@pytest.mark.parametrize("path", ["", "/summary"])
@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.FACILITATOR, None),
        (Role.AUDITOR, None),
        (Role.VIEWER, NORTH),
        (Role.TEAM_MEMBER, NORTH),
    ],
)
async def test_others_are_not_told(as_, role, place, path):
    opened = await open_round(as_)
    answer = await as_(role, place).get(f"/v1/rounds/{opened['id']}/completeness{path}")
    assert told(answer, 403)["rule"] == "TR-02"


@pytest.mark.parametrize("path", ["", "/summary"])
@pytest.mark.parametrize("asker", [(Role.ANALYST, None), (Role.PLANNER, NORTH)], ids=str)
async def test_a_round_that_is_not_there_is_not_found(as_, asker, path):
    told(await as_(*asker).get(f"/v1/rounds/{UUID(int=7)}/completeness{path}"), 404)


async def test_a_sheet_tells_a_district_of_itself_alone_and_nobody_is_ranked(as_):
    opened = await open_round(as_)
    path = f"/v1/rounds/{opened['id']}/completeness"
    asked = {"format": "csv", "fields": "name,state"}
    own = await as_(Role.DATA_STEWARD, NORTH).get(path, params=asked)
    assert own.text == f"name,state\r\n{PLACES[NORTH]},not_started\r\n"
    staff = await as_(Role.ANALYST).get(path, params=asked)
    rows = [f"{PLACES[each]},not_started\r\n" for each in (NORTH, SOUTH)]
    assert staff.text == "name,state\r\n" + "".join(rows)
    counted = {"include_total": "true", "limit": "1"}
    for caller, total in ((as_(Role.DATA_STEWARD, NORTH), 1), (as_(Role.ANALYST), 2)):
        assert told(await caller.get(path, params=counted), 200)["total"] == total
    ranked = await as_(Role.ANALYST).get(path, params={"sort": "items_answered"})
    assert [each["pointer"] for each in told(ranked, 422)["errors"]] == ["?sort"]
