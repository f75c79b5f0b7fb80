"""Leaving: announced, exported, confirmed, held, and cancelled as long as the hold lasts."""

from datetime import datetime, timedelta

import pytest
from answers import at, batch, put, rows, steward
from conftest import NORTH, SOUTH, account
from paths import ledger_of, open_round, told
from sqlalchemy import text

from app.policy.rules.departures import district_stays, export_is_whole, hold_lasts
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
HERE = f"/v1/districts/{NORTH}/departure"


def head(as_, district=NORTH):
    return as_(Role.SUPERINTENDENT, district)


async def announced(as_):
    return told(await head(as_).post(HERE), 201)


async def held(as_, answers=6):
    await announced(as_)
    return told(await head(as_).post(f"{HERE}/confirm", json={"answers": answers}), 200)


def refused(answer, rule) -> None:
    body = told(answer, 409)
    assert (body["rule"], body["detail"]) == (rule.id, rule.says)


async def test_a_district_announces_that_it_leaves_and_everything_goes_on(as_, owner):
    opened = await open_round(as_)
    made = await announced(as_)
    assert made == {
        "id": made["id"],
        "district_id": str(NORTH),
        "state": "announced",
        "announced_by": str(account(Role.SUPERINTENDENT, NORTH)),
        "announced_at": made["announced_at"],
        **dict.fromkeys(["answers", "confirmed_by", "confirmed_at", "held_until"]),
        **dict.fromkeys(["cancelled_by", "cancelled_at", "shredded_at"]),
        "version": 1,
    }
    assert told(await as_(Role.VIEWER, NORTH).get(HERE), 200) == made
    told(await batch(as_, opened, rows()), 200)
    assert await ledger_of(owner, f"departure:{made['id']}") == [
        ("departure:announce", "done", None, {"step": "announce"})
    ]


async def test_it_confirms_by_telling_how_much_it_exported_and_is_held_for_thirty_days(as_, owner):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    await announced(as_)
    for said in (5, 7):
        refused(await head(as_).post(f"{HERE}/confirm", json={"answers": said}), export_is_whole)
    done = told(await head(as_).post(f"{HERE}/confirm", json={"answers": 6}), 200)
    times = [datetime.fromisoformat(done[name]) for name in ("confirmed_at", "held_until")]
    assert times[1] - times[0] == timedelta(days=30)
    assert (done["state"], done["answers"]) == ("held", 6)
    assert done["confirmed_by"] == str(account(Role.SUPERINTENDENT, NORTH))
    assert await ledger_of(owner, None) == [("departure:confirm", "refused", "TR-28", {})] * 2
    assert (await ledger_of(owner, f"departure:{done['id']}"))[1:] == [
        ("departure:confirm", "done", None, {"step": "confirm", "answers": 6})
    ]


async def test_a_district_that_is_held_answers_nothing_more_and_reads_on(as_):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    await held(as_)
    refused(await put(as_, opened, "survey", {"yes": True}), district_stays)
    refused(await batch(as_, opened, rows({"survey": {"yes": True}})), district_stays)
    refused(await steward(as_).post(f"{at(opened)}/submission/attest"), district_stays)
    told(await put(as_, opened, "survey", {"yes": True}, SOUTH), 201)
    assert len(told(await steward(as_).get(f"{at(opened)}/submission"), 200)["answers"]) == 6


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.BOARD_MEMBER])
async def test_it_stays_when_the_superintendent_or_the_board_cancels(as_, role):
    opened = await open_round(as_)
    await batch(as_, opened, rows())
    before = await held(as_)
    stays = told(await as_(role, NORTH).post(f"{HERE}/cancel"), 200)
    changed = {"state", "cancelled_by", "cancelled_at", "version"}
    assert {name for name in stays if stays[name] != before[name]} == changed
    assert (stays["state"], stays["cancelled_by"]) == ("cancelled", str(account(role, NORTH)))
    told(await put(as_, opened, "survey", {"yes": True}), 200)
    told(await head(as_).post(f"{HERE}/cancel"), 404)
    assert (await announced(as_))["id"] != stays["id"]


async def test_it_is_not_cancelled_once_the_hold_is_over(as_, owner):
    await held(as_, 0)
    async with owner.begin() as connection:
        await connection.execute(text("update departures set held_until = now()"))
    refused(await head(as_).post(f"{HERE}/cancel"), hold_lasts)
    assert told(await head(as_).get(HERE), 200)["state"] == "held"


async def test_steps_that_are_not_to_be_taken_are_refused(as_):
    for verb, body in (("confirm", {"answers": 0}), ("cancel", None)):
        told(await head(as_).post(f"{HERE}/{verb}", json=body), 404)
    told(await head(as_).get(HERE), 404)
    await held(as_, 0)
    again = told(await head(as_).post(HERE), 409)
    assert (again["rule"], again["detail"]) == ("TR-28", "The district is leaving already.")
    twice = told(await head(as_).post(f"{HERE}/confirm", json={"answers": 0}), 409)
    assert (twice["code"], twice["rule"]) == ("invalid_transition", "TR-28")
    assert told(await head(as_).post(f"{HERE}/confirm", json={"answers": -1}), 422)["errors"]


async def test_another_district_is_not_there_and_no_other_role_may(as_):
    for verb, body in (("", None), ("/confirm", {"answers": 0}), ("/cancel", None)):
        there = await head(as_, SOUTH).post(f"{HERE}{verb}", json=body)
        absent = await head(as_, SOUTH).post(
            f"/v1/districts/{'0' * 8}-0000-7000-8000-{'0' * 12}/departure{verb}", json=body
        )
        assert (there.status_code, absent.status_code) == (404, 404)
        told(await steward(as_).post(f"{HERE}{verb}", json=body), 403)
        told(await as_(Role.CONSORTIUM_ADMIN).post(f"{HERE}{verb}", json=body), 403)


async def test_the_staff_sees_who_leaves_and_another_district_does_not(as_):
    made = await held(as_, 0)
    for role in (Role.CONSORTIUM_ADMIN, Role.ANALYST):
        assert told(await as_(role).get("/v1/departures?state=held"), 200)["data"] == [made]
        assert told(await as_(role).get("/v1/departures?state=announced"), 200)["data"] == []
        assert told(await as_(role).get(HERE), 200) == made
    assert told(await head(as_, SOUTH).get("/v1/departures"), 200)["data"] == []
    told(await head(as_, SOUTH).get(HERE), 404)
