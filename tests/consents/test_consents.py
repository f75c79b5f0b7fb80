from datetime import timedelta
from uuid import uuid4

import pytest
from answers import attested
from conftest import NORTH, SOUTH
from members import join, member
from paths import PLAIN, YES_NO, adopted_topic, an_instrument, ledger_of, open_round, step, told
from releases.conftest import a_locked_round
from ten import TEN, answers_of, published

from app.clock import now
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
ALONE = TEN[9]
ELSEWHERE = TEN[8]


def consents(district=ALONE):
    return f"/v1/districts/{district}/consents"


def draft(round_, recipients=(SOUTH,), **changes):
    named = {"recipients": recipients and [str(each) for each in recipients]}
    return {"round_id": round_["id"], "item": "expenditure", **named} | changes


async def give(caller, round_, district=ALONE, **how):
    body = draft(round_, **how)
    return await caller(Role.SUPERINTENDENT, district).post(consents(district), json=body)


async def shown(caller, round_, district=SOUTH, item="expenditure"):
    told_ = {"round_id": round_["id"], "item": item}
    path = f"/v1/districts/{district}/shared-answers"
    return await caller(Role.DATA_STEWARD, district).get(path, params=told_)


@pytest.fixture
async def released(everyone, scenes):
    """Ten districts stand behind each figure, and no group."""

    async def make():
        round_ = await a_locked_round(everyone, None, ())
        await published(everyone, round_)
        return round_

    return await scenes.scene("a round that is released, without groups", make)


async def test_an_answer_is_shown_to_who_is_named_and_to_nobody_else(everyone, released):
    given = told(await give(everyone, released), 201)
    (consent,) = given["data"]
    assert consent == {
        "id": consent["id"],
        "district_id": str(ALONE),
        "recipient_id": str(SOUTH),
        "round_id": released["id"],
        "item": "expenditure",
        "mutual": False,
        "until": None,
        "given_by": consent["given_by"],
        "given_at": consent["given_at"],
        "revoked_at": None,
    }
    assert told(await shown(everyone, released), 200) == {
        "round_id": released["id"],
        "item": "expenditure",
        "kind": "quantitative",
        "unit": "USD per student",
        "data": [
            {
                "consent_id": consent["id"],
                "district_id": str(ALONE),
                "district": "Invented District 008",
                "mutual": False,
                "until": None,
                "status": "reported",
                "value": 5986,
                "numerator": None,
                "denominator": None,
                "level": None,
                "option": None,
                "yes": None,
                "text": None,
                "comment": None,
            }
        ],
    }
    assert told(await shown(everyone, released, NORTH), 200)["data"] == []
    assert told(await shown(everyone, released, item="survey"), 200)["data"] == []


async def test_both_sides_list_the_consent_and_no_third_does(everyone, released):
    (consent,) = told(await give(everyone, released), 201)["data"]

    async def listed(district, where=""):
        path = consents(district) + where
        page = await everyone(Role.DATA_STEWARD, district).get(path)
        return [each["id"] for each in told(page, 200)["data"]]

    assert await listed(ALONE) == [consent["id"]]
    assert await listed(ALONE, "/received") == []
    assert await listed(SOUTH, "/received") == [consent["id"]]
    assert await listed(SOUTH) == []
    assert await listed(NORTH, "/received") == []


async def test_who_looked_is_in_the_ledger_of_who_showed(everyone, released, owner):
    (consent,) = told(await give(everyone, released), 201)["data"]
    await shown(everyone, released)
    assert await ledger_of(owner, f"consent:{consent['id']}") == [
        ("shared_answer:read", "done", "TR-26", {"to": str(SOUTH), "step": "open"})
    ]


async def test_a_revoked_consent_shows_nothing_from_then_on(everyone, released):
    (consent,) = told(await give(everyone, released), 201)["data"]
    path = f"/v1/consents/{consent['id']}/revoke"
    for district, status in ((SOUTH, 404), (NORTH, 404), (ALONE, 204), (ALONE, 204)):
        answer = await everyone(Role.SUPERINTENDENT, district).post(path)
        assert (district, answer.status_code) == (district, status)
    assert told(await shown(everyone, released), 200)["data"] == []
    page = await everyone(Role.SUPERINTENDENT, ALONE).get(consents())
    (ended,) = told(page, 200)["data"]
    assert ended == consent | {"revoked_at": ended["revoked_at"]}
    assert ended["revoked_at"] > consent["given_at"]


async def test_a_consent_ends_after_its_last_day(everyone, released, monkeypatch):
    today = now().date()
    await give(everyone, released, until=str(today))
    assert len(told(await shown(everyone, released), 200)["data"]) == 1
    monkeypatch.setattr("app.consents.service.now", lambda: now() + timedelta(days=1))
    assert told(await shown(everyone, released), 200)["data"] == []


async def test_a_mutual_consent_waits_for_one_in_return(everyone, released):
    await give(everyone, released, mutual=True)
    assert told(await shown(everyone, released), 200)["data"] == []
    await give(everyone, released, ELSEWHERE, recipients=[ALONE])
    assert told(await shown(everyone, released), 200)["data"] == []
    await give(everyone, released, ALONE, recipients=[ELSEWHERE], mutual=True)
    (answer,) = told(await shown(everyone, released, ELSEWHERE), 200)["data"]
    assert answer["district_id"] == str(ALONE)


async def test_a_consent_on_other_terms_stands_beside_the_first_once(everyone, released):
    for mutual in (False, True, False, True):
        told(await give(everyone, released, mutual=mutual), 201)
    page = told(await everyone(Role.SUPERINTENDENT, ALONE).get(consents()), 200)
    assert [row["mutual"] for row in page["data"]] == [False, True]


async def test_all_members_are_named_at_once(everyone, released):
    everybody = {"recipients": None, "all_members": True}
    (consent,) = told(await give(everyone, released, **everybody), 201)["data"]
    assert consent["recipient_id"] is None
    for district in (NORTH, SOUTH, ELSEWHERE):
        assert len(told(await shown(everyone, released, district), 200)["data"]) == 1
    assert told(await shown(everyone, released, ALONE), 200)["data"] == []


async def test_the_same_consent_again_is_the_one_that_stands(everyone, released):
    first = told(await give(everyone, released), 201)
    assert told(await give(everyone, released), 201) == first


@pytest.mark.parametrize("district", [NORTH, ALONE])
async def test_a_consent_that_leaves_fewer_than_five_unknown_is_refused(everyone, locked, district):
    """Five districts stand behind Alder, and five are left of all ten: one known leaves four."""
    round_ = await locked()
    await published(everyone, round_)
    refused = await give(everyone, round_, district)
    assert (refused.status_code, refused.json()["rule"]) == (403, "DR-11")
    assert told(await shown(everyone, round_), 200)["data"] == []


async def test_consents_to_different_members_add_up(everyone, locked):
    """Ten districts in no group: at most five of them become known, to whomever."""
    round_ = await locked(groups=())
    await published(everyone, round_)
    statuses = []
    for place, district in enumerate(TEN[:6]):
        recipient = TEN[9] if place % 2 else TEN[8]
        answer = await give(everyone, round_, district, recipients=[recipient])
        statuses.append(answer.status_code)
    assert statuses == [201, 201, 201, 201, 201, 403]


async def test_revoking_makes_nobody_unknown_again(everyone, locked):
    round_ = await locked(groups=())
    await published(everyone, round_)
    for district in TEN[:5]:
        (consent,) = told(await give(everyone, round_, district, recipients=[TEN[8]]), 201)["data"]
        revoked = f"/v1/consents/{consent['id']}/revoke"
        await everyone(Role.SUPERINTENDENT, district).post(revoked)
    refused = await give(everyone, round_, TEN[5], recipients=[TEN[8]])
    assert (refused.status_code, refused.json()["rule"]) == (403, "DR-11")


async def test_nothing_is_shown_by_name_where_a_quantile_is_out(everyone, given):
    """Twelve districts: who may be shown would tell who is in the middle of them."""
    districts = [*TEN, await join(given, 9), await join(given, 10)]
    opened = await open_round(everyone, review_days=0)
    for place, district in enumerate(districts):
        await attested(everyone, opened, answers_of(place % 10), district)
    round_ = await step(everyone, opened["id"], "close", "review", "lock")
    await published(everyone, round_)
    answers = [await give(everyone, round_, each, recipients=[SOUTH]) for each in districts[2:]]
    told_ = [(answer.status_code, answer.json().get("rule")) for answer in answers]
    assert told_ == [(403, "DR-11")] * 10
    practice = await give(everyone, round_, districts[5], item="survey")
    assert practice.status_code == 201


async def test_what_is_done_is_shared_before_the_release_too(everyone, locked):
    assert (await give(everyone, await locked(groups=()))).status_code == 201


async def test_an_outcome_is_not_shared_before_its_release(as_):
    outcome = await adopted_topic(as_, kind="outcome")
    practice = await adopted_topic(as_, kind="practice")
    instrument = await an_instrument(
        as_, PLAIN | {"topic_id": outcome["id"]}, YES_NO | {"topic_id": practice["id"]}
    )
    round_ = await open_round(as_, instrument=instrument)
    await attested(as_, round_, {"expenditure": {"value": 6385}, "survey": {"yes": True}})
    refused = await give(as_, round_, NORTH)
    assert (refused.status_code, refused.json()["rule"]) == (409, "TR-26")
    assert (await give(as_, round_, NORTH, item="survey")).status_code == 201


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"item": "nothing-like-it"}, ("/item", "unknown_reference")),
        ({"recipients": [str(ALONE)]}, ("/recipients/0", "unknown_reference")),
        ({"recipients": [str(uuid4())]}, ("/recipients/0", "unknown_reference")),
        ({"recipients": [str(SOUTH), str(SOUTH)]}, ("/recipients", "duplicate")),
        ({"recipients": []}, ("/recipients", "too_few")),
        ({"recipients": None}, ("/recipients", "required")),
        ({"all_members": True}, ("/recipients", "named_twice")),
        ({"until": "2025-06-30"}, ("/until", "not_in_future")),
    ],
)
async def test_a_consent_names_an_item_and_other_members(everyone, released, changes, fault):
    answer = await give(everyone, released, **changes)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [fault]


async def test_only_the_superintendent_consents_for_its_own_district(everyone, released):
    for role, district, status in (
        (Role.DATA_STEWARD, ALONE, 403),
        (Role.VIEWER, ALONE, 403),
        (Role.SUPERINTENDENT, NORTH, 404),
        (Role.ANALYST, None, 403),
        (Role.CONSORTIUM_ADMIN, None, 403),
    ):
        answer = await everyone(role, district).post(consents(), json=draft(released))
        assert (role, answer.status_code) == (role, status)


async def test_who_did_not_attest_sees_nothing_that_is_shared(everyone, locked):
    """TR-24: the tenth district answers nothing."""
    round_ = await locked({TEN[8]: {}}, groups=())
    await published(everyone, round_)
    await give(everyone, round_, recipients=[TEN[8]])
    refused = await shown(everyone, round_, TEN[8])
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-24")


async def test_nothing_orders_what_is_shown_but_the_names(everyone, locked):
    round_ = await locked(groups=())
    await published(everyone, round_)
    for district in (TEN[4], TEN[3], member(8)):
        told(await give(everyone, round_, district), 201)
    names = [each["district"] for each in told(await shown(everyone, round_), 200)["data"]]
    assert names == ["Invented District 002", "Invented District 003", "Invented District 008"]
