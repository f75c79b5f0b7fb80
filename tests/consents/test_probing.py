"""DR-14: what a district may learn of others from refusals is counted."""

from datetime import timedelta

import pytest
from paths import told
from sqlalchemy import text
from ten import TEN, published

from app.clock import now
from app.policy.audit import LISTED_A_MINUTE
from app.policy.rules.sharing import DAYS_TOLD, MOST_TOLD
from app.vocabulary import Role

pytestmark = pytest.mark.anyio
PROBER, OTHER = TEN[5], TEN[6]


def in_short(answer):
    return (answer.status_code, answer.json().get("rule"))


async def give(caller, round_, district, item="expenditure"):
    body = {"round_id": round_["id"], "item": item, "all_members": True}
    path = f"/v1/districts/{district}/consents"
    return await caller(Role.SUPERINTENDENT, district).post(path, json=body)


def practice(caller, district):
    return caller(Role.SUPERINTENDENT, district), f"/v1/districts/{district}/practices/coaching"


async def tell(caller, topic, district):
    client, path = practice(caller, district)
    said = {"title": "Coaches", "description": "Two hours a week.", "contact": "a@example.org"}
    return await client.put(path, json={"topic": topic, **said})


@pytest.fixture
async def full(everyone, locked):
    """Five of ten show their expenditure: whoever is the sixth would expose the others."""
    round_ = await locked(groups=())
    await published(everyone, round_)
    for district in TEN[:5]:
        told(await give(everyone, round_, district), 201)
    return round_


async def test_a_district_hears_so_many_refusals_and_is_judged_no_more(
    everyone, full, owner, monkeypatch
):
    path = f"/v1/topics/{full['topic_id']}"
    topic = told(await everyone(Role.ANALYST).get(path), 200)["code"]
    refused = [await give(everyone, full, PROBER) for _ in range(MOST_TOLD)]
    assert [in_short(answer) for answer in refused] == [(403, "DR-11")] * MOST_TOLD
    harmless = "students-per-teacher"
    for over in (
        await give(everyone, full, PROBER),
        await give(everyone, full, PROBER, harmless),
        await tell(everyone, topic, PROBER),
    ):
        assert in_short(over) == (409, "DR-14")
    assert in_short(await give(everyone, full, OTHER)) == (403, "DR-11")
    assert in_short(await give(everyone, full, OTHER, harmless)) == (201, None)
    async with owner.connect() as connection:
        rows = await connection.execute(
            text(
                "select district_id, action, rule, count(*) from ledger"
                " where outcome = 'refused' group by 1, 2, 3 order by 4, 2"
            )
        )
        assert [tuple(row) for row in rows] == [
            (OTHER, "consent:give", "DR-11", 1),
            (None, "practice:tell", "DR-14", 1),
            (None, "consent:give", "DR-14", 2),
            (PROBER, "consent:give", "DR-11", MOST_TOLD),
        ]
    later = now() + timedelta(days=DAYS_TOLD)
    monkeypatch.setattr("app.policy.probing.now", lambda: later)
    assert in_short(await give(everyone, full, PROBER, harmless)) == (201, None)


async def test_who_is_judged_no_more_may_take_back_what_it_tells(everyone, full):
    path = f"/v1/topics/{full['topic_id']}"
    topic = told(await everyone(Role.ANALYST).get(path), 200)["code"]
    assert in_short(await tell(everyone, topic, PROBER)) == (201, None)
    for _ in range(MOST_TOLD):
        assert in_short(await give(everyone, full, PROBER)) == (403, "DR-11")
    assert in_short(await give(everyone, full, PROBER)) == (409, "DR-14")
    client, where = practice(everyone, PROBER)
    assert (await client.post(f"{where}/withdraw")).status_code == 204


async def test_no_flood_of_other_refusals_hides_what_a_district_heard(everyone, full):
    flooding = everyone(Role.SUPERINTENDENT, PROBER)
    for _ in range(LISTED_A_MINUTE):
        assert in_short(await flooding.post(f"/v1/rounds/{full['id']}/release-plans")) == (
            403,
            "TR-02",
        )
    for _ in range(MOST_TOLD):
        assert in_short(await give(everyone, full, PROBER)) == (403, "DR-11")
    assert in_short(await give(everyone, full, PROBER)) == (409, "DR-14")
