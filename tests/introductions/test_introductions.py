from datetime import timedelta

import pytest
from answers import once
from conftest import NORTH, SOUTH
from paths import told
from sqlalchemy import text
from ten import TEN, answers_of

from app.clock import now
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
ASKER, ONLY = TEN[9], TEN[8]
CONTACT = "Ada Invented, ada@example.org"
WORDS = {"option": "a colleague"}


def answering(place, option):
    return answers_of(place) | {"who-coaches": {"option": option}}


@pytest.fixture
async def round_(everyone, locked):
    """One district lets a colleague coach; the other nine answer otherwise."""
    return await locked({ONLY: answering(8, "a colleague")}, groups=())


async def ask(caller, round_, district=ASKER, **changes):
    body = {
        "round_id": round_["id"],
        "item": "who-coaches",
        "sought": WORDS,
        "contact": CONTACT,
    } | changes
    path = f"/v1/districts/{district}/introductions"
    return await caller(Role.SUPERINTENDENT, district).post(path, json=body, headers=once())


async def inquiries(caller, district=ONLY):
    path = f"/v1/districts/{district}/inquiries"
    return told(await caller(Role.SUPERINTENDENT, district).get(path), 200)["data"]


async def answer(caller, inquiry, district=ONLY, **body):
    path = f"/v1/inquiries/{inquiry['id']}/answer"
    return await caller(Role.SUPERINTENDENT, district).post(path, json=body)


async def asked_for(caller, asked, district=ASKER):
    """The answer as it is sent, byte for byte, with its headers."""
    path = f"/v1/districts/{district}/introductions/{asked['id']}"
    sent = await caller(Role.SUPERINTENDENT, district).get(path)
    apart = {"date", "x-request-id", "ratelimit", "ratelimit-policy"}
    return sent.content, {k: v for k, v in sent.headers.items() if k not in apart}


async def test_names_pass_when_both_said_yes(everyone, round_):
    asked = told(await ask(everyone, round_), 201)
    assert asked == {
        "id": asked["id"],
        "round_id": round_["id"],
        "item": "who-coaches",
        "kind": "choice",
        "sought": {"level": None, "option": "a colleague", "yes": None},
        "contact": CONTACT,
        "asked_at": asked["asked_at"],
        "closes_at": asked["closes_at"],
        "state": "waiting",
        "met": [],
    }
    (inquiry,) = await inquiries(everyone)
    assert inquiry == {
        "id": inquiry["id"],
        "round_id": round_["id"],
        "item": "who-coaches",
        "kind": "choice",
        "sought": {"level": None, "option": "a colleague", "yes": None},
        "asked_at": asked["asked_at"],
        "closes_at": asked["closes_at"],
        "state": "waiting",
        "meets": None,
        "answered_at": None,
        "met": None,
    }
    yes = {"meets": True, "contact": "Bo, bo@example.org"}
    assert (await answer(everyone, inquiry, **yes)).status_code == 204
    path = f"/v1/districts/{ASKER}/introductions"
    listed = told(await everyone(Role.SUPERINTENDENT, ASKER).get(path), 200)["data"]
    (met,) = listed[0]["met"]
    assert met == {
        "district_id": str(ONLY),
        "district": "Invented District 007",
        "contact": "Bo, bo@example.org",
        "met_at": met["met_at"],
    }
    (answered,) = await inquiries(everyone)
    assert answered["met"] == {
        "district_id": str(ASKER),
        "district": "Invented District 008",
        "contact": CONTACT,
        "met_at": met["met_at"],
    }


async def test_a_yes_to_who_has_left_names_nobody(everyone, round_, owner):
    told(await ask(everyone, round_), 201)
    async with owner.begin() as connection:
        await connection.execute(
            text("update districts set standing = 'left' where id = :id"), {"id": ASKER}
        )
    (inquiry,) = await inquiries(everyone)
    yes = {"meets": True, "contact": "Bo, bo@example.org"}
    assert (await answer(everyone, inquiry, **yes)).status_code == 204
    (answered,) = await inquiries(everyone)
    assert (answered["meets"], answered["met"]) == (True, None)
    async with owner.connect() as connection:
        acquainted = await connection.execute(text("select * from acquaintances"))
        known = await connection.execute(text("select * from consents"))
    assert (acquainted.all(), known.all()) == ([], [])


async def test_a_no_silence_and_nobody_asked_look_the_same_byte_for_byte(everyone, round_):
    """TR-27."""
    asked = told(await ask(everyone, round_), 201)
    silent = await asked_for(everyone, asked)
    (inquiry,) = await inquiries(everyone)
    assert (await answer(everyone, inquiry, meets=False)).status_code == 204
    assert await asked_for(everyone, asked) == silent
    nobody = told(await ask(everyone, round_, sought={"option": "the principal"}), 201)
    same = {"id", "asked_at", "closes_at", "sought"}
    assert {k: v for k, v in nobody.items() if k not in same} == {
        k: v for k, v in asked.items() if k not in same
    }


async def test_declined_expired_and_unanswered_look_the_same_when_it_closed(
    everyone, round_, monkeypatch
):
    declined = told(await ask(everyone, round_), 201)
    (inquiry,) = await inquiries(everyone)
    await answer(everyone, inquiry, meets=False)
    silent = told(await ask(everyone, round_), 201)
    monkeypatch.setattr("app.introductions.repository.now", lambda: now() + timedelta(days=31))
    bodies = []
    for asked in (declined, silent):
        path = f"/v1/districts/{ASKER}/introductions/{asked['id']}"
        body = told(await everyone(Role.SUPERINTENDENT, ASKER).get(path), 200)
        assert body["state"] == "closed"
        bodies.append({k: v for k, v in body.items() if k not in {"id", "asked_at", "closes_at"}})
    assert bodies[0] == bodies[1]


async def test_who_is_asked_is_told_no_name_and_no_other_district_anything(everyone, round_, owner):
    await ask(everyone, round_)
    for district in (NORTH, SOUTH, ASKER):
        assert await inquiries(everyone, district) == []
    async with owner.connect() as connection:
        columns = await connection.execute(text("select to_jsonb(i) from inquiries i"))
        (row,) = columns.scalars().all()
    assert str(ASKER) not in str(row)


async def test_no_ledger_names_who_asked_or_said_yes_to_another_district(everyone, round_):
    """TR-27: each of them sees that the vault was opened, and not for whom."""
    await ask(everyone, round_)
    (inquiry,) = await inquiries(everyone)
    assert (await answer(everyone, inquiry, meets=True, contact="Bo")).status_code == 204
    for district in (ONLY, NORTH):
        about = {"action": ["introduction:ask", "introduction:answer"]}
        path = f"/v1/districts/{district}/ledger"
        page = await everyone(Role.SUPERINTENDENT, district).get(path, params=about)
        rows = [row for row in told(page, 200)["data"] if row["district_id"] is None]
        assert [(row["action"], row["account_id"], row["key_id"]) for row in rows] == [
            ("introduction:ask", None, None),
            ("introduction:answer", None, None),
        ]


async def test_an_inquiry_is_answered_once(everyone, round_):
    await ask(everyone, round_)
    (inquiry,) = await inquiries(everyone)
    assert (await answer(everyone, inquiry, meets=False)).status_code == 204
    assert (await answer(everyone, inquiry, meets=False)).status_code == 204
    again = await answer(everyone, inquiry, meets=True, contact="Bo")
    assert (again.status_code, again.json()["rule"]) == (409, "TR-27")


async def test_an_inquiry_is_answered_before_it_closes(everyone, round_, monkeypatch):
    await ask(everyone, round_)
    (inquiry,) = await inquiries(everyone)
    monkeypatch.setattr("app.introductions.service.now", lambda: now() + timedelta(days=31))
    late = await answer(everyone, inquiry, meets=True, contact="Bo")
    assert (late.status_code, late.json()["rule"]) == (409, "TR-27")


async def test_a_yes_says_how_the_district_is_reached(everyone, round_):
    await ask(everyone, round_)
    (inquiry,) = await inquiries(everyone)
    answered = await answer(everyone, inquiry, meets=True)
    assert answered.status_code == 422
    assert [each["pointer"] for each in answered.json()["errors"]] == ["/contact"]


async def test_an_inquiry_of_another_district_is_not_there(everyone, round_):
    await ask(everyone, round_)
    (inquiry,) = await inquiries(everyone)
    assert (await answer(everyone, inquiry, NORTH, meets=False)).status_code == 404


async def test_a_figure_introduces_nobody(everyone, round_):
    refused = await ask(everyone, round_, item="expenditure", sought={})
    assert (refused.status_code, refused.json()["rule"]) == (409, "TR-27")


async def test_who_attested_nothing_asks_for_nobody(everyone, locked):
    round_ = await locked({ASKER: {}}, groups=())
    refused = await ask(everyone, round_)
    assert (refused.status_code, refused.json()["rule"]) == (403, "TR-27")


async def test_at_most_five_introductions_wait_in_a_round(everyone, round_):
    statuses = [(await ask(everyone, round_)).status_code for _ in range(6)]
    assert statuses == [201, 201, 201, 201, 201, 409]


@pytest.mark.parametrize(
    ("sought", "fault"),
    [
        ({"option": "a robot"}, "/sought/option"),
        ({"level": 2}, "/sought/option"),
        ({}, "/sought/option"),
    ],
)
async def test_what_is_sought_is_an_answer_to_the_item(everyone, round_, sought, fault):
    answered = await ask(everyone, round_, sought=sought)
    assert answered.status_code == 422
    assert answered.json()["errors"][0]["pointer"] == fault


async def test_at_most_three_are_asked_at_once(everyone, locked, owner):
    round_ = await locked(groups=())
    await ask(everyone, round_, sought={"option": "nobody"})
    async with owner.connect() as connection:
        asked = await connection.scalar(text("select count(*) from inquiries"))
    assert asked == 3
